using Akka.Actor;
using Akka.Util;
using Akka.Util.Internal;

namespace Akka.Pattern;

/// <summary>
/// Stops calling what fails too often in a row. After a while one call is let through; it closes the breaker again if it succeeds.
/// </summary>
public class CircuitBreaker
{
    private readonly Lock _gate = new();
    private readonly List<Action> _onOpen = [];
    private readonly List<Action> _onHalfOpen = [];
    private readonly List<Action> _onClose = [];
    private State _state = State.Closed;
    private long _failures;
    private bool _isTrying;
    private TimeSpan _currentResetTimeout;
    private TimeSpan _halfOpenAt;

    public CircuitBreaker(IScheduler scheduler, int maxFailures, TimeSpan callTimeout, TimeSpan resetTimeout)
        : this(scheduler, maxFailures, callTimeout, resetTimeout, TimeSpan.FromDays(36500), 1.0)
    {
    }

    public CircuitBreaker(
        IScheduler scheduler, int maxFailures, TimeSpan callTimeout, TimeSpan resetTimeout, TimeSpan maxResetTimeout,
        double exponentialBackoffFactor)
        : this(scheduler, maxFailures, callTimeout, resetTimeout, maxResetTimeout, exponentialBackoffFactor, 0.0)
    {
    }

    public CircuitBreaker(
        IScheduler scheduler, int maxFailures, TimeSpan callTimeout, TimeSpan resetTimeout, TimeSpan maxResetTimeout,
        double exponentialBackoffFactor, double randomFactor)
    {
        if (exponentialBackoffFactor < 1.0)
            throw new ArgumentException("The factor of an exponential backoff must be 1 or more.", nameof(exponentialBackoffFactor));
        if (randomFactor is < 0.0 or > 1.0)
            throw new ArgumentException("The random factor must be between 0 and 1.", nameof(randomFactor));
        Scheduler = scheduler;
        MaxFailures = maxFailures;
        CallTimeout = callTimeout;
        ResetTimeout = resetTimeout;
        MaxResetTimeout = maxResetTimeout;
        ExponentialBackoffFactor = exponentialBackoffFactor;
        RandomFactor = randomFactor;
        _currentResetTimeout = resetTimeout;
    }

    private enum State
    {
        Closed,
        Open,
        HalfOpen,
    }

    public IScheduler Scheduler { get; }

    public int MaxFailures { get; }

    /// <summary>How long a call may take; beyond that it counts as failed.</summary>
    public TimeSpan CallTimeout { get; }

    /// <summary>How long an open breaker stays open.</summary>
    public TimeSpan ResetTimeout { get; }

    public TimeSpan MaxResetTimeout { get; }

    public double ExponentialBackoffFactor { get; }

    public double RandomFactor { get; }

    public long CurrentFailureCount
    {
        get
        {
            lock (_gate) return _failures;
        }
    }

    public Exception? LastCaughtException { get; private set; }

    public bool IsClosed => Is(State.Closed);

    public bool IsOpen => Is(State.Open);

    public bool IsHalfOpen => Is(State.HalfOpen);

    public static CircuitBreaker Create(IScheduler scheduler, int maxFailures, TimeSpan callTimeout, TimeSpan resetTimeout) =>
        new(scheduler, maxFailures, callTimeout, resetTimeout);

    public CircuitBreaker WithExponentialBackoff(TimeSpan maxResetTimeout) =>
        new(Scheduler, MaxFailures, CallTimeout, ResetTimeout, maxResetTimeout, 2.0, RandomFactor);

    public CircuitBreaker WithRandomFactor(double randomFactor) =>
        new(Scheduler, MaxFailures, CallTimeout, ResetTimeout, MaxResetTimeout, ExponentialBackoffFactor, randomFactor);

    public Task<T> WithCircuitBreaker<T>(Func<Task<T>> body) => WithCircuitBreaker(body, static call => call());

    public async Task<T> WithCircuitBreaker<T, TState>(TState state, Func<TState, Task<T>> body)
    {
        Enter();
        try
        {
            var result = await InTime(body(state)).ConfigureAwait(false);
            Succeed();
            return result;
        }
        catch (Exception failure)
        {
            Failed(failure);
            throw;
        }
    }

