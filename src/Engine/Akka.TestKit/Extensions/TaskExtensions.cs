namespace Akka.TestKit.Extensions;

/// <summary>
/// Expectations of tasks; what is not met is told by a <see cref="TimeoutException"/> or an <see cref="ArgumentException"/>.
/// </summary>
public static class TaskExtensions
{
    /// <returns>Whether the task was done in time.</returns>
    public static async Task<bool> AwaitWithTimeout(
        this Task parentTask, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        try
        {
            await parentTask.WaitAsync(timeout, cancellationToken);
            return true;
        }
        catch (TimeoutException) when (!parentTask.IsCompleted)
        {
            return false;
        }
    }

    public static Task<T> WithTimeout<T>(this Task<T> parentTask, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        parentTask.WaitAsync(timeout, cancellationToken);

    public static async Task ShouldCompleteWithin(
        this Task task, TimeSpan timeout, string because = "", params object[] becauseArgs)
    {
        if (!await task.AwaitWithTimeout(timeout))
            throw new TimeoutException($"Expected the task to complete within {timeout}{Because(because, becauseArgs)}.");
    }

    public static async Task<T> ShouldCompleteWithin<T>(
        this Task<T> task, TimeSpan timeout, string because = "", params object[] becauseArgs)
    {
        await ((Task)task).ShouldCompleteWithin(timeout, because, becauseArgs);
        return await task;
    }

    public static async Task ShouldCompleteWithin<T>(
        this Task<T> task, T expected, TimeSpan timeout, string because = "", params object[] becauseArgs)
    {
        var result = await task.ShouldCompleteWithin(timeout, because, becauseArgs);
        if (!EqualityComparer<T>.Default.Equals(result, expected))
            throw new ArgumentException($"Expected [{expected}], but the task gave [{result}]{Because(because, becauseArgs)}.");
    }

    public static async Task<T> ShouldThrowWithin<T>(
        this Task task, TimeSpan timeout, string because = "", params object[] becauseArgs) where T : Exception
    {
        try
        {
            await task.ShouldCompleteWithin(timeout, because, becauseArgs);
        }
        catch (T expected) when (task.IsCompleted)
        {
            return expected;
        }

        throw new ArgumentException($"Expected [{typeof(T)}], but the task threw nothing{Because(because, becauseArgs)}.");
    }

    public static async Task ShouldThrowWithin<T>(
        this Task task, T expected, TimeSpan timeout, string because = "", params object[] becauseArgs) where T : Exception
    {
        var failure = await task.ShouldThrowWithin<T>(timeout, because, becauseArgs);
        if (failure.GetType() != expected.GetType() || failure.Message != expected.Message)
            throw new ArgumentException($"Expected [{expected}], but the task threw [{failure}]{Because(because, becauseArgs)}.");
    }

    private static string Because(string because, object[] args)
    {
        if (string.IsNullOrEmpty(because)) return "";
        return " because " + (args is null or [] ? because : string.Format(because, args));
    }
}
