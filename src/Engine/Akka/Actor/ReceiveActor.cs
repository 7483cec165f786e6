using Akka.Actor.Internal;

namespace Akka.Actor;

/// <summary>An actor whose behaviour is a list of typed handlers: the first whose type and predicate fit gets the message.</summary>
public abstract class ReceiveActor : UntypedActor, IInitializableActor
{
    private readonly Stack<HandlerTable> _underConstruction = new();
    private HandlerTable? _behaviour;

    protected ReceiveActor() => _underConstruction.Push(new HandlerTable());

    void IInitializableActor.Init()
    {
        // The constructor's handlers are the first behaviour, unless the constructor became something else.
        _behaviour = _underConstruction.Pop();
    }

    protected sealed override void OnReceive(object message)
    {
        if (!_behaviour!.TryHandle(message))
            Unhandled(message);
    }

    protected void Become(Action configure)
    {
        var table = Configured(configure);
        base.Become(message => HandleOrLeave(table, message));
    }

    protected void BecomeStacked(Action configure)
    {
        var table = Configured(configure);
        base.BecomeStacked(message => HandleOrLeave(table, message));
    }

    protected void Receive<T>(Action<T> handler, Predicate<T>? shouldHandle = null) =>
        Table.Add(new ActionHandler<T>(handler, shouldHandle));

    protected void Receive<T>(Predicate<T> shouldHandle, Action<T> handler) => Receive(handler, shouldHandle);

    protected void Receive<T>(Func<T, bool> handler) => Table.Add(new FuncHandler<T>(handler));

    protected void Receive(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null) =>
        Table.Add(new UntypedHandler(messageType, handler, shouldHandle));

    protected void Receive(Type messageType, Predicate<object> shouldHandle, Action<object> handler) =>
        Receive(messageType, handler, shouldHandle);

    protected void Receive(Type messageType, Func<object, bool> handler) =>
        Table.Add(new UntypedFuncHandler(messageType, handler));

    protected void ReceiveAny(Action<object> handler) => Table.Add(new UntypedHandler(typeof(object), handler, null));

    protected void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T>? shouldHandle = null) =>
        Receive(message => RunTask(() => handler(message)), shouldHandle);

    protected void ReceiveAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) => ReceiveAsync(handler, shouldHandle);

    protected void ReceiveAsync(Type messageType, Func<object, Task> handler, Predicate<object>? shouldHandle = null) =>
        Receive(messageType, message => RunTask(() => handler(message)), shouldHandle);

    protected void ReceiveAsync(Type messageType, Predicate<object> shouldHandle, Func<object, Task> handler) =>
        ReceiveAsync(messageType, handler, shouldHandle);

    protected void ReceiveAnyAsync(Func<object, Task> handler) => ReceiveAny(message => RunTask(() => handler(message)));

    private HandlerTable Table => _underConstruction.TryPeek(out var table)
        ? table
        : throw new InvalidOperationException("You may only call Receive-methods when constructing the actor and inside Become().");

    private HandlerTable Configured(Action configure)
    {
        var table = new HandlerTable();
        _underConstruction.Push(table);
        try
        {
            configure();
        }
        finally
        {
            _underConstruction.Pop();
        }

        return table;
    }

    private void HandleOrLeave(HandlerTable table, object message)
    {
        if (!table.TryHandle(message))
            Unhandled(message);
    }
}
