using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

// Replicated time: a leader lets it pass while something waits for it.
internal sealed partial class SimulatedServer
{
    private static readonly TimeSpan ClockInterval = TimeSpan.FromMilliseconds(500);

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

    private void ScheduleTick() => _world.Schedule(
        _world.Now + Clock.RealTime(ClockInterval), new SimulatedEvent(EventKind.Tick, Index, Life, null, _tickTerm.Value));

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
            Step(new Propose(LocalTime, [new Proposal(new RequestId(++_nextRequest), new ClockTick(elapsed), false)]));
        }
    }
}
