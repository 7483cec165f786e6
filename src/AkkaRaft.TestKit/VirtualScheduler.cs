using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace AkkaRaft.TestKit;

/// <summary>
/// A scheduler whose time stands still until a test moves it, one due event at a time and in order. Akka's own TestScheduler fires all
/// that is due within a step at once, so that timers that should run a millisecond apart would race.
/// </summary>
public sealed class VirtualScheduler : SchedulerBase
{
    private static readonly DateTimeOffset Origin = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Lock _lock = new();
    private readonly PriorityQueue<Due, (TimeSpan At, long Order)> _queue = new();

    private TimeSpan _elapsed;
    private long _order;

    /// <summary>Called by Akka.</summary>
    public VirtualScheduler(Config config, ILoggingAdapter log)
        : base(config, log)
    {
    }

    /// <inheritdoc />
    public override TimeSpan MonotonicClock
    {
        get
        {
            lock (_lock)
            {
                return _elapsed;
            }
        }
    }

    /// <inheritdoc />
    public override TimeSpan HighResMonotonicClock => MonotonicClock;

    /// <inheritdoc />
    protected override DateTimeOffset TimeNow => Origin + MonotonicClock;

    /// <summary>When the next event is due, or null when none is.</summary>
    internal TimeSpan? NextDue
    {
        get
        {
            lock (_lock)
            {
                DropCancelled();
                return _queue.TryPeek(out _, out var key) ? key.At : null;
            }
        }
    }

    /// <summary>Moves time on to the next event and fires it.</summary>
    internal void FireNext()
    {
        Due due;
        lock (_lock)
        {
            DropCancelled();
            if (!_queue.TryDequeue(out due!, out var key))
            {
                return;
            }

            _elapsed = key.At > _elapsed ? key.At : _elapsed;
            if (due.Interval is { } interval)
            {
                Enqueue(due, _elapsed + interval);
            }
        }

        due.Fire();
    }

    /// <summary>Moves time on; nothing is due before.</summary>
    internal void MoveTo(TimeSpan elapsed)
    {
        lock (_lock)
        {
            _elapsed = elapsed > _elapsed ? elapsed : _elapsed;
        }
    }

    /// <inheritdoc />
    protected override void InternalScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable? cancelable) =>
        Add(delay, null, () => receiver.Tell(message, sender), cancelable);

    /// <inheritdoc />
    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable? cancelable) =>
        Add(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

    /// <inheritdoc />
    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable? cancelable) =>
        Add(delay, null, action, cancelable);

    /// <inheritdoc />
    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable? cancelable) =>
        Add(delay, null, action.Run, cancelable);

    /// <inheritdoc />
    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable? cancelable) =>
        Add(initialDelay, interval, action, cancelable);

    /// <inheritdoc />
    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable? cancelable) =>
        Add(initialDelay, interval, action.Run, cancelable);

    private void Add(TimeSpan delay, TimeSpan? interval, Action fire, ICancelable? cancelable)
    {
        lock (_lock)
        {
            Enqueue(new Due(fire, interval, cancelable), _elapsed + delay);
        }
    }

    private void Enqueue(Due due, TimeSpan at) => _queue.Enqueue(due, (at, _order++));

    private void DropCancelled()
    {
        while (_queue.TryPeek(out var due, out _) && due.Cancelable?.IsCancellationRequested == true)
        {
            _queue.Dequeue();
        }
    }

    private sealed record Due(Action Fire, TimeSpan? Interval, ICancelable? Cancelable);
}
