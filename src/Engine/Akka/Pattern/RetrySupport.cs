using Akka.Actor;
using Akka.Util;

namespace Akka.Pattern;

public static class FutureTimeoutSupport
{
    /// <summary>Calls the function after a time that the scheduler measures.</summary>
    public static async Task<T> After<T>(TimeSpan timeout, IScheduler scheduler, Func<Task<T>> value)
    {
        var elapsed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        scheduler.Advanced.ScheduleOnce(timeout, elapsed.SetResult);
        await elapsed.Task.ConfigureAwait(false);
        return await value().ConfigureAwait(false);
    }
}

/// <summary>Tries again what failed; what is thrown in the end is what the last attempt threw.</summary>
public static class RetrySupport
{
    public static Task<T> Retry<T>(Func<Task<T>> attempt, int attempts) =>
        RetryCore(attempt, attempts, _ => Option<TimeSpan>.None, null);

    public static Task<T> Retry<T>(
        Func<Task<T>> attempt, int attempts, TimeSpan minBackoff, TimeSpan maxBackoff, int randomFactor, IScheduler scheduler)
    {
        if (minBackoff < TimeSpan.Zero) throw new ArgumentException("The backoff must not be negative.", nameof(minBackoff));
        if (maxBackoff < minBackoff) throw new ArgumentException("The longest backoff is shorter than the shortest.", nameof(maxBackoff));
        if (randomFactor is < 0 or > 1) throw new ArgumentException("The random factor must be between 0 and 1.", nameof(randomFactor));
        return RetryCore(
            attempt, attempts, attempted => BackoffSupervisor.CalculateDelay(attempted, minBackoff, maxBackoff, randomFactor), scheduler);
    }

    public static Task<T> Retry<T>(Func<Task<T>> attempt, int attempts, TimeSpan delay, IScheduler scheduler) =>
        RetryCore(attempt, attempts, _ => delay, scheduler);

    public static Task<T> Retry<T>(
        Func<Task<T>> attempt, int attempts, Func<int, Option<TimeSpan>> delayFunction, IScheduler scheduler) =>
        RetryCore(attempt, attempts, delayFunction, scheduler);

    private static async Task<T> RetryCore<T>(
        Func<Task<T>> attempt, int attempts, Func<int, Option<TimeSpan>> delayFunction, IScheduler? scheduler)
    {
        if (attempts < 0) throw new ArgumentException("The number of attempts must not be negative.", nameof(attempts));
        for (var attempted = 0; ; attempted++)
        {
            try
            {
                return await attempt().ConfigureAwait(false);
            }
            catch when (attempted < attempts)
            {
                // Another attempt is left; the next failure may be the one to tell.
            }

            var delay = delayFunction(attempted + 1);
            if (delay is { HasValue: true } wait && wait.Value > TimeSpan.Zero)
                await FutureTimeoutSupport.After(wait.Value, scheduler!, () => Task.FromResult(true)).ConfigureAwait(false);
        }
    }
}
