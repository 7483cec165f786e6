using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>The sender of an Ask: lives under <c>/temp</c> until the first answer has come.</summary>
public class FutureActorRef<T> : MinimalActorRef
{
    private readonly TaskCompletionSource<T> _result;

    public FutureActorRef(TaskCompletionSource<T> result, ActorPath path, IActorRefProvider provider)
    {
        _result = result;
        Path = path;
        Provider = provider;
    }

    public override ActorPath Path { get; }

    public override IActorRefProvider Provider { get; }

    public override IInternalActorRef Parent => Provider.TempContainer;

    public override bool IsTerminated => _result.Task.IsCompleted;

    public virtual void DeliverAsk(object message, ICanTell destination) => destination.Tell(message, this);

    public override void SendSystemMessage(ISystemMessage message)
    {
        if (message is Watch watch && !watch.Watcher.Equals(this))
        {
            // It ends with its answer; whoever watches it is told then.
            _result.Task.ContinueWith(
                static (_, state) =>
                {
                    var about = (Watch)state!;
                    about.Watcher.SendSystemMessage(new DeathWatchNotification(about.Watchee, true, false));
                },
                watch, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        var taken = message switch
        {
            ISystemMessage system => _result.TrySetException(
                new InvalidOperationException($"system message of type '{system.GetType().Name}' is invalid for FutureActorRef")),
            T answer => _result.TrySetResult(answer),
            null => _result.TrySetResult(default!),
            Status.Failure { Cause: null } => _result.TrySetException(
                new TaskCanceledException("Task cancelled by actor via Failure message.")),
            Status.Failure failure => _result.TrySetException(failure.Cause),
            Failure { Exception: { } exception } => _result.TrySetException(exception),
            _ => _result.TrySetException(new ArgumentException(
                $"Received message of type [{message.GetType()}] - Ask expected message of type [{typeof(T)}]")),
        };
        // Only the first answer is taken: a second one is nobody's, as if the asker were gone already.
        if (!taken && message is not null)
            Provider.DeadLetters.Tell(message, this);
    }
}
