using Akka.Event;

namespace Akka.Actor;

public abstract class ActorBase : IInternalActor
{
    // A cleared actor (stopped, or replaced by a restart) has lost its cell, but asynchronous leftovers may still ask for Self.
    private IActorRef? _clearedSelf;
    private bool _hasBeenCleared;

    protected ActorBase()
    {
        var cell = ActorCell.Current ?? throw new ActorInitializationException(
            "Do not create actors using 'new', always create them using an ActorContext/System");
        cell.Become(Receive);
        // Before the constructors of the actor's own class, which may set timers.
        if (this is IWithTimers timed)
            timed.Timers = cell.Timers;
    }

    IActorContext IInternalActor.ActorContext => Context;

    protected static IActorContext Context => ActorCell.Current ?? throw NoContext();

    protected static Receive EmptyReceive { get; } = _ => false;

    protected IActorRef Self => _hasBeenCleared ? _clearedSelf! : Context.Self;

    internal bool IsCleared => _hasBeenCleared;

    protected IActorRef Sender => Context.Sender;

    protected abstract bool Receive(object message);

    protected internal virtual bool AroundReceive(Receive receive, object message)
    {
        if (receive(message))
            return true;
        Unhandled(message);
        return false;
    }

    public virtual void AroundPreStart() => PreStart();

    protected virtual void PreStart()
    {
    }

    public virtual void AroundPostStop() => PostStop();

    protected virtual void PostStop()
    {
    }

    public virtual void AroundPreRestart(Exception cause, object message) => PreRestart(cause, message);

    protected virtual void PreRestart(Exception reason, object message)
    {
        foreach (var child in Context.GetChildren().ToList())
        {
            Context.Unwatch(child);
            Context.Stop(child);
        }

        PostStop();
    }

    public virtual void AroundPostRestart(Exception cause, object message) => PostRestart(cause);

    protected virtual void PostRestart(Exception reason) => PreStart();

    protected virtual SupervisorStrategy? SupervisorStrategy() => null;

    protected virtual void Unhandled(object message)
    {
        if (message is Terminated terminated)
            throw new DeathPactException(terminated.ActorRef);
        Context.System.EventStream.Publish(new UnhandledMessage(message, Sender, Self));
    }

    protected void Become(Receive receive) => Context.Become(receive);

    protected void BecomeStacked(Receive receive) => Context.BecomeStacked(receive);

    protected void UnbecomeStacked() => Context.UnbecomeStacked();

    protected void SetReceiveTimeout(TimeSpan? timeout) => Context.SetReceiveTimeout(timeout);

    internal SupervisorStrategy? GetSupervisorStrategy() => SupervisorStrategy();

    internal void Clear(IActorRef self)
    {
        _hasBeenCleared = true;
        _clearedSelf = self;
    }

    internal void Unclear()
    {
        _hasBeenCleared = false;
        _clearedSelf = null;
    }

    private static NotSupportedException NoContext() => new(
        "There is no active ActorContext, this is most likely due to use of async operations from within this actor.");
}
