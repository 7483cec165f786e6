using Akka.Actor;
using AkkaRaft.Core;

namespace AkkaRaft.Client;

/// <summary>
/// Carries all requests of a <see cref="RaftClient"/>, in batches, with a number each. What only the leader can do is sent to it alone,
/// once it is known. Commands are proposed in a session, so that they may be sent again and still apply once; outside of one, a command
/// that may have entered a log is never sent again.
/// </summary>
internal sealed partial class ClientActor : ReceiveActor, IWithTimers
{
    private readonly RaftClientSettings _settings;
    private readonly Contacts _contacts;
    private readonly Queue<Request> _waiting = new();
    private readonly Dictionary<long, Request> _sent = [];
    private readonly Dictionary<long, StatusRequest> _statusRequests = [];

    private long _lastId;

    public ClientActor(RaftClientSettings settings, IReadOnlyList<string> contactPaths, HeardHistory history)
    {
        _settings = settings;
        _contacts = new Contacts(Context, contactPaths, settings, history);
        Receive<Request>(OnRequest);
        Receive<StatusRequest>(OnStatusRequest);
        Receive<CancelRequest>(OnCancel);
        Receive<Flush>(_ => OnFlush());
        Receive<Tick>(_ => OnTick());
        Receive<Answers>(OnAnswers);
        Receive<StatusAnswer>(OnStatusAnswer);
    }

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    private TimeSpan Now => Context.System.Scheduler.HighResMonotonicClock;

    /// <inheritdoc />
    protected override void PostStop()
    {
        foreach (var request in _waiting.Where(request => !request.IsDone))
        {
            Fail(request, "as the client was stopped", isUnderWay: false);
        }

        foreach (var request in _sent.Values.Where(request => !request.IsDone))
        {
            Fail(request, "as the client was stopped", isUnderWay: true);
        }

        foreach (var request in _statusRequests.Values)
        {
            request.Completion.TrySetException(new ContactUnreachableException(request.ContactPath, FactsOf(request.AskedAt)));
        }

        CloseSession();
        base.PostStop();
    }

    private void OnRequest(Request request)
    {
        request.AskedAt = Now;
        request.Deadline = Now + _settings.Timeout;
        if (_waiting.Count + _sent.Count >= _settings.MaxPendingRequests)
        {
            var words = $"as {_settings.MaxPendingRequests} requests wait in this client already: ask more slowly, or raise "
                + "akka-raft.client.max-pending-requests";
            request.LastRejection = (new Rejected(_contacts.Term, _contacts.Leader, RejectionReason.Overloaded), words);
            Fail(request, words, isUnderWay: false);
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
        AskForStatus(id, request);
        KeepTicking();
    }

    private void OnCancel(CancelRequest cancel)
    {
        switch (cancel.Request)
        {
            case Request request:
                request.Completion.TrySetCanceled();
                request.LeaveSession();
                _sent.Remove(request.Id);
                break;
            case StatusRequest statusRequest:
                statusRequest.Completion.TrySetCanceled();
                break;
        }
    }

    private void Succeed(Request request, Outcome outcome)
    {
        request.Completion.TrySetResult(outcome);
        request.LeaveSession();
    }

    /// <summary>Fails a request: a command that was sent and not answered may be committed, any other was not.</summary>
    /// <param name="request">The request.</param>
    /// <param name="words">Why, to be read behind "rejected, ".</param>
    /// <param name="isUnderWay">Whether its last try is with a server and unanswered.</param>
    private void Fail(Request request, string words, bool isUnderWay) => Fail(
        request, words, request.MayBeInLog || isUnderWay ? IndeterminateReason.TimedOut : null);

    /// <param name="request">The request.</param>
    /// <param name="words">Why.</param>
    /// <param name="doubt">Why its fate is unknown, or null when it entered no log.</param>
    private void Fail(Request request, string words, IndeterminateReason? doubt)
    {
        if (request.Kind == RequestKind.Opening)
        {
            // Nobody awaits it; the commands that do are told by their own deadlines.
            request.Completion.TrySetCanceled();
            return;
        }

        var facts = FactsOf(request.AskedAt);
        var rejection = request.LastRejection?.Rejection.Reason;
        request.Completion.TrySetException(request.Kind switch
        {
            RequestKind.Query => new QueryFailedException(words, facts, rejection),
            RequestKind.Proposal => doubt is { } reason
                ? new ProposalIndeterminateException(reason, words, facts)
                : new ProposalRejectedException(rejection ?? RejectionReason.NoLeaderKnown, words, facts),
            _ => doubt is { } reason
                ? new AdministrationIndeterminateException(reason, words, facts)
                : new AdministrationRejectedException(rejection ?? RejectionReason.NoLeaderKnown, words, facts)
                {
                    Detail = request.LastRejection?.Rejection.Detail,
                },
        });
        request.LeaveSession();
    }

    private RequestFacts FactsOf(TimeSpan askedAt) => _contacts.Facts(Now - askedAt);
}
