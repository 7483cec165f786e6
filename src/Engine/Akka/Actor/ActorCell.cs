using Akka.Actor.Internal;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using Akka.Util;

namespace Akka.Actor;

/// <summary>
/// What surrounds one actor: its behaviours, children, watchers and mailbox. Except for sending, everything runs on the one thread
/// that currently runs the mailbox.
/// </summary>
public partial class ActorCell : IUntypedActorContext, ICell
{
    public const int UndefinedUid = 0;

    private readonly IInternalActorRef _self;
    private readonly ActorSystemImpl _systemImpl;
    private readonly bool _serializeAllMessages;
    private Props _props;
    private volatile Mailbox _mailbox = null!;
    private ActorBase? _actor;
    private Receive _behaviour = null!;
    private Stack<Receive>? _behaviours;
    private bool _logsWhatItReceives;
    private ActorTaskScheduler? _taskScheduler;
    private IActorRef _sender = null!;

    public ActorCell(
        ActorSystemImpl system, IInternalActorRef self, Props props, MessageDispatcher dispatcher, IInternalActorRef parent)
    {
        _self = self;
        _props = props;
        _systemImpl = system;
        _serializeAllMessages = system.Settings.SerializeAllMessages;
        Parent = parent;
        Dispatcher = dispatcher;
    }

    internal static ActorCell? Current => InternalCurrentActorCellKeeper.Current;

    public IActorRef Self => _self;

    public ActorSystem System => _systemImpl;

    public ActorSystemImpl SystemImpl => _systemImpl;

    public IInternalActorRef Parent { get; }

    IActorRef IActorContext.Parent => Parent;

    public Props Props => _props;

    public MessageDispatcher Dispatcher { get; }

    public Mailbox Mailbox => _mailbox;

    public object? CurrentMessage { get; private set; }

    /// <summary>Numbers the messages, so that a stash can tell that it is given the same one twice.</summary>
    public int CurrentEnvelopeId { get; private set; }

    public IActorRef Sender => _sender ?? _systemImpl.DeadLetters;

    public bool IsLocal => true;

    public bool IsTerminated => _mailbox.IsClosed();

    public bool HasMessages => _mailbox.HasMessages;

    public int NumberOfMessages => _mailbox.NumberOfMessages;

    public virtual ActorTaskScheduler TaskScheduler => _taskScheduler ??= new ActorTaskScheduler(this);

    internal ActorBase? Actor => _actor;

    internal bool IsFailed => _failure is not null;

    public static IActorRef GetCurrentSelfOrNoSender() => Current?.Self ?? ActorRefs.NoSender;

    public static IActorRef GetCurrentSenderOrNoSender() => Current is { _sender: { } sender } ? sender : ActorRefs.NoSender;

    public void Init(bool sendSupervise, MailboxType mailboxType)
    {
        var mailbox = new Mailbox(mailboxType.Create(_self, _systemImpl));
        ActorInitializationException? refusal = null;
        var required = _systemImpl.Mailboxes.RequiredTypeOrNull(_props.Type);
        if (required is not null && !required.IsInstanceOfType(mailbox.MessageQueue))
        {
            refusal = new ActorInitializationException(
                _self, $"Actor [{_self}] requires mailbox type [{required}] got [{mailbox.MessageQueue.GetType()}]");
        }

        SwapMailbox(mailbox);
        _mailbox.SetActor(this);
        // The first thing that the new actor processes, and the first that its parent hears of it.
        _mailbox.SystemEnqueue(_self, new Create(refusal));
        if (sendSupervise)
            Parent.SendSystemMessage(new Supervise(_self, async: false));
    }

    public virtual void Start() => Dispatcher.Attach(this);

    public void Stop() => SendSystemMessage(new Terminate());

    public void Suspend() => SendSystemMessage(new Suspend());

    public void Resume(Exception? causedByFailure) => SendSystemMessage(new Resume(causedByFailure));

