using Akka.TestKit.Internal;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    /// <summary>The time left in the innermost Within.</summary>
    public TimeSpan Remaining =>
        _end is { } end ? NotNegative(end - Now) : throw new InvalidOperationException("Remaining may not be called outside of Within.");

    public TimeSpan RemainingOrDefault => RemainingOr(Dilated(TestKitSettings.SingleExpectDefault));

    /// <summary>How long expected log events are waited for.</summary>
    internal TimeSpan EventFilterLeeway => RemainingOr(Dilated(TestKitSettings.TestEventFilterLeeway));

    public TimeSpan Dilated(TimeSpan duration) =>
        duration.IsPositiveFinite() && duration != TimeSpan.MaxValue ? duration * TestKitSettings.TestTimeFactor : duration;

    public TimeSpan RemainingOrDilated(TimeSpan? duration) => duration switch
    {
        null => RemainingOrDefault,
        { } given when given.IsInfinite() => throw new ArgumentException("The duration must not be infinite.", nameof(duration)),
        { } given => Dilated(given),
    };

    public TimeSpan GetTimeoutOrDefault(TimeSpan? timeout) => timeout ?? RemainingOrDefault;

    public void Within(TimeSpan max, Action action, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, action, null, epsilonValue, cancellationToken);

    public void Within(
        TimeSpan min, TimeSpan max, Action action, string? hint = null, TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default) =>
        Within(min, max, () =>
        {
            action();
            return true;
        }, hint, epsilonValue, cancellationToken);

    public T Within<T>(TimeSpan max, Func<T> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, function, null, epsilonValue, cancellationToken);

    public T Within<T>(
        TimeSpan min, TimeSpan max, Func<T> function, string? hint = null, TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return WithinCore(min, max, () => new ValueTask<T>(function()), hint, epsilonValue).Result();
    }

    public Task WithinAsync(
        TimeSpan max, Func<Task> actionAsync, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        WithinAsync(TimeSpan.Zero, max, actionAsync, null, epsilonValue, cancellationToken);

    public Task WithinAsync(
        TimeSpan min, TimeSpan max, Func<Task> actionAsync, string? hint = null, TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default) =>
        WithinAsync(min, max, async () =>
        {
            await actionAsync();
            return true;
        }, hint, epsilonValue, cancellationToken);

    public Task<T> WithinAsync<T>(
        TimeSpan max, Func<Task<T>> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        WithinAsync(TimeSpan.Zero, max, function, null, epsilonValue, cancellationToken);

    public Task<T> WithinAsync<T>(
        TimeSpan min, TimeSpan max, Func<Task<T>> function, string? hint = null, TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default) =>
        WithinCore(min, max, async () => await function().WaitAsync(cancellationToken), hint, epsilonValue).AsTask();

    protected TimeSpan RemainingOr(TimeSpan duration) => _end is { } end ? NotNegative(end - Now) : duration;

    private static TimeSpan NotNegative(TimeSpan time) => time < TimeSpan.Zero ? TimeSpan.Zero : time;

    private static string Hint(string? hint) => string.IsNullOrEmpty(hint) ? "" : $" [{hint}]";

    private async ValueTask<T> WithinCore<T>(
        TimeSpan min, TimeSpan max, Func<ValueTask<T>> function, string? hint, TimeSpan? epsilonValue)
    {
        if (min < TimeSpan.Zero) throw new ArgumentException($"The least duration must not be negative: {min}", nameof(min));
        max.EnsureIsPositiveFinite(nameof(max));

        max = Dilated(max);
        var start = Now;
        var left = _end is { } end ? end - start : TimeSpan.MaxValue;
        _assertions.AssertTrue(left >= min, "Required min time {0} not possible, only {1} left.{2}", min, left, Hint(hint));

        _lastWasNoMsg = false;
        var limit = max < left ? max : left;
        var outerEnd = _end;
        _end = start + limit;
        T result;
        try
        {
            result = await function();
        }
        finally
        {
            _end = outerEnd;
        }

        var elapsed = Now - start;
        _assertions.AssertTrue(
            elapsed >= min, "Failed: Block took {0}, should have at least been {1}.{2}", elapsed, min, Hint(hint));
        // Who expected no message used up all the time on purpose.
        if (!_lastWasNoMsg)
        {
            var latest = limit + (epsilonValue ?? TimeSpan.Zero);
            _assertions.AssertTrue(elapsed <= latest, "Failed: Block took {0}, exceeding {1}.{2}", elapsed, latest, Hint(hint));
        }

        return result;
    }
}