    public Task WithCircuitBreaker(Func<Task> body) => WithCircuitBreaker(body, static call => call());

    public Task WithCircuitBreaker<TState>(TState state, Func<TState, Task> body) =>
        WithCircuitBreaker((state, body), static async call =>
        {
            await call.body(call.state).ConfigureAwait(false);
            return Done.Instance;
        });

    public void WithSyncCircuitBreaker(Action body) => WithCircuitBreaker(() => Task.Run(body)).GetAwaiter().GetResult();

    public T WithSyncCircuitBreaker<T>(Func<T> body) => WithCircuitBreaker(() => Task.Run(body)).GetAwaiter().GetResult();

    /// <summary>Reports the success of a call that was made without the breaker.</summary>
    public void Succeed()
    {
        lock (_gate)
        {
            if (_state == State.Closed) _failures = 0;
            else if (_state == State.HalfOpen) Close();
        }
    }

    /// <summary>Reports the failure of a call that was made without the breaker.</summary>
    public void Fail() => Failed(new UserCalledFailException());

    public CircuitBreaker OnOpen(Action callback) => Listen(_onOpen, callback);

    public CircuitBreaker OnHalfOpen(Action callback) => Listen(_onHalfOpen, callback);

    public CircuitBreaker OnClose(Action callback) => Listen(_onClose, callback);

    private bool Is(State state)
    {
        lock (_gate) return _state == state;
    }

    private void Enter()
    {
        lock (_gate)
        {
            if (_state == State.Closed) return;
            if (_state == State.Open)
                throw new OpenCircuitException(
                    "The circuit breaker is open; calls fail at once.", LastCaughtException!,
                    (_halfOpenAt - Monotonic.Elapsed).Max(TimeSpan.Zero));
            if (_isTrying)
                throw new OpenCircuitException(
                    "The circuit breaker is half-open, and another call is under way to try.", LastCaughtException!, CallTimeout);
            _isTrying = true;
        }
    }

    private async Task<T> InTime<T>(Task<T> call)
    {
        try
        {
            return await call.WaitAsync(CallTimeout).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!call.IsCompleted)
        {
            // Nobody waits for it any more; what becomes of it must not surface as an unobserved failure.
            _ = call.ContinueWith(static late => late.Exception, TaskScheduler.Default);
            throw new TimeoutException($"The call was not done within {CallTimeout}.");
        }
    }

    private void Failed(Exception failure)
    {
        lock (_gate)
        {
            LastCaughtException = failure;
            if (_state == State.HalfOpen) Open();
            else if (_state == State.Closed && ++_failures >= MaxFailures) Open();
        }
    }

    private void Open()
    {
        _state = State.Open;
        _isTrying = false;
        var delay = _currentResetTimeout * (1.0 + ThreadLocalRandom.Current.NextDouble() * RandomFactor);
        _halfOpenAt = Monotonic.Elapsed + delay;
        var next = _currentResetTimeout * ExponentialBackoffFactor;
        _currentResetTimeout = next < MaxResetTimeout ? next : MaxResetTimeout;
        Scheduler.Advanced.ScheduleOnce(delay, AttemptReset);
        Notify(_onOpen);
    }

    private void AttemptReset()
    {
        lock (_gate)
        {
            if (_state != State.Open) return;
            _state = State.HalfOpen;
            Notify(_onHalfOpen);
        }
    }

    private void Close()
    {
        _state = State.Closed;
        _isTrying = false;
        _failures = 0;
        _currentResetTimeout = ResetTimeout;
        Notify(_onClose);
    }

    private CircuitBreaker Listen(List<Action> listeners, Action callback)
    {
        lock (_gate) listeners.Add(callback);
        return this;
    }

    /// <summary>Listeners are called on another thread, so that they may use the breaker.</summary>
    private static void Notify(List<Action> listeners)
    {
        foreach (var listener in listeners) _ = Task.Run(listener);
    }
}
