namespace AkkaRaft.Client;

/// <summary>Notices that the leader is unknown or unresponsive, and asks the servers who leads.</summary>
internal sealed class LeaderProbe(RaftClientSettings settings, Contacts contacts, ClientPort port, RequestQueue requests)
{
    private TimeSpan? _lastProbe;
    private TimeSpan _lastAnswer;

    /// <summary>
    /// Whether there is a leader to send to. Outside of a session nothing goes to one of whom others only tell: it may have died a moment
    /// ago, and then nobody could say what became of the command.
    /// </summary>
    public bool KnowsLeader => contacts.LeaderPath is not null && (settings.Session || contacts.LeaderHasSpoken);

    /// <summary>
    /// Whether the leader owes answers and has been unresponsive for long: nothing more is sent to it until it answers again.
    /// </summary>
    public bool IsLeaderUnresponsive
    {
        get
        {
            var since = port.Now - settings.ProbeInterval;
            return _lastAnswer <= since
                && requests.Sent.Any(request => request.Tries is { SentTo: null, WaitsAtServer: false } && request.Tries.SentAt <= since);
        }
    }

    public void NoteAnswer(TimeSpan now) => _lastAnswer = now;

    /// <summary>Asks the known servers who leads.</summary>
    public void Probe()
    {
        var now = port.Now;
        if (!(now - _lastProbe < settings.ProbeInterval))
        {
            var most = settings.AsksOneFirst && _lastProbe is null ? 1 : int.MaxValue;
            _lastProbe = now;
            contacts.TellAll(new GetStatus(port.NextId(), WithDigest: false), now, port.Self, most);
        }
    }

    /// <summary>Probes where that may help requests that wait or are not answered.</summary>
    public void ProbeIfDue(TimeSpan now)
    {
        if (IsLeaderUnresponsive || (!KnowsLeader && requests.Waiting.Any(request => request.NeedsLeader)) || HasWaitedLong(now))
        {
            Probe();
        }
    }

    /// <summary>Queries wait at the leader; whether it still leads has to be asked now and then.</summary>
    private bool HasWaitedLong(TimeSpan now) =>
        !(now - _lastProbe < settings.QueryResendAfter) && requests.Sent.Any(request => request.Tries.WaitsAtServer);
}
