using Akka.Actor;
using Akka.Actor.Internal;

namespace Akka.TestKit.Internal;

/// <summary>Runs what continues after an await with the same implicit sender as what went before.</summary>
internal sealed class ActorCellKeepingSynchronizationContext(ActorCell cell) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) =>
        ThreadPool.UnsafeQueueUserWorkItem(_ => Send(d, state), null);

    public override void Send(SendOrPostCallback d, object? state)
    {
        var outerContext = Current;
        var outerCell = InternalCurrentActorCellKeeper.Current;
        SetSynchronizationContext(this);
        InternalCurrentActorCellKeeper.Current = cell;
        try
        {
            d(state);
        }
        finally
        {
            InternalCurrentActorCellKeeper.Current = outerCell;
            SetSynchronizationContext(outerContext);
        }
    }
}
