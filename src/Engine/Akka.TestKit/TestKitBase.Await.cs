using Akka.Event;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromMilliseconds(100);

    public void AwaitCondition(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, null, null, null, cancellationToken);

    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, max, null, null, cancellationToken);

    public void AwaitCondition(
        Func<bool> conditionIsFulfilled, TimeSpan? max, string? message, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, max, null, message, cancellationToken);

    public void AwaitCondition(
        Func<bool> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string? message = null,
        CancellationToken cancellationToken = default) =>
        AwaitConditionOrFail(Waiting.OnThread, Asynchronous(conditionIsFulfilled), max, interval, message, cancellationToken).Result();

    public Task AwaitConditionAsync(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, null, null, null, cancellationToken);

    public Task AwaitConditionAsync(
        Func<bool> conditionIsFulfilled, TimeSpan? max, string? message, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, max, null, message, cancellationToken);

    public Task AwaitConditionAsync(
        Func<bool> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string? message = null,
        CancellationToken cancellationToken = default) =>
        AwaitConditionOrFail(Waiting.Async, Asynchronous(conditionIsFulfilled), max, interval, message, cancellationToken).AsTask();

    public Task AwaitConditionAsync(Func<Task<bool>> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, null, null, null, cancellationToken);

    public Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, max, null, null, cancellationToken);

    public Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, string? message, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, max, null, message, cancellationToken);

    public Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string? message = null,
        CancellationToken cancellationToken = default) =>
        AwaitConditionOrFail(
            Waiting.Async, () => new ValueTask<bool>(conditionIsFulfilled()), max, interval, message, cancellationToken).AsTask();

    public bool AwaitConditionNoThrow(
        Func<bool> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        AwaitConditionCore(Waiting.OnThread, Asynchronous(conditionIsFulfilled), Dilated(max), interval, cancellationToken).Result();

    public Task<bool> AwaitConditionNoThrowAsync(
        Func<bool> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        AwaitConditionCore(Waiting.Async, Asynchronous(conditionIsFulfilled), Dilated(max), interval, cancellationToken).AsTask();

    public Task<bool> AwaitConditionNoThrowAsync(
        Func<Task<bool>> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        AwaitConditionCore(
            Waiting.Async, () => new ValueTask<bool>(conditionIsFulfilled()), Dilated(max), interval, cancellationToken).AsTask();

    public void AwaitAssert(
        Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        AwaitAssertCore(Waiting.OnThread, Asynchronous(assertion), duration, interval, cancellationToken).Result();

    public Task AwaitAssertAsync(
        Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        AwaitAssertCore(Waiting.Async, Asynchronous(assertion), duration, interval, cancellationToken).AsTask();

    public Task AwaitAssertAsync(
        Func<Task> assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        AwaitAssertCore(Waiting.Async, () => new ValueTask(assertion()), duration, interval, cancellationToken).AsTask();

    protected static bool InternalAwaitCondition(
        Func<bool> conditionIsFulfilled, TimeSpan max, TimeSpan? interval, Action<string, object[]> fail,
        CancellationToken cancellationToken = default) =>
        InternalAwaitCondition(conditionIsFulfilled, max, interval, fail, null!, cancellationToken);

    protected static bool InternalAwaitCondition(
        Func<bool> conditionIsFulfilled, TimeSpan max, TimeSpan? interval, Action<string, object[]> fail, ILoggingAdapter logger,
        CancellationToken cancellationToken = default)
    {
        var fulfilled = AwaitConditionCore(
            Waiting.OnThread, Asynchronous(conditionIsFulfilled), max, interval, cancellationToken).Result();
        return Judge(fulfilled, max, fail, logger);
    }

    protected static Task<bool> InternalAwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled, TimeSpan max, TimeSpan? interval, Action<string, object[]> fail,
        CancellationToken cancellationToken = default) =>
        InternalAwaitConditionAsync(conditionIsFulfilled, max, interval, fail, null!, cancellationToken);

    protected static async Task<bool> InternalAwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled, TimeSpan max, TimeSpan? interval, Action<string, object[]> fail, ILoggingAdapter logger,
        CancellationToken cancellationToken = default)
    {
        var fulfilled = await AwaitConditionCore(
            Waiting.Async, () => new ValueTask<bool>(conditionIsFulfilled()), max, interval, cancellationToken);
        return Judge(fulfilled, max, fail, logger);
    }

    private static bool Judge(bool fulfilled, TimeSpan max, Action<string, object[]> fail, ILoggingAdapter? logger)
    {
        if (fulfilled) return true;
        const string format = "Timeout {0} expired while waiting for condition.";
        logger?.Warning(format, max);
        fail?.Invoke(format, [max]);
        return false;
    }

    private static Func<ValueTask<bool>> Asynchronous(Func<bool> condition) => () => new ValueTask<bool>(condition());

    private static Func<ValueTask> Asynchronous(Action action) => () =>
    {
        action();
        return ValueTask.CompletedTask;
    };

    private static async ValueTask<bool> AwaitConditionCore(
        Waiting waiting, Func<ValueTask<bool>> condition, TimeSpan max, TimeSpan? interval, CancellationToken cancellationToken)
    {
        max.EnsureIsPositiveFinite(nameof(max));
        var stop = Now + max;
        while (!await condition())
        {
            var left = stop - Now;
            if (left < TimeSpan.Zero) return false;
            await waiting.For(left.Min(interval ?? DefaultInterval), cancellationToken);
        }

        return true;
    }

    private async ValueTask AwaitConditionOrFail(
        Waiting waiting, Func<ValueTask<bool>> condition, TimeSpan? max, TimeSpan? interval, string? message,
        CancellationToken cancellationToken)
    {
        var limit = RemainingOrDilated(max);
        if (!await AwaitConditionCore(waiting, condition, limit, interval, cancellationToken))
            _assertions.Fail("Timeout {0} expired while waiting for condition.{1}", limit, message is null ? "" : " " + message);
    }

    private async ValueTask AwaitAssertCore(
        Waiting waiting, Func<ValueTask> assertion, TimeSpan? duration, TimeSpan? interval, CancellationToken cancellationToken)
    {
        var max = RemainingOrDilated(duration);
        var stop = Now + max;
        var pause = max.Min(interval ?? DefaultInterval);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await assertion();
                return;
            }
            catch when (Now + pause < stop)
            {
                // There is time for another try, and what is thrown in the last one is thrown to the test.
            }

            await waiting.For(pause, cancellationToken);
            pause = NotNegative(stop - Now).Min(interval ?? DefaultInterval);
        }
    }
}
