using Akka.Actor;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>The timers of a server, as scheduled messages to itself.</summary>
internal sealed class ServerTimers(IScheduler scheduler, IActorRef self)
{
    private readonly Dictionary<RaftTimer, (TimerTick Tick, ICancelable Scheduled)> _set = [];

    private long _generation;

    /// <summary>Sets a timer in place of its earlier setting.</summary>
    public void Set(RaftTimer timer, TimeSpan after)
    {
        Cancel(timer);
        var tick = new TimerTick(timer, ++_generation);
        _set[timer] = (tick, scheduler.ScheduleTellOnceCancelable(after, self, tick, self));
    }

    /// <summary>
    /// Whether a message is of a timer's present setting, and not of one that was replaced when it was on its way already.
    /// </summary>
    public bool IsCurrent(TimerTick tick) => _set.TryGetValue(tick.Timer, out var setting) && setting.Tick == tick;

    public void CancelAll()
    {
        foreach (var timer in _set.Keys)
        {
            Cancel(timer);
        }
    }

    private void Cancel(RaftTimer timer)
    {
        if (_set.TryGetValue(timer, out var setting))
        {
            setting.Scheduled.Cancel();
        }
    }
}
