namespace Akka.Actor;

/// <summary>
/// A cancellation that is signalled after a delay by a scheduler, so that it obeys virtual time where the scheduler does.
/// </summary>
public class Cancelable : ICancelable, IDisposable
{
    private readonly IActionScheduler _scheduler;
    private readonly CancellationTokenSource _source;
    private int _disposed;

    public Cancelable(IScheduler scheduler, TimeSpan delay) : this(scheduler)
    {
        CancelAfter(delay);
    }

    public Cancelable(IScheduler scheduler, int millisecondsDelay) : this(scheduler, TimeSpan.FromMilliseconds(millisecondsDelay))
    {
    }

    public Cancelable(IActionScheduler scheduler, TimeSpan delay) : this(scheduler)
    {
        CancelAfter(delay);
    }

    public Cancelable(IScheduler scheduler) : this(scheduler.Advanced)
    {
    }

    public Cancelable(IActionScheduler scheduler) : this(scheduler, new CancellationTokenSource())
    {
    }

    private Cancelable(IActionScheduler scheduler, CancellationTokenSource source)
    {
        _scheduler = scheduler;
        _source = source;
        Token = source.Token;
    }

    public bool IsCancellationRequested => _source.IsCancellationRequested;

    /// <summary>Kept apart from its source, which refuses to give it once disposed.</summary>
    public CancellationToken Token { get; }

    public bool IsDisposed => Volatile.Read(ref _disposed) == 1;

    public static ICancelable CreateLinkedCancelable(IScheduler scheduler, params ICancelable[] cancelables) =>
        CreateLinkedCancelable(scheduler.Advanced, cancelables);

    public static ICancelable CreateLinkedCancelable(IScheduler scheduler, params CancellationToken[] tokens) =>
        CreateLinkedCancelable(scheduler.Advanced, tokens);

    public static ICancelable CreateLinkedCancelable(IActionScheduler scheduler, params ICancelable[] cancelables) =>
        CreateLinkedCancelable(scheduler, Array.ConvertAll(cancelables, cancelable => cancelable.Token));

    public static ICancelable CreateLinkedCancelable(IActionScheduler scheduler, params CancellationToken[] tokens) =>
        new Cancelable(scheduler, CancellationTokenSource.CreateLinkedTokenSource(tokens));

    public static ICancelable CreateCanceled() => AlreadyCanceled.Instance;

    public void Cancel() => Cancel(false);

    public void Cancel(bool throwOnFirstException)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        _source.Cancel(throwOnFirstException);
    }

    public void CancelAfter(int millisecondsDelay) => CancelAfter(TimeSpan.FromMilliseconds(millisecondsDelay));

    public void CancelAfter(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (IsCancellationRequested) return;
        // It may have been disposed by the time the scheduler comes round to it; then nobody is waiting any more.
        if (delay == TimeSpan.Zero) _source.Cancel(true);
        else _scheduler.ScheduleOnce(delay, CancelUnlessDisposed, this);
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0 && disposing) _source.Dispose();
    }

    private void CancelUnlessDisposed()
    {
        if (!IsDisposed) _source.Cancel();
    }

    private sealed class AlreadyCanceled : ICancelable
    {
        public static readonly AlreadyCanceled Instance = new();

        public bool IsCancellationRequested => true;

        public CancellationToken Token { get; } = new(true);

        public void Cancel()
        {
        }

        public void Cancel(bool throwOnFirstException)
        {
        }

        public void CancelAfter(TimeSpan delay)
        {
        }

        public void CancelAfter(int millisecondsDelay)
        {
        }
    }
}
