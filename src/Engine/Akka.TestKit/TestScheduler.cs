using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Akka.Util.Internal;

namespace Akka.TestKit;

/// <summary>
/// Virtual time, which goes on only when the test says so. It jumps: what repeats happens once for each jump that reaches it, and its
/// next time is counted from where the jump ended.
/// </summary>
public class TestScheduler : IScheduler, IAdvancedScheduler
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<Item, (long Due, long Order)> _items = new();
    private DateTimeOffset _now = DateTimeOffset.UtcNow;
    private long _order;

    public TestScheduler(Config schedulerConfig, ILoggingAdapter log)
    {
        // Called as every scheduler is; virtual time has nothing to configure and nothing to log.
    }

    public DateTimeOffset Now => TimeNow;

    public TimeSpan MonotonicClock => Monotonic.Elapsed;

    public TimeSpan HighResMonotonicClock => Monotonic.Elapsed;

    public IAdvancedScheduler Advanced => this;

    protected DateTimeOffset TimeNow
    {
        get
        {
            lock (_gate) return _now;
        }
    }

    public void Advance(TimeSpan offset)
    {
        var due = new List<Item>();
        lock (_gate)
        {
            _now += offset;
            while (_items.TryPeek(out var item, out var time) && time.Due <= _now.UtcTicks)
            {
                _items.Dequeue();
                due.Add(item);
            }
        }

        foreach (var item in due)
        {
            if (item.IsCanceled) continue;
            item.Work();
            if (item.Interval is { } interval && !item.IsCanceled) Add(interval, item);
        }
    }

    public void AdvanceTo(DateTimeOffset when)
    {
        if (when < Now) throw new InvalidOperationException($"Time cannot go back: it is {Now} already, later than {when}.");
        Advance(when - Now);
    }

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender) =>
        ScheduleTellOnce(delay, receiver, message, sender, null);

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable? cancelable) =>
        Add(delay, new Item(() => receiver.Tell(message, sender), null, cancelable));

    public void ScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender) =>
        ScheduleTellRepeatedly(initialDelay, interval, receiver, message, sender, null);

    public void ScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable? cancelable) =>
        Add(initialDelay, new Item(() => receiver.Tell(message, sender), interval, cancelable));

    public void ScheduleOnce(TimeSpan delay, Action action) => ScheduleOnce(delay, action, null);

    public void ScheduleOnce(TimeSpan delay, Action action, ICancelable? cancelable) => Add(delay, new Item(action, null, cancelable));

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action) =>
        ScheduleRepeatedly(initialDelay, interval, action, null);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable? cancelable) =>
        Add(initialDelay, new Item(action, interval, cancelable));

    public void ScheduleOnce(TimeSpan delay, IRunnable action) => ScheduleOnce(delay, action.Run, null);

    public void ScheduleOnce(TimeSpan delay, IRunnable action, ICancelable? cancelable) => ScheduleOnce(delay, action.Run, cancelable);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action) =>
        ScheduleRepeatedly(initialDelay, interval, action.Run, null);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable? cancelable) =>
        ScheduleRepeatedly(initialDelay, interval, action.Run, cancelable);

    private void Add(TimeSpan delay, Item item)
    {
        lock (_gate) _items.Enqueue(item, ((_now + delay).UtcTicks, _order++));
    }

    private sealed record Item(Action Work, TimeSpan? Interval, ICancelable? Cancelable)
    {
        public bool IsCanceled => Cancelable is { IsCancellationRequested: true };
    }
}
