using Akka.Actor;
using Akka.Actor.Internal;

namespace Akka.Persistence;

/// <summary>An event-sourced actor that names its handlers by message type, in its constructor and inside Become.</summary>
public abstract class ReceivePersistentActor : UntypedPersistentActor, IInitializableActor
{
    private readonly HandlerTable _initialCommands = new();
    private readonly HandlerTable _recoverHandlers = new();

    // The handlers being named just now; null when it is too late for it.
    private HandlerTable? _configured;

    protected ReceivePersistentActor() => _configured = _initialCommands;

    void IInitializableActor.Init() => _configured = null;

    protected sealed override void OnCommand(object message) => Handle(_initialCommands, message);

    protected sealed override void OnRecover(object message)
    {
        if (!_recoverHandlers.TryHandle(message))
            Unhandled(message);
    }

    protected void Become(Action configure)
    {
        var handlers = Configure(configure);
        Become((UntypedReceive)(message => Handle(handlers, message)));
    }

    protected void BecomeStacked(Action configure)
    {
        var handlers = Configure(configure);
        BecomeStacked((UntypedReceive)(message => Handle(handlers, message)));
    }

    protected void Command<T>(Action<T> handler, Predicate<T>? shouldHandle = null) =>
        Commands.Add(new ActionHandler<T>(handler, shouldHandle));

    protected void Command<T>(Predicate<T> shouldHandle, Action<T> handler) => Command(handler, shouldHandle);

    protected void Command<T>(Func<T, bool> handler) => Commands.Add(new FuncHandler<T>(handler));

    protected void Command(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null) =>
        Commands.Add(new UntypedHandler(messageType, handler, shouldHandle));

    protected void Command(Type messageType, Predicate<object> shouldHandle, Action<object> handler) =>
        Command(messageType, handler, shouldHandle);

    protected void Command(Type messageType, Func<object, bool> handler) =>
        Commands.Add(new UntypedFuncHandler(messageType, handler));

    protected void Command(Action<object> handler) => CommandAny(handler);

    protected void CommandAny(Action<object> handler) => Commands.Add(new ActionHandler<object>(handler, null));

    protected void CommandAsync<T>(Func<T, Task> handler, Predicate<T>? shouldHandle = null) =>
        Command(Awaited(handler), shouldHandle);

    protected void CommandAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) => Command(Awaited(handler), shouldHandle);

    protected void CommandAsync(Type messageType, Func<object, Task> handler, Predicate<object>? shouldHandle = null) =>
        Command(messageType, Awaited(handler), shouldHandle);

    protected void CommandAsync(Type messageType, Predicate<object> shouldHandle, Func<object, Task> handler) =>
        Command(messageType, Awaited(handler), shouldHandle);

    protected void CommandAnyAsync(Func<object, Task> handler) => CommandAny(Awaited(handler));

    protected void Recover<T>(Action<T> handler, Predicate<T>? shouldHandle = null) =>
        Recoveries.Add(new ActionHandler<T>(handler, shouldHandle));

    protected void Recover<T>(Predicate<T> shouldHandle, Action<T> handler) => Recover(handler, shouldHandle);

    protected void Recover<T>(Func<T, bool> handler) => Recoveries.Add(new FuncHandler<T>(handler));

    protected void Recover(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null) =>
        Recoveries.Add(new UntypedHandler(messageType, handler, shouldHandle));

    protected void Recover(Type messageType, Predicate<object> shouldHandle, Action<object> handler) =>
        Recover(messageType, handler, shouldHandle);

    protected void Recover(Type messageType, Func<object, bool> handler) =>
        Recoveries.Add(new UntypedFuncHandler(messageType, handler));

    protected void RecoverAny(Action<object> handler) => Recoveries.Add(new ActionHandler<object>(handler, null));

    private HandlerTable Commands => _configured ?? throw new InvalidOperationException(
        "You may only call Command-methods when constructing the actor and inside Become().");

    private HandlerTable Recoveries => _configured is not null ? _recoverHandlers : throw new InvalidOperationException(
        "You may only call Recover-methods when constructing the actor and inside Become().");

    private Action<T> Awaited<T>(Func<T, Task> handler) => message => RunTask(() => handler(message));

    private void Handle(HandlerTable handlers, object message)
    {
        if (!handlers.TryHandle(message))
            Unhandled(message);
    }

    private HandlerTable Configure(Action configure)
    {
        var outer = _configured;
        var handlers = new HandlerTable();
        _configured = handlers;
        try
        {
            configure();
        }
        finally
        {
            _configured = outer;
        }

        return handlers;
    }
}
