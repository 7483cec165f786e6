using System.Collections.Concurrent;
using System.Diagnostics;
using System.Numerics;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Akka.Util.Internal;

namespace Akka.Actor;

/// <summary>
/// One thread turns a wheel by one bucket a tick and runs what is due there. Nothing runs early, and late by one tick at most,
/// as long as what is run returns at once.
/// </summary>
public sealed class HashedWheelTimerScheduler : SchedulerBase, IDateTimeOffsetNowTimeProvider, IDisposable
{
    private readonly TimeSpan _tickDuration;
    private readonly TimeSpan _shutdownTimeout;
    private readonly List<Registration>[] _wheel;
    private readonly int _mask;
    private readonly ConcurrentQueue<Registration> _incoming = new();

    /// <summary>Never disposed of: whoever registers while the scheduler is being shut down may still signal it.</summary>
    private readonly AutoResetEvent _wakeUp = new(false);

    private readonly Thread _worker;
    private readonly long _start = Stopwatch.GetTimestamp();
    private volatile bool _stopped;

    /// <summary>Whether the worker waits for the next registration rather than for the next tick.</summary>
    private volatile bool _idle;

    private long _tick;
    private int _registered;

    public HashedWheelTimerScheduler(Config scheduler, ILoggingAdapter log) : base(scheduler, log)
    {
        var ticksPerWheel = scheduler.GetInt("akka.scheduler.ticks-per-wheel");
        _tickDuration = scheduler.GetTimeSpan("akka.scheduler.tick-duration");
        _shutdownTimeout = scheduler.GetTimeSpan("akka.scheduler.shutdown-timeout");
        if (ticksPerWheel is <= 0 or > 1 << 24)
            throw new ConfigurationException($"akka.scheduler.ticks-per-wheel is {ticksPerWheel}; it must be between 1 and {1 << 24}.");
        if (_tickDuration < TimeSpan.FromMilliseconds(1))
            throw new ConfigurationException($"akka.scheduler.tick-duration is {_tickDuration}; it must be 1 ms or more.");

        _wheel = new List<Registration>[(int)BitOperations.RoundUpToPowerOf2((uint)ticksPerWheel)];
        for (var i = 0; i < _wheel.Length; i++) _wheel[i] = [];
        _mask = _wheel.Length - 1;
        _worker = new Thread(Run) { IsBackground = true, Name = "akka-scheduler" };
        _worker.Start();
    }

    public override TimeSpan MonotonicClock => Monotonic.Elapsed;

    public override TimeSpan HighResMonotonicClock => Monotonic.Elapsed;

    protected override DateTimeOffset TimeNow => DateTimeOffset.Now;

    private TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    public void Dispose()
    {
        if (_stopped) return;
        _stopped = true;
        _wakeUp.Set();
        if (Thread.CurrentThread != _worker && !_worker.Join(_shutdownTimeout))
            Log.Warning("The scheduler did not stop within {0}: something that it runs does not return.", _shutdownTimeout);
    }

    protected override void InternalScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable? cancelable) =>
        Register(delay, null, new Telling(receiver, message, sender), cancelable);

    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable? cancelable) =>
        Register(initialDelay, interval, new Telling(receiver, message, sender), cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable? cancelable) =>
        Register(delay, null, new ActionRunnable(action), cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable? cancelable) =>
        Register(delay, null, action, cancelable);

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable? cancelable) =>
        Register(initialDelay, interval, new ActionRunnable(action), cancelable);

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable? cancelable) =>
        Register(initialDelay, interval, action, cancelable);

    private void Register(TimeSpan delay, TimeSpan? interval, IRunnable work, ICancelable? cancelable)
    {
        if (_stopped) throw new SchedulerException("The scheduler has been shut down and takes no more work.");
        if (cancelable is { IsCancellationRequested: true }) return;
        _incoming.Enqueue(new Registration(work, interval, cancelable) { Deadline = Elapsed + delay });
        if (_idle) _wakeUp.Set();
    }

    private void Run()
    {
        while (!_stopped)
        {
            WaitForNextTick();
            if (_stopped) break;
            TakeIncoming();
            RunDue(_wheel[_tick & _mask]);
            _tick++;
        }

        _incoming.Clear();
        foreach (var bucket in _wheel) bucket.Clear();
    }

    private void WaitForNextTick()
    {
        if (_registered == 0 && _incoming.IsEmpty)
        {
            _idle = true;
            Interlocked.MemoryBarrier();
            // A registration between the check above and the flag would not have woken us.
            if (_incoming.IsEmpty && !_stopped) _wakeUp.WaitOne();
            _idle = false;
            // The wheel stood still and is empty, so it may be turned to the present at once.
            _tick = Math.Max(_tick, TickAt(Elapsed) - 1);
        }

        while (!_stopped)
        {
            var wait = _tickDuration * _tick - Elapsed;
            if (wait <= TimeSpan.Zero) return;
            _wakeUp.WaitOne(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)));
        }
    }

    private long TickAt(TimeSpan time) => (time.Ticks + _tickDuration.Ticks - 1) / _tickDuration.Ticks;

    private void TakeIncoming()
    {
        while (_incoming.TryDequeue(out var registration)) Place(registration);
    }

    private void Place(Registration registration)
    {
        var due = Math.Max(TickAt(registration.Deadline), _tick);
        registration.DueTick = due;
        _wheel[due & _mask].Add(registration);
        _registered++;
    }

    private void RunDue(List<Registration> bucket)
    {
        if (bucket.Count == 0) return;
        var kept = 0;
        var again = new List<Registration>();
        for (var i = 0; i < bucket.Count; i++)
        {
            var registration = bucket[i];
            if (registration.IsCanceled) continue;
            if (registration.DueTick > _tick)
            {
                bucket[kept++] = registration;
                continue;
            }

            if (!TryRun(registration) || registration.Interval is not { } interval || registration.IsCanceled) continue;
            // Counted from when it was due rather than from now, so that a period does not grow by a part of a tick each time.
            var next = registration.Deadline + interval;
            registration.Deadline = next > Elapsed ? next : Elapsed;
            again.Add(registration);
        }

        _registered -= bucket.Count - kept;
        bucket.RemoveRange(kept, bucket.Count - kept);
        // Placed for the tick after this one at the earliest: what is due again at once must not keep the wheel from turning.
        foreach (var registration in again) _incoming.Enqueue(registration);
    }

    private bool TryRun(Registration registration)
    {
        try
        {
            registration.Work.Run();
            return true;
        }
        catch (Exception failure)
        {
            Log.Error(failure, "Scheduled work failed and is not scheduled again: {0}", registration.Work);
            return false;
        }
    }

    private sealed class Registration(IRunnable work, TimeSpan? interval, ICancelable? cancelable)
    {
        public IRunnable Work { get; } = work;

        public TimeSpan? Interval { get; } = interval;

        public TimeSpan Deadline { get; set; }

        public long DueTick { get; set; }

        public bool IsCanceled => cancelable is { IsCancellationRequested: true };
    }

    private sealed class Telling(ICanTell receiver, object message, IActorRef sender) : IRunnable
    {
        public void Run() => receiver.Tell(message, sender);

        public void Execute() => Run();

        public override string ToString() => $"tell [{message}] to [{receiver}]";
    }
}
