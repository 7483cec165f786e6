using Akka.Actor.Internal;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>
/// A reference to a top-level actor. Akka.NET makes its cell a moment after the reference; here it is made with it, so it is started
/// from the beginning.
/// </summary>
public class RepointableActorRef : ActorRefWithCell, IRepointableRef
{
    protected readonly ActorSystemImpl System;
    protected readonly Props Props;
    protected readonly MessageDispatcher Dispatcher;
    protected readonly IInternalActorRef Supervisor;
    protected readonly ActorPath _path;

    private readonly MailboxType _mailboxType;
    private ActorCell _cell = null!;

    public RepointableActorRef(
        ActorSystemImpl system, Props props, MessageDispatcher dispatcher, MailboxType mailboxType, IInternalActorRef supervisor,
        ActorPath path)
    {
        System = system;
        Props = props;
        Dispatcher = dispatcher;
        Supervisor = supervisor;
        _path = path;
        _mailboxType = mailboxType;
    }

    public override ICell Underlying => _cell;

    public ICell Lookup => _cell;

    public bool IsStarted => _cell is not null;

    public override ActorPath Path => _path;

    public override IInternalActorRef Parent => _cell.Parent;

    public override IActorRefProvider Provider => System.Provider;

    public override IEnumerable<IActorRef> Children => _cell.GetChildren();

    public override bool IsLocal => true;

    public override bool IsTerminated => _cell.IsTerminated;

    public RepointableActorRef Initialize(bool async)
    {
        _cell = NewCell();
        _cell.Init(sendSupervise: true, _mailboxType);
        return this;
    }

    public override void Start() => _cell.Start();

    public override void Suspend() => _cell.Suspend();

    public override void Resume(Exception? causedByFailure = null) => _cell.Resume(causedByFailure);

    public override void Stop() => _cell.Stop();

    public override void Restart(Exception cause) => _cell.Restart(cause);

    public override void SendSystemMessage(ISystemMessage message) => _cell.SendSystemMessage(message);

    public override IInternalActorRef GetSingleChild(string name) => _cell.GetSingleChild(name);

    public override IActorRef GetChild(IReadOnlyList<string> name) => LocalActorRef.Descend(this, name);

    protected virtual ActorCell NewCell() => new(System, this, Props, Dispatcher, Supervisor);

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is null)
            throw new InvalidMessageException("Message is null.");
        _cell.SendMessage(sender, message);
    }
}
