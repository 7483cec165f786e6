using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

// What the shell looks after by the clock: replicated time passes while something waits for it, and the disk's room is checked.
internal sealed partial class SimulatedServer
{
    private static readonly TimeSpan TimeEntryInterval = TimeSpan.FromMilliseconds(500);

    private bool _toldFull;
    private TimeSpan _lastTick;
    private Term _tickTerm;

    private void OnRoleChanged(RoleChanged changed)
    {
        if (changed.Role != RaftRole.Leader || changed.Term == _tickTerm)
        {
            return;
        }

        _tickTerm = changed.Term;
        _lastTick = LocalTime;
        ScheduleTick();
    }

    /// <summary>The room on the disk has changed; the server notices within a second.</summary>
    public void DiskHasChanged() => _world.Schedule(
        _world.Now + _random.Between(0, Duration.Second), new SimulatedEvent(EventKind.DiskCheck, Index, Life));

    private void CheckDisk()
    {
        if (Core is not null && Disk.IsLow != _toldFull)
        {
            _toldFull = Disk.IsLow;
            Step(new DiskSpaceChanged(LocalTime, Disk.IsLow));
        }
    }

    private void ScheduleTick() => _world.Schedule(
        _world.Now + Clock.RealTime(TimeEntryInterval), new SimulatedEvent(EventKind.Tick, Index, Life, null, _tickTerm.Value));

    private void OnTick(long term)
    {
        if (!IsLeader || Core!.CurrentTerm.Value != term)
        {
            return;
        }

        var elapsed = LocalTime - _lastTick;
        _lastTick = LocalTime;
        ScheduleTick();
        if (StateMachine.NeedsTime)
        {
            Step(new Propose(LocalTime, [new Proposal(new RequestId(++_nextRequest), new TimeEntry(elapsed), false)]));
        }
    }
}
