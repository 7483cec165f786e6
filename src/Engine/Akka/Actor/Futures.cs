using Akka.Actor.Internal;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

public static class Futures
{
    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout = null) => self.Ask<object>(message, timeout);

    public static Task<object> Ask(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<object>(message, null, cancellationToken);

    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) =>
        self.Ask<object>(message, timeout, cancellationToken);

    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<T>(message, timeout, CancellationToken.None);

    public static Task<T> Ask<T>(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<T>(message, null, cancellationToken);

    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) =>
        self.Ask<T>(_ => message, timeout, cancellationToken);

    /// <summary>Sends a message and waits for one answer.</summary>
    /// <param name="self">Whom to ask.</param>
    /// <param name="messageFactory">Makes the message, given who is to be answered.</param>
    /// <param name="timeout">Null for <c>akka.actor.ask-timeout</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="AskTimeoutException">Nobody answered in time.</exception>
    public static async Task<T> Ask<T>(
        this ICanTell self, Func<IActorRef, object> messageFactory, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var provider = ResolveProvider(self)
            ?? throw new ArgumentException("Unable to resolve the target Provider", nameof(self));
        timeout ??= provider.Settings.AskTimeout;
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var asker = provider.CreateFutureRef(result);
        var path = asker.Path;

        using var cancellation = cancellationToken.CanBeCanceled
            ? cancellationToken.UnsafeRegister(
                static (state, token) => ((TaskCompletionSource<T>)state!).TrySetCanceled(token), result)
            : default;
        using var timer = timeout > TimeSpan.Zero
            ? new Timer(
                static state =>
                {
                    var (pending, after) = ((TaskCompletionSource<T>, TimeSpan))state!;
                    pending.TrySetException(new AskTimeoutException($"Timeout after {after} seconds"));
                },
                (result, timeout.Value), timeout.Value, Timeout.InfiniteTimeSpan)
            : null;
        provider.RegisterTempActor(asker, path);
        try
        {
            asker.DeliverAsk(messageFactory(asker), self);
            return await result.Task.ConfigureAwait(false);
        }
        finally
        {
            provider.UnregisterTempActor(path);
        }
    }

    internal static IActorRefProvider? ResolveProvider(ICanTell self) => self switch
    {
        ActorSelection { Anchor: IInternalActorRef anchor } => anchor.Provider,
        IInternalActorRef actor => actor.Provider,
        _ => InternalCurrentActorCellKeeper.Current?.SystemImpl.Provider,
    };
}

/// <summary>A temporary place that waits for the death of one actor.</summary>
internal sealed class DeathWaiter : MinimalActorRef
{
    private readonly TaskCompletionSource<bool> _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IInternalActorRef _target;

    private DeathWaiter(IInternalActorRef target)
    {
        _target = target;
        Provider = target.Provider;
        Path = Provider.TempPath();
    }

    public override ActorPath Path { get; }

    public override IActorRefProvider Provider { get; }

    public override IInternalActorRef Parent => Provider.TempContainer;

    /// <param name="target">Whose death.</param>
    /// <param name="afterWatching">What to do once it is watched.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<bool> Wait(IInternalActorRef target, Action afterWatching, CancellationToken cancellationToken)
    {
        var waiter = new DeathWaiter(target);
        target.Provider.RegisterTempActor(waiter, waiter.Path);
        try
        {
            target.SendSystemMessage(new Watch(target, waiter));
            afterWatching();
            return await waiter._died.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            target.SendSystemMessage(new Unwatch(target, waiter));
            target.Provider.UnregisterTempActor(waiter.Path);
        }
    }

    public override void SendSystemMessage(ISystemMessage message)
    {
        if (message is DeathWatchNotification death && death.Actor.Equals(_target))
            _died.TrySetResult(true);
    }
}

public static class GracefulStopSupport
{
    public static Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout) =>
        target.GracefulStop(timeout, PoisonPill.Instance);

    /// <summary>Sends the stop message and waits for the actor's end.</summary>
    /// <returns>Whether it ended within the timeout.</returns>
    public static async Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout, object stopMessage)
    {
        using var deadline = new CancellationTokenSource(timeout);
        try
        {
            return await DeathWaiter.Wait(
                (IInternalActorRef)target, () => target.Tell(stopMessage, ActorRefs.NoSender), deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}

public static class WatchAsyncSupport
{
    /// <returns>True when the actor has ended, false when the wait was cancelled before.</returns>
    public static async Task<bool> WatchAsync(this IActorRef target, CancellationToken token = default)
    {
        if (target is not IInternalActorRef actor)
            throw new InvalidOperationException($"{target} is not an {nameof(IInternalActorRef)} and cannot be death-watched");
        try
        {
            return await DeathWaiter.Wait(actor, () => { }, token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            return false;
        }
    }
}
