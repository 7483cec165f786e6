using Akka.Actor;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>
/// The timers of a server. A follower's election timer is set anew with each message of the leader's, so a timer that is put off keeps
/// its scheduled message, which looks at the deadline again when it arrives: putting off costs nothing.
/// </summary>
internal sealed class ServerTimers(IScheduler scheduler, IActorRef self)
{
    private readonly Setting[] _settings = [.. Enum.GetValues<RaftTimer>().Select(_ => new Setting())];

    public void Set(RaftTimer timer, TimeSpan now, TimeSpan after)
    {
        var setting = _settings[(int)timer];
        setting.Deadline = now + after;
        if (setting.TickAt is not { } tickAt || tickAt > setting.Deadline)
        {
            Schedule(timer, now, after);
        }
    }

    /// <summary>Whether the timer has run out with this message; else it is waited for the rest of its time.</summary>
    public bool HasElapsed(TimerTick tick, TimeSpan now)
    {
        var setting = _settings[(int)tick.Timer];
        if (tick.Generation != setting.Generation || setting.Deadline is not { } deadline)
        {
            return false;
        }

        setting.TickAt = null;
        if (now < deadline)
        {
            Schedule(tick.Timer, now, deadline - now);
            return false;
        }

        setting.Deadline = null;
        return true;
    }

    public void CancelAll()
    {
        foreach (var setting in _settings)
        {
            setting.Scheduled?.Cancel();
            setting.Deadline = null;
        }
    }

    private void Schedule(RaftTimer timer, TimeSpan now, TimeSpan after)
    {
        var setting = _settings[(int)timer];
        setting.Scheduled?.Cancel();
        setting.Generation++;
        setting.TickAt = now + after;
        setting.Scheduled = scheduler.ScheduleTellOnceCancelable(after, self, new TimerTick(timer, setting.Generation), self);
    }

    private sealed class Setting
    {
        public TimeSpan? Deadline { get; set; }

        public TimeSpan? TickAt { get; set; }

        public long Generation { get; set; }

        public ICancelable? Scheduled { get; set; }
    }
}
