using Akka.Actor;
using AkkaRaft.Core;

namespace AkkaRaft.Client;

/// <summary>
/// Carries all requests of a <see cref="RaftClient"/>, in batches, with a number each. Requests are sent to the leader only, once it is
/// known: a command that was sent to a server that does not answer could not be sent again.
/// </summary>
internal sealed class ClientActor : ReceiveActor
{
    private readonly RaftClientSettings _settings;
    private readonly Contacts _contacts;
    private readonly Queue<Request> _waiting = new();
    private readonly Dictionary<long, Request> _sent = [];
    private readonly Dictionary<long, StatusRequest> _statusRequests = [];

    private long _lastId;
    private bool _flushing;
    private bool _ticking;
    private TimeSpan _lastProbe = TimeSpan.MinValue;
    private TimeSpan _lastAnswer;

    public ClientActor(RaftClientSettings settings, IReadOnlyList<string> contactPaths)
    {
        _settings = settings;
        _contacts = new Contacts(Context, contactPaths);
        Receive<Request>(OnRequest);
        Receive<StatusRequest>(OnStatusRequest);
        Receive<CancelRequest>(OnCancel);
        Receive<Flush>(_ => OnFlush());
        Receive<Tick>(_ => OnTick());
        Receive<Answers>(OnAnswers);
        Receive<StatusAnswer>(OnStatusAnswer);
    }

    private TimeSpan Now => Context.System.Scheduler.HighResMonotonicClock;

    /// <summary>
    /// Whether the leader owes answers and has been silent for long: nothing more is sent to it until it is heard again.
    /// </summary>
    private bool IsQuiet
    {
        get
        {
            var since = Now - _settings.ProbeInterval;
            return _lastAnswer <= since && _sent.Values.Any(request => request.SentAt <= since);
        }
    }

    /// <inheritdoc />
    protected override void PostStop()
    {
        foreach (var request in _waiting.Concat(_sent.Values).Where(request => !request.IsDone))
        {
            Fail(request, "as the client was stopped");
        }

        foreach (var request in _statusRequests.Values)
        {
            request.Completion.TrySetException(new ContactUnreachableException(request.ContactPath, FactsOf(request.AskedAt)));
        }

        base.PostStop();
    }

    private void OnRequest(Request request)
    {
        request.AskedAt = Now;
        request.Deadline = Now + _settings.Timeout;
        if (_waiting.Count + _sent.Count >= _settings.MaxPendingRequests)
        {
            request.LastRejection = new Rejected(_contacts.Term, _contacts.Leader, RejectionReason.Overloaded);
            Fail(request, $"as {_settings.MaxPendingRequests} requests wait in this client");
            return;
        }

        _waiting.Enqueue(request);
        FlushLater();
        KeepTicking();
    }

    private void OnStatusRequest(StatusRequest request)
    {
        request.AskedAt = Now;
        request.Deadline = Now + _settings.Timeout;
        var id = ++_lastId;
        _statusRequests.Add(id, request);
        _contacts.Tell(request.ContactPath, new GetStatus(id, request.WithDigest), Self);
        KeepTicking();
    }

    private void OnCancel(CancelRequest cancel)
    {
        switch (cancel.Request)
        {
            case Request request:
                request.Completion.TrySetCanceled();
                _sent.Remove(request.SentAs);
                break;
            case StatusRequest statusRequest:
                statusRequest.Completion.TrySetCanceled();
                break;
        }
    }

    /// <summary>Sends what waits once the mailbox has run dry of further requests, so that they share messages.</summary>
    private void FlushLater()
    {
        if (!_flushing)
        {
            _flushing = true;
            Self.Tell(Flush.Instance);
        }
    }

