namespace Akka.TestKit.Internal;

/// <summary>
/// How a test waits. Each expectation is written once: with <see cref="OnThread"/> every step of it completes on the calling thread,
/// so that its result can be taken at once and a test without <c>await</c> needs no thread of the pool.
/// </summary>
internal abstract class Waiting
{
    public static readonly Waiting OnThread = new HoldingTheThread();

    public static readonly Waiting Async = new LeavingTheThread();

    public abstract ValueTask<bool> ForMessage(ReceivedMessages messages, TimeSpan timeout, CancellationToken cancellationToken);

    public abstract ValueTask For(TimeSpan time, CancellationToken cancellationToken);

    private sealed class HoldingTheThread : Waiting
    {
        public override ValueTask<bool> ForMessage(ReceivedMessages messages, TimeSpan timeout, CancellationToken cancellationToken) =>
            new(messages.Wait(timeout, cancellationToken));

        public override ValueTask For(TimeSpan time, CancellationToken cancellationToken)
        {
            if (cancellationToken.WaitHandle.WaitOne(time)) cancellationToken.ThrowIfCancellationRequested();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class LeavingTheThread : Waiting
    {
        public override ValueTask<bool> ForMessage(ReceivedMessages messages, TimeSpan timeout, CancellationToken cancellationToken) =>
            messages.WaitAsync(timeout, cancellationToken);

        public override ValueTask For(TimeSpan time, CancellationToken cancellationToken) => new(Task.Delay(time, cancellationToken));
    }
}

internal static class WaitingExtensions
{
    /// <summary>Takes the result of work that waits on the thread, and is therefore done.</summary>
    public static T Result<T>(this ValueTask<T> done) => done.AsTask().GetAwaiter().GetResult();

    public static void Result(this ValueTask done) => done.AsTask().GetAwaiter().GetResult();

    public static List<T> Result<T>(this IAsyncEnumerable<T> items) => ToList(items).Result();

    private static async ValueTask<List<T>> ToList<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items.ConfigureAwait(false)) list.Add(item);
        return list;
    }
}
