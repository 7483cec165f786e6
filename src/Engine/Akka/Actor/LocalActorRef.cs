using Akka.Actor.Internal;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>A reference to an actor of this process.</summary>
public class LocalActorRef : ActorRefWithCell
{
    private readonly ActorPath _path;
    private readonly ActorCell _cell;
    private readonly ActorSystemImpl _system;

    public LocalActorRef(
        ActorSystemImpl system, Props props, MessageDispatcher dispatcher, MailboxType mailboxType, IInternalActorRef supervisor,
        ActorPath path)
    {
        _system = system;
        _path = path;
        Props = props;
        Dispatcher = dispatcher;
        MailboxType = mailboxType;
        Supervisor = supervisor;
        _cell = CreateCell();
        _cell.Init(sendSupervise: true, mailboxType);
    }

    public ActorCell Cell => _cell;

    public override ICell Underlying => _cell;

    public override ActorPath Path => _path;

    public override IInternalActorRef Parent => _cell.Parent;

    public override IActorRefProvider Provider => _system.Provider;

    public override IEnumerable<IActorRef> Children => _cell.GetChildren();

    public override bool IsLocal => true;

    public override bool IsTerminated => _cell.IsTerminated;

    protected ActorSystem System => _system;

    protected Props Props { get; }

    protected MessageDispatcher Dispatcher { get; }

    protected MailboxType MailboxType { get; }

    protected IInternalActorRef Supervisor { get; }

    public override void Start() => _cell.Start();

    public override void Suspend() => _cell.Suspend();

    public override void Resume(Exception? causedByFailure = null) => _cell.Resume(causedByFailure);

    public override void Stop() => _cell.Stop();

    public override void Restart(Exception cause) => _cell.Restart(cause);

    public override void SendSystemMessage(ISystemMessage message) => _cell.SendSystemMessage(message);

    public override IInternalActorRef GetSingleChild(string name) => _cell.GetSingleChild(name);

    public override IActorRef GetChild(IReadOnlyList<string> name) => Descend(this, name);

    /// <summary>Walks from an actor along names, of which ".." is its parent.</summary>
    internal static IActorRef Descend(IInternalActorRef start, IReadOnlyList<string> name)
    {
        var current = start;
        for (var i = 0; i < name.Count; i++)
        {
            if (current is not ActorRefWithCell withCell)
                return current.GetChild(name.Skip(i).ToArray());
            switch (name[i])
            {
                case "":
                    break;
                case "..":
                    current = current.Parent;
                    break;
                default:
                    current = withCell.GetSingleChild(name[i]);
                    if (current is Nobody)
                        return current;
                    break;
            }
        }

        return current;
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is null)
            throw new InvalidMessageException("Message is null.");
        _cell.SendMessage(sender, message);
    }

    protected virtual ActorCell NewActorCell(
        ActorSystemImpl system, IInternalActorRef self, Props props, MessageDispatcher dispatcher, IInternalActorRef supervisor) =>
        new(system, self, props, dispatcher, supervisor);

    private ActorCell CreateCell() => NewActorCell(_system, this, Props, Dispatcher, Supervisor);
}

/// <summary>The root of all actors; besides its children it knows the places that are no actors.</summary>
public class RootGuardianActorRef : LocalActorRef
{
    private readonly IInternalActorRef _deadLetters;
    private readonly IReadOnlyDictionary<string, IInternalActorRef> _extraNames;
    private IInternalActorRef? _tempContainer;

    public RootGuardianActorRef(
        ActorSystemImpl system, Props props, MessageDispatcher dispatcher, MailboxType mailboxType, IInternalActorRef supervisor,
        ActorPath path, IInternalActorRef deadLetters, IReadOnlyDictionary<string, IInternalActorRef> extraNames)
        : base(system, props, dispatcher, mailboxType, supervisor, path)
    {
        _deadLetters = deadLetters;
        _extraNames = extraNames;
    }

    public override IInternalActorRef Parent => this;

    public void SetTempContainer(IInternalActorRef tempContainer) => _tempContainer = tempContainer;

    public override IInternalActorRef GetSingleChild(string name) => name switch
    {
        "temp" when _tempContainer is not null => _tempContainer,
        "deadLetters" => _deadLetters,
        _ when _extraNames.TryGetValue(name, out var extra) => extra,
        _ => base.GetSingleChild(name),
    };
}
