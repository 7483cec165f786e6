using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// What a timer sends: not the message itself but which setting of the timer it belongs to, so that one which was already in the
/// mailbox when the timer was cancelled or set anew is dropped.
/// </summary>
internal class TimerMessage(object key, int generation, TimerScheduler owner)
    : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public object Key { get; } = key;

    public int Generation { get; } = generation;

    public TimerScheduler Owner { get; } = owner;

    public override string ToString() => $"TimerMsg(key={Key}, generation={Generation})";
}

/// <summary>What it carries leaves the receive timeout alone, and so does the timer.</summary>
internal sealed class QuietTimerMessage(object key, int generation, TimerScheduler owner)
    : TimerMessage(key, generation, owner), INotInfluenceReceiveTimeout;

/// <summary>The timers of one actor; all are cancelled when it stops or restarts. Not for use from other threads.</summary>
internal sealed class TimerScheduler : ITimerScheduler
{
    private readonly ActorCell _cell;
    private readonly Dictionary<object, Timer> _timers = [];
    private int _generation;

    public TimerScheduler(ActorCell cell) => _cell = cell;

    public IReadOnlyCollection<object> ActiveTimers => _timers.Keys;

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval) =>
        Start(key, msg, interval, interval, ActorRefs.NoSender);

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval, IActorRef sender) =>
        Start(key, msg, interval, interval, sender);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval) =>
        Start(key, msg, initialDelay, interval, ActorRefs.NoSender);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval, IActorRef sender) =>
        Start(key, msg, initialDelay, interval, sender);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout) => Start(key, msg, timeout, null, ActorRefs.NoSender);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout, IActorRef sender) => Start(key, msg, timeout, null, sender);

    public bool IsTimerActive(object key) => _timers.ContainsKey(key);

    public void Cancel(object key)
    {
        if (!_timers.Remove(key, out var timer))
            return;
        Log("Cancel timer [{0}] with generation [{1}]", key, timer.Generation);
        timer.Task.Cancel();
    }

    public void CancelAll()
    {
        foreach (var timer in _timers.Values)
            timer.Task.Cancel();
        _timers.Clear();
    }

    /// <returns>The message to process now; null when its timer is no longer set.</returns>
    public object? Accept(TimerMessage message)
    {
        if (!ReferenceEquals(message.Owner, this) || !_timers.TryGetValue(message.Key, out var timer)
            || timer.Generation != message.Generation)
        {
            Log("Received timer [{0}] that has been removed or is of an old generation [{1}], discarding", message.Key, message.Generation);
            return null;
        }

        if (!timer.Repeats)
            _timers.Remove(message.Key);
        return timer.Message;
    }

    private void Start(object key, object message, TimeSpan initialDelay, TimeSpan? interval, IActorRef sender)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(message);
        if (_timers.Remove(key, out var previous))
            previous.Task.Cancel();

        var generation = ++_generation;
        var scheduler = _cell.System.Scheduler;
        var task = new Cancelable(scheduler.Advanced);
        var envelope = message is INotInfluenceReceiveTimeout
            ? new QuietTimerMessage(key, generation, this)
            : new TimerMessage(key, generation, this);
        if (interval is { } repeat)
            scheduler.ScheduleTellRepeatedly(initialDelay, repeat, _cell.Self, envelope, sender, task);
        else
            scheduler.ScheduleTellOnce(initialDelay, _cell.Self, envelope, sender, task);
        _timers[key] = new Timer(message, generation, interval is not null, task);
        Log("Start timer [{0}] with generation [{1}]", key, generation);
    }

    private void Log(string format, object key, int generation)
    {
        if (_cell.System.Settings.DebugTimerScheduler)
            _cell.System.Log.Debug(format, key, generation);
    }

    private sealed record Timer(object Message, int Generation, bool Repeats, ICancelable Task);
}
