using Akka.Actor;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>The timers of a server, as scheduled messages to itself.</summary>
internal sealed class ServerTimers(IScheduler scheduler, IActorRef self)
{
    private readonly Dictionary<RaftTimer, (TimerTick Tick, ICancelable Scheduled, TimeSpan Due)> _set = [];

    private long _generation;

    /// <summary>Sets a timer in place of its earlier setting.</summary>
    public void Set(RaftTimer timer, TimeSpan after)
    {
        Cancel(timer);
        var tick = new TimerTick(timer, ++_generation);
        var due = scheduler.HighResMonotonicClock + after;
        _set[timer] = (tick, scheduler.ScheduleTellOnceCancelable(after, self, tick, self), due);
    }

    /// <summary>
    /// Whether a message is of a timer's present setting, and not of one that was replaced when it was on its way already.
    /// </summary>
    public bool IsCurrent(TimerTick tick) => _set.TryGetValue(tick.Timer, out var setting) && setting.Tick == tick;

    /// <summary>How long ago a message of a timer's present setting should have come.</summary>
    public TimeSpan LatenessOf(TimerTick tick) => scheduler.HighResMonotonicClock - _set[tick.Timer].Due;

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
