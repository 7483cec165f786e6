using Akka.Actor;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>The timers of a server, as scheduled messages to itself.</summary>
/// <param name="scheduler">Sends the messages.</param>
/// <param name="self">The server's actor.</param>
/// <param name="pauses">Notes heartbeats that are late.</param>
internal sealed class ServerTimers(IScheduler scheduler, IActorRef self, PauseWatch pauses)
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
    /// Whether a message is of a timer's present setting, and not of one that was replaced when it was on its way already. Notes how late a
    /// heartbeat is.
    /// </summary>
    public bool TakesCurrent(TimerTick tick, Term term)
    {
        if (!_set.TryGetValue(tick.Timer, out var setting) || setting.Tick != tick)
        {
            return false;
        }

        if (tick.Timer == RaftTimer.Heartbeat)
        {
            var now = scheduler.HighResMonotonicClock;
            pauses.Note(now - setting.Due, term, now);
        }

        return true;
    }

    /// <summary>Heartbeats are timed from now on.</summary>
    public void OnRoleChanged() => pauses.Begin();

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
