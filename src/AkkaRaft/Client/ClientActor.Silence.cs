using Akka.Actor;
using AkkaRaft.Core;

namespace AkkaRaft.Client;

// What is done about answers that do not come.
internal sealed partial class ClientActor
{
    /// <summary>The longest wait before a request is sent again is so many times the shortest.</summary>
    private const int MaxResendFactor = 8;

    private bool _ticking;
    private TimeSpan? _lastProbe;
    private TimeSpan _lastAnswer;

    /// <summary>
    /// Whether the leader owes answers and has been silent for long: nothing more is sent to it until it is heard again.
    /// </summary>
    private bool IsQuiet
    {
        get
        {
            var since = Now - _settings.ProbeInterval;
            return _lastAnswer <= since
                && _sent.Values.Any(request => request is { SentTo: null, WaitsAtServer: false } && request.SentAt <= since);
        }
    }

    private void KeepTicking()
    {
        if (!_ticking)
        {
            _ticking = true;
            Timers.StartSingleTimer(Tick.Instance, Tick.Instance, _settings.ProbeInterval);
        }
    }

    private void OnTick()
    {
        _ticking = false;
        var now = Now;
        ExpireAll(now);
        foreach (var (id, request) in _statusRequests.Where(pair => pair.Value.NextTry <= now))
        {
            AskForStatus(id, request);
        }

        if (_waiting.Count + _sent.Count + _statusRequests.Count == 0)
        {
            return;
        }

        SendAgain(_sent.Values.Where(
            request => request.IsRepeatable && !request.WaitsAtServer && now - request.SentAt >= Patience(request)));
        if (IsQuiet || (!KnowsLeader && _waiting.Any(NeedsLeader)) || HasWaitedLong(now))
        {
            Probe();
        }

        KeepTicking();
    }

    /// <summary>A server that starts hears nothing yet, and what is sent to it then is lost.</summary>
    private void AskForStatus(long id, StatusRequest request)
    {
        request.NextTry = Now + (_settings.ProbeInterval * Math.Min(MaxResendFactor, 2 << request.Tries));
        request.Tries = Math.Min(request.Tries + 1, MaxResendFactor);
        _contacts.Tell(request.ContactPath, new GetStatus(id, request.WithDigest) { WantsSnapshot = request.WantsSnapshot }, Self);
    }

    /// <summary>Where answers take long, sending again adds to the load: the waits grow.</summary>
    private TimeSpan Patience(Request request) =>
        _settings.QueryResendAfter * Math.Min(MaxResendFactor, 1 << Math.Min(request.Tries - 1, 8));

    /// <summary>Queries wait at the leader; whether it still leads has to be asked now and then.</summary>
    private bool HasWaitedLong(TimeSpan now) =>
        !(now - _lastProbe < _settings.QueryResendAfter) && _sent.Values.Any(request => request.WaitsAtServer);

    private void SendAgain(IEnumerable<Request> requests)
    {
        foreach (var request in requests.ToList())
        {
            _sent.Remove(request.Id);
            request.MayBeInLog = request.Kind == RequestKind.Proposal;
            _waiting.Enqueue(request);
            FlushLater();
        }
    }

    /// <summary>
    /// Another term has a leader. A leader of an earlier term that still lived would have told the fate of what it was sent; as it was
    /// asked about long ago and did not, waiting longer for it would only delay the news. A transfer is what changes the term: its answer
    /// may be on its way.
    /// </summary>
    private void GiveUpOnEarlierTerms()
    {
        var now = Now;
        var lost = _sent.Values
            .Where(request => request.SentTo is null && request.Kind != RequestKind.Transfer
                && IsOfFormerLeader(request) && now - request.SentAt >= _settings.ProbeInterval)
            .ToList();
        SendAgain(lost.Where(request => request.IsRepeatable));
        foreach (var request in lost.Where(request => !request.IsRepeatable))
        {
            _sent.Remove(request.Id);
            Fail(
                request,
                $"as the leader of term {request.SentInTerm}, which had it, was followed by another without answering",
                IndeterminateReason.LeadershipLost);
        }
    }

    private bool IsOfFormerLeader(Request request) =>
        (request.SentInHistory != 0 && request.SentInHistory != _contacts.History) || request.SentInTerm < _contacts.Term;

    private void ExpireAll(TimeSpan now)
    {
        foreach (var request in _sent.Values.Where(request => request.Deadline <= now).ToList())
        {
            _sent.Remove(request.Id);
            var asked = request.SentTo ?? _contacts.Leader?.Value ?? "the leader";
            var before = request.LastRejection is { } refused ? $"; a try before was refused, {refused.Words}" : "";
            Fail(request, $"as {asked}, which was asked, did not answer in time{before}", isUnderWay: true);
        }

        for (var left = _waiting.Count; left > 0; left--)
        {
            var request = _waiting.Dequeue();
            if (request.Deadline <= now && !request.IsDone)
            {
                // A command that waits for a session was refused when the session was.
                request.LastRejection ??= request.Session is null && request.Kind == RequestKind.Proposal ? _openingRefusal : null;
                Fail(request, request.LastRejection?.Words ?? WhyNotSent(request), isUnderWay: false);
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

    private string WhyNotSent(Request request) =>
        _contacts.LeaderPath is null ? "as no leader was found: an election is under way, or most of the members cannot be reached"
        : _opening is not null && request.Session is null ? $"as {_contacts.Leader} opened no session for it in time"
        : $"as {_contacts.Leader}, who leads as far as known, has been silent";

    /// <summary>Asks the known servers who leads.</summary>
    private void Probe()
    {
        var now = Now;
        if (!(now - _lastProbe < _settings.ProbeInterval))
        {
            var most = _settings.AsksOneFirst && _lastProbe is null ? 1 : int.MaxValue;
            _lastProbe = now;
            _contacts.TellAll(new GetStatus(++_lastId, WithDigest: false), now, Self, most);
        }
    }

    /// <summary>Looks after deadlines and silence.</summary>
    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }
}
