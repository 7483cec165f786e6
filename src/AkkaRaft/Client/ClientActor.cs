using Akka.Actor;
using AkkaRaft.Core;

namespace AkkaRaft.Client;

/// <summary>
/// Carries all requests of a <see cref="RaftClient"/>, in batches, with a number each. What only the leader can do is sent to it alone,
/// once it is known. Commands are proposed in a session, so that they may be sent again and still apply once; outside of one, a command
/// that may have entered a log is never sent again.
/// </summary>
internal sealed class ClientActor : ReceiveActor, IWithTimers
{
    private readonly RaftClientSettings _settings;
    private readonly Contacts _contacts;
    private readonly ClientPort _port;
    private readonly RequestQueue _requests = new();
    private readonly RequestOutcomes _outcomes;
    private readonly ClientSession _session;
    private readonly LeaderProbe _leader;
    private readonly RequestDeadlines _deadlines;
    private readonly StatusRequests _statuses;
    private readonly AnswerHandler _answers;

    private bool _checkIsScheduled;

    public ClientActor(RaftClientSettings settings, IReadOnlyList<string> contactPaths, HeardHistory history)
    {
        _settings = settings;
        _contacts = new Contacts(Context, contactPaths, settings, history);
        _port = new ClientPort(Self, Context.System.Scheduler, () => Timers);
        _outcomes = new RequestOutcomes(_contacts, _port);
        _session = new ClientSession(settings, _contacts, _port, _requests, _outcomes);
        _leader = new LeaderProbe(settings, _contacts, _port, _requests);
        _deadlines = new RequestDeadlines(settings, _contacts, _port, _requests, _outcomes, _session);
        _statuses = new StatusRequests(settings, _contacts, _port, _outcomes);
        _answers = new AnswerHandler(settings, _contacts, _port, _requests, _outcomes, _session, _leader);
        var sender = new RequestSender(settings, _contacts, _port, _requests, _session, _leader);
        Receive<Request>(OnRequest);
        Receive<StatusRequest>(OnStatusRequest);
        Receive<CancelRequest>(OnCancel);
        Receive<Flush>(_ => sender.Flush());
        Receive<CheckDeadlines>(_ => OnCheckDeadlines());
        Receive<Answers>(answers => _answers.OnAnswers(answers, Sender));
        Receive<StatusAnswer>(OnStatusAnswer);
    }

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc />
    protected override void PostStop()
    {
        _deadlines.FailAll();
        _statuses.FailAll();
        _session.Close();
        base.PostStop();
    }

    private void OnRequest(Request request)
    {
        request.AskedAt = _port.Now;
        request.Deadline = _port.Now + _settings.Timeout;
        if (_requests.Count >= _settings.MaxPendingRequests)
        {
            var words = $"as {_settings.MaxPendingRequests} requests wait in this client already: ask more slowly, or raise "
                + "akka-raft.client.max-pending-requests";
            request.Rejections.Last = (new Rejected(_contacts.Term, _contacts.Leader, RejectionReason.Overloaded), words);
            _outcomes.Fail(request, words, isUnderWay: false);
            return;
        }

        _requests.Enqueue(request);
        _port.FlushLater();
        ScheduleCheck();
    }

    private void OnStatusRequest(StatusRequest request)
    {
        _statuses.Add(request);
        ScheduleCheck();
    }

    private void OnCancel(CancelRequest cancel)
    {
        switch (cancel.Request)
        {
            case Request request:
                request.Completion.TrySetCanceled();
                request.LeaveSession();
                _requests.RemoveSent(request.Id);
                break;
            case StatusRequest statusRequest:
                statusRequest.Completion.TrySetCanceled();
                break;
        }
    }

    private void ScheduleCheck()
    {
        if (!_checkIsScheduled)
        {
            _checkIsScheduled = true;
            Timers.StartSingleTimer(CheckDeadlines.Instance, CheckDeadlines.Instance, _settings.ProbeInterval);
        }
    }

    private void OnCheckDeadlines()
    {
        _checkIsScheduled = false;
        var now = _port.Now;
        _deadlines.Expire(now);
        _statuses.Expire(now);
        _statuses.SendAgain(now);
        if (_requests.Count + _statuses.Count == 0)
        {
            return;
        }

        _deadlines.SendAgain(now);
        _leader.ProbeIfDue(now);
        ScheduleCheck();
    }

    private void OnStatusAnswer(StatusAnswer answer)
    {
        _statuses.OnAnswer(answer);
        if (!_contacts.IsOfCluster(answer.Status.ClusterId, Sender))
        {
            _answers.FailIfAllAreForeign();
            return;
        }

        _contacts.OnStatus(answer.Status);
        _contacts.Heard(Sender.Path.Address, _port.Now);
        if (answer.Status.Role == RaftRole.Leader && answer.Status.Server == _contacts.Leader)
        {
            _leader.NoteAnswer(_port.Now);
        }

        if (_contacts.LeaderPath is null)
        {
            return;
        }

        _deadlines.GiveUpOnEarlierTerms();
        if (_leader.KnowsLeader)
        {
            _port.FlushLater();
        }
        else
        {
            _contacts.TellLeader(new GetStatus(_port.NextId(), WithDigest: false), Self);
        }
    }

    /// <summary>Deadlines and unresponsive servers are to be checked.</summary>
    private sealed class CheckDeadlines
    {
        public static readonly CheckDeadlines Instance = new();
    }
}
