namespace Akka.TestKit.Extensions;

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
}