    public void Restart(Exception cause) => SendSystemMessage(new Recreate(cause));

    public virtual void SendMessage(IActorRef sender, object message) => SendMessage(new Envelope(message, sender, _systemImpl));

    public virtual void SendMessage(Envelope message) => Dispatcher.Dispatch(
        this, _serializeAllMessages ? SerializationVerification.RoundTrip(message, _systemImpl) : message);

    public virtual void SendSystemMessage(ISystemMessage message) => Dispatcher.SystemDispatch(this, (SystemMessage)message);

    public void UseThreadContext(Action action)
    {
        var previous = InternalCurrentActorCellKeeper.Current;
        InternalCurrentActorCellKeeper.Current = this;
        try
        {
            action();
        }
        finally
        {
            InternalCurrentActorCellKeeper.Current = previous!;
        }
    }

    public void Become(Receive receive)
    {
        // The first behaviour stays below: it is what unbecoming leads back to in the end.
        if (_behaviours is { Count: > 1 })
            _behaviours.Pop();
        PushBehaviour(receive);
    }

    public void BecomeStacked(Receive receive) => PushBehaviour(receive);

    void IUntypedActorContext.Become(UntypedReceive receive) => Become(Adapt(receive));

    void IUntypedActorContext.BecomeStacked(UntypedReceive receive) => BecomeStacked(Adapt(receive));

    public void UnbecomeStacked()
    {
        if (_behaviours is not { Count: > 1 })
            return;
        _behaviours.Pop();
        _behaviour = _behaviours.Peek();
    }

    public void Stop(IActorRef child)
    {
        if (TryGetChildStatsByRef(child, out _))
            _children.ShallDie(child);
        ((IInternalActorRef)child).Stop();
    }

    public ActorSelection ActorSelection(string path) => ActorRefFactoryShared.ActorSelection(path, _systemImpl, _self);

    public ActorSelection ActorSelection(ActorPath path) => ActorRefFactoryShared.ActorSelection(path, _systemImpl);

    internal void UseThreadContext(Mailbox mailbox)
    {
        var previous = InternalCurrentActorCellKeeper.Current;
        InternalCurrentActorCellKeeper.Current = this;
        try
        {
            mailbox.Process();
        }
        finally
        {
            InternalCurrentActorCellKeeper.Current = previous!;
        }
    }

    internal Mailbox SwapMailbox(Mailbox mailbox)
    {
        var old = _mailbox;
        _mailbox = mailbox;
        return old;
    }

    internal static (string Name, long Uid) GetNameAndUid(string name)
    {
        var hash = name.IndexOf('#', StringComparison.Ordinal);
        return hash < 0 ? (name, UndefinedUid) : (name[..hash], ParseUid(name.AsSpan(hash + 1)));
    }

    /// <summary>A uid is never the undefined one.</summary>
    internal static long NewUid() => Random.Shared.Next(UndefinedUid + 1, int.MaxValue);

    private static long ParseUid(ReadOnlySpan<char> text) => long.TryParse(text, out var uid) ? uid : UndefinedUid;

    private void PushBehaviour(Receive receive)
    {
        (_behaviours ??= new Stack<Receive>(1)).Push(receive);
        _behaviour = receive;
    }

    private static Receive Adapt(UntypedReceive receive) => message =>
    {
        receive(message);
        return true;
    };

    private void Publish(LogEvent logEvent)
    {
        try
        {
            _systemImpl.EventStream.Publish(logEvent);
        }
        catch (Exception e) when (IsTerminated)
        {
            // A logger that fails while its system goes down has nobody left to tell.
            global::System.Diagnostics.Trace.TraceError(e.ToString());
        }
    }

    private void DebugLifecycle(string message)
    {
        if (_systemImpl.Settings.DebugLifecycle)
            Publish(new Debug(_self.Path.ToString(), _actor?.GetType() ?? GetType(), message));
    }
}
