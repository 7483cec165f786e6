using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>
/// Proposes time entries: while sessions or the state machine wait for time to pass, the leader appends how much has passed. It counts only
/// time of its own leadership in which somebody waited, and proposes one entry at a time.
/// </summary>
internal sealed class ReplicatedTime(RaftSettings settings, IServerPort server)
{
    private bool _isNeeded;
    private bool _timerIsSet;

    /// <summary>
    /// Up to here this server, as leader, has proposed time entries; null while it does not lead or nobody waits for time.
    /// </summary>
    private TimeSpan? _proposedUpTo;

    /// <summary>The time entry that is not committed yet, and the time that it counts from.</summary>
    private (RequestId Id, TimeSpan From)? _pending;

    /// <summary>A time of leadership begins or ends.</summary>
    public void OnRoleChanged() => _proposedUpTo = null;

    /// <summary>Notes whether the state waits for time.</summary>
    public void NoteNeed(bool isNeeded) => _isNeeded = isNeeded;

    /// <summary>Counts time, or stops counting.</summary>
    public void Update()
    {
        if (!_isNeeded || server.Role != RaftRole.Leader)
        {
            _proposedUpTo = null;
            return;
        }

        _proposedUpTo ??= server.Now;
        if (!_timerIsSet)
        {
            _timerIsSet = true;
            server.StartTimer(TimeEntryDue.Instance, TimeEntryDue.Instance, settings.TimeEntryInterval);
        }
    }

    public void OnDue()
    {
        _timerIsSet = false;
        Update();
        if (_proposedUpTo is not { } from || _pending is not null || server.Status().ClusterVersion < ProtocolVersion.Second)
        {
            return;
        }

        var id = server.NextRequest();
        var now = server.Now;
        _pending = (id, from);
        _proposedUpTo = now;
        server.Step(new Propose(server.Now, [new Proposal(id, new TimeEntry(now - from), Forwarded: true)]));
    }

    /// <summary>Ends the pending time entry, if the request is that one. The next counts the time of one that entered no log.</summary>
    /// <param name="id">The request that the core has answered.</param>
    /// <param name="entered">Whether it entered a log.</param>
    /// <returns>Whether the request was the time entry.</returns>
    public bool End(RequestId id, bool entered)
    {
        if (_pending is not { } pending || pending.Id != id)
        {
            return false;
        }

        if (!entered && _proposedUpTo is not null)
        {
            _proposedUpTo = pending.From;
        }

        _pending = null;
        return true;
    }
}

/// <summary>A time entry is due.</summary>
internal sealed class TimeEntryDue
{
    public static readonly TimeEntryDue Instance = new();
}