    private void OnFlush()
    {
        _flushing = false;
        if (_contacts.LeaderPath is null || IsQuiet)
        {
            Probe();
            return;
        }

        var now = Now;
        List<ClientRequest> proposals = [], queries = [];
        for (var left = _waiting.Count; left > 0; left--)
        {
            var request = _waiting.Dequeue();
            if (request.IsDone)
            {
                continue;
            }

            if (request.NotBefore > now)
            {
                _waiting.Enqueue(request);
                continue;
            }

            request.SentAs = ++_lastId;
            request.SentAt = now;
            request.SentInTerm = _contacts.Term;
            request.LastRejection = null;
            _sent.Add(request.SentAs, request);
            (request.Kind == RequestKind.Proposal ? proposals : queries).Add(new ClientRequest(request.SentAs, request.Payload));
        }

        foreach (var batch in RequestBatches.Cut(proposals, int.MaxValue, _settings.MaxBatchBytes))
        {
            _contacts.TellLeader(new ProposeRequests(null, batch), Self);
        }

        foreach (var batch in RequestBatches.Cut(queries, int.MaxValue, _settings.MaxBatchBytes))
        {
            _contacts.TellLeader(new QueryRequests(null, batch), Self);
        }
    }

    private void OnAnswers(Answers answers)
    {
        var now = Now;
        _lastAnswer = now;
        if (_waiting.Count > 0)
        {
            FlushLater();
        }

        foreach (var answer in answers.Items)
        {
            if (!_sent.Remove(answer.Id, out var request))
            {
                continue;
            }

            switch (answer)
            {
                case ResultAnswer result:
                    var facts = new RequestFacts(answers.Server, answers.Term, answers.Server, [], now - request.AskedAt);
                    request.Completion.TrySetResult(new Outcome(result.Index, result.Result, facts));
                    break;
                case NoResultAnswer noResult:
                    request.Completion.TrySetException(request.Kind == RequestKind.Query
                        ? new QueryFailedException(noResult.Why, FactsOf(request.AskedAt))
                        : new ResultUnavailableException(noResult.Index, noResult.Why, FactsOf(request.AskedAt)));
                    break;
                case FailureAnswer failure:
                    OnFailure(answers.Server, request, failure);
                    break;
            }
        }
    }

    private void OnFailure(ServerId server, Request request, FailureAnswer answer)
    {
        var ledBefore = _contacts.LeaderPath;
        _contacts.OnFailure(server, answer);
        switch (answer.Failure)
        {
            case Indeterminate indeterminate when request.Kind == RequestKind.Proposal:
                request.Completion.TrySetException(new ProposalIndeterminateException(
                    indeterminate.Reason, $"as {server} lost its lead before it was", FactsOf(request.AskedAt)));
                return;
            case Rejected { Reason: RejectionReason.TooLarge or RejectionReason.Unreadable } rejected:
                Take(request, rejected);
                Fail(request, $"as {server} found it {(rejected.Reason == RejectionReason.TooLarge ? "too large" : "unreadable")}");
                return;
            case Rejected rejected:
                Take(request, rejected);
                if (rejected.Reason != RejectionReason.Overloaded && _contacts.LeaderPath == ledBefore)
                {
                    _contacts.LeaderLost();
                }

                break;
        }

        Retry(request);
    }

    /// <summary>A rejected command is in no log: it counts as never sent.</summary>
    private static void Take(Request request, Rejected rejection)
    {
        request.LastRejection = rejection;
        request.SentAs = 0;
    }

    private void Retry(Request request)
    {
        var factor = 1L << Math.Min(request.Rejections++, 20);
        var backoff = TimeSpan.FromTicks(Math.Min(_settings.RetryBackoffMin.Ticks * factor, _settings.RetryBackoffMax.Ticks));
        request.NotBefore = Now + backoff;
        _waiting.Enqueue(request);
        Context.System.Scheduler.ScheduleTellOnce(backoff, Self, Flush.Instance, Self);
    }

    private void OnStatusAnswer(StatusAnswer answer)
    {
        if (_statusRequests.Remove(answer.Id, out var request))
        {
            request.Completion.TrySetResult(answer.Status);
        }

        _contacts.OnStatus(answer.Status);
        if (answer.Status.Role == RaftRole.Leader && answer.Status.Server == _contacts.Leader)
        {
            _lastAnswer = Now;
        }

        if (_contacts.LeaderPath is not null)
        {
            GiveUpOnEarlierTerms();
            FlushLater();
        }
    }

