using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>
/// Replicated time: while sessions or the state machine wait for time to pass, the leader puts what has passed into the log. It counts only
/// time in which it led and somebody waited, and one tick at a time.
/// </summary>
internal sealed partial class RaftActor
{
    private bool _needsTime;
    private bool _clockIsSet;

    /// <summary>When this server came to lead, while it does.</summary>
    private TimeSpan _leadsSince;

    /// <summary>
    /// Up to here this server, as leader, has told the log of time; null while it does not lead or nobody waits for time.
    /// </summary>
    private TimeSpan? _toldUpTo;

    /// <summary>The tick that is not committed yet.</summary>
    private (RequestId Id, TimeSpan From)? _tick;

    private void OnApplied(EntriesApplied applied)
    {
        _needsTime = applied.NeedsTime;
        _toStateMachine.Applied(applied.UpTo);
        Handle(new Applied(Now, applied.UpTo));
        NoteAppliedAsLeader();
        KeepTime();
        SayWhenFinished();
    }

    private void KeepTime()
    {
        if (!_needsTime || Server.Role != RaftRole.Leader)
        {
            _toldUpTo = null;
            return;
        }

        _toldUpTo ??= Now;
        if (!_clockIsSet)
        {
            _clockIsSet = true;
            Timers.StartSingleTimer(ClockDue.Instance, ClockDue.Instance, _settings.TimeEntryInterval);
        }
    }

    private void OnClockDue()
    {
        _clockIsSet = false;
        KeepTime();
        if (_toldUpTo is not { } from || _tick is not null || Server.Status().ClusterVersion < ProtocolVersion.Second)
        {
            return;
        }

        var id = new RequestId(++_lastRequest);
        _tick = (id, from);
        _toldUpTo = Now;
        Handle(new Propose(Now, [new Proposal(id, new TimeEntry(Now - from), Forwarded: true)]));
    }

    private bool IsTick(RequestId id) => _tick?.Id == id;

    /// <summary>The fate of the tick is known. What one told that entered no log is told by the next.</summary>
    private void EndTick(bool entered)
    {
        if (!entered && _toldUpTo is not null)
        {
            _toldUpTo = _tick?.From;
        }

        _tick = null;
    }
}