    /// <summary>
    /// Another term has a leader. A leader of an earlier term that still lived would have told the fate of what it was sent; as it was
    /// asked about long ago and did not, waiting longer for it would only delay the news.
    /// </summary>
    private void GiveUpOnEarlierTerms()
    {
        var now = Now;
        var lost = _sent.Values.Where(request => request.SentInTerm < _contacts.Term && now - request.SentAt >= _settings.ProbeInterval);
        foreach (var request in lost.ToList())
        {
            _sent.Remove(request.SentAs);
            if (request.Kind == RequestKind.Query)
            {
                _waiting.Enqueue(request);
            }
            else
            {
                request.Completion.TrySetException(new ProposalIndeterminateException(
                    IndeterminateReason.LeadershipLost,
                    $"as the leader of term {request.SentInTerm}, which had it, was followed by another without answering",
                    FactsOf(request.AskedAt)));
            }
        }
    }

    private void OnTick()
    {
        _ticking = false;
        var now = Now;
        ExpireAll(now);
        if (_waiting.Count + _sent.Count + _statusRequests.Count == 0)
        {
            return;
        }

        var late = _sent.Values.Where(request => request.Kind == RequestKind.Query && now - request.SentAt >= _settings.QueryResendAfter);
        foreach (var request in late.ToList())
        {
            _sent.Remove(request.SentAs);
            _waiting.Enqueue(request);
            FlushLater();
        }

        if (IsQuiet || (_contacts.LeaderPath is null && _waiting.Count > 0))
        {
            Probe();
        }

        KeepTicking();
    }

    private void ExpireAll(TimeSpan now)
    {
        foreach (var request in _sent.Values.Where(request => request.Deadline <= now).ToList())
        {
            _sent.Remove(request.SentAs);
            Fail(request, "as no answer came in time");
        }

        for (var left = _waiting.Count; left > 0; left--)
        {
            var request = _waiting.Dequeue();
            if (request.Deadline <= now)
            {
                Fail(request, "as no server took it in time");
            }
            else if (!request.IsDone)
            {
                _waiting.Enqueue(request);
            }
        }

        var ended = _statusRequests.Where(pair => pair.Value.Deadline <= now || pair.Value.Completion.Task.IsCompleted);
        foreach (var (id, request) in ended.ToList())
        {
            _statusRequests.Remove(id);
            request.Completion.TrySetException(new ContactUnreachableException(request.ContactPath, FactsOf(request.AskedAt)));
        }
    }

    /// <summary>Fails a request: a command that was sent and not answered may be committed, any other was not.</summary>
    private void Fail(Request request, string explanation)
    {
        var facts = FactsOf(request.AskedAt);
        request.Completion.TrySetException(request.Kind switch
        {
            RequestKind.Query => new QueryFailedException(explanation, facts),
            _ when request.SentAs != 0 => new ProposalIndeterminateException(IndeterminateReason.TimedOut, explanation, facts),
            _ => new ProposalRejectedException(request.LastRejection?.Reason ?? RejectionReason.NoLeaderKnown, explanation, facts),
        });
    }

    /// <summary>Asks all known servers who leads.</summary>
    private void Probe()
    {
        var now = Now;
        if (_lastProbe == TimeSpan.MinValue || now - _lastProbe >= _settings.ProbeInterval)
        {
            _lastProbe = now;
            _contacts.TellAll(new GetStatus(++_lastId, WithDigest: false), now, Self);
        }
    }

    private void KeepTicking()
    {
        if (!_ticking)
        {
            _ticking = true;
            Context.System.Scheduler.ScheduleTellOnce(_settings.ProbeInterval, Self, Tick.Instance, Self);
        }
    }

    private RequestFacts FactsOf(TimeSpan askedAt) => _contacts.Facts(Now - askedAt);

    /// <summary>Sends what waits.</summary>
    private sealed class Flush
    {
        public static readonly Flush Instance = new();
    }

    /// <summary>Looks after deadlines and silence.</summary>
    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }
}
