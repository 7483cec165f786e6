using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;

namespace Akka.TestKit.Internal;

/// <summary>A local reference through which a test can reach the actor itself.</summary>
public class InternalTestActorRef : LocalActorRef
{
    private static long _names = -1;

    private InternalTestActorRef(
        ActorSystemImpl system, Props props, MessageDispatcher dispatcher, MailboxType mailboxType, IInternalActorRef supervisor,
        ActorPath path)
        : base(system, props, dispatcher, mailboxType, supervisor, path)
    {
    }

    public object UnderlyingActor
    {
        get
        {
            // Made on another thread where the actor has a dispatcher of its own.
            SpinWait.SpinUntil(() => Cell.Actor is not null || IsTerminated, TestKitExtension.For(System).DefaultTimeout);
            return Cell.Actor ?? throw new IllegalActorStateException($"The actor [{Path}] does not run.");
        }
    }

    public static InternalTestActorRef Create(ActorSystem system, Props props, IActorRef? supervisor = null, string? name = null)
    {
        var systemImpl = (ActorSystemImpl)system;
        if (props.Deploy.Dispatcher == Deploy.NoDispatcherGiven) props = props.WithDispatcher(CallingThreadDispatcher.Id);
        var dispatcher = systemImpl.Dispatchers.Lookup(props.Dispatcher);
        var mailboxType = systemImpl.Mailboxes.GetMailboxType(props, dispatcher.Configurator.Config);
        var parent = (IInternalActorRef)(supervisor ?? systemImpl.Guardian);
        if (parent is not ActorRefWithCell { Underlying: ActorCell parentCell })
            throw new ArgumentException($"[{parent}] cannot have children: it is no running actor of this process.", nameof(supervisor));

        name = string.IsNullOrEmpty(name) ? CreateUniqueName() : name;
        parentCell.ReserveChild(name);
        var path = new ChildActorPath(parent.Path, name, ActorCell.NewUid());
        var testActorRef = new InternalTestActorRef(systemImpl, props, dispatcher, mailboxType, parent, path);
        parentCell.InitChild(testActorRef);
        testActorRef.Start();
        return testActorRef;
    }

    public static string CreateUniqueName() => "$$" + ActorCell.Base64(Interlocked.Increment(ref _names));

    /// <summary>Runs a message through the actor's behaviour; what that throws is thrown to the caller, not to the supervisor.</summary>
    public void Receive(object message, IActorRef? sender = null) => TestCell.ReceiveNow(message, sender);

    /// <summary>As Receive, and completes when an asynchronous handler has.</summary>
    public Task ReceiveAsync(object message, IActorRef? sender = null) => TestCell.ReceiveAsync(message, sender);

    public void Watch(IActorRef subject) => Cell.UseThreadContext(() => Cell.Watch(subject));

    public void Unwatch(IActorRef subject) => Cell.UseThreadContext(() => Cell.Unwatch(subject));

    private TestActorCell TestCell => (TestActorCell)Cell;

    protected override ActorCell NewActorCell(
        ActorSystemImpl system, IInternalActorRef self, Props props, MessageDispatcher dispatcher, IInternalActorRef supervisor) =>
        new TestActorCell(system, self, props, dispatcher, supervisor);

    private sealed class TestActorCell(
        ActorSystemImpl system, IInternalActorRef self, Props props, MessageDispatcher dispatcher, IInternalActorRef parent)
        : ActorCell(system, self, props, dispatcher, parent)
    {
        private TaskCompletionSource? _receiving;

        public void ReceiveNow(object message, IActorRef? sender) =>
            UseThreadContext(() => ReceiveMessageForTest(new Envelope(message, sender ?? SystemImpl.DeadLetters)));

        public Task ReceiveAsync(object message, IActorRef? sender)
        {
            var receiving = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _receiving = receiving;
            try
            {
                ReceiveNow(message, sender);
            }
            catch (Exception failure)
            {
                _receiving = null;
                receiving.TrySetException(failure);
                return receiving.Task;
            }

            // A handler that is still under way is known by its message; it reports its end by a system message.
            if (TaskScheduler.CurrentMessage is null && Interlocked.Exchange(ref _receiving, null) is not null) receiving.TrySetResult();
            return receiving.Task;
        }

        public override void SendSystemMessage(ISystemMessage message)
        {
            if (message is not ActorTaskCompleted completed || Interlocked.Exchange(ref _receiving, null) is not { } receiving)
            {
                base.SendSystemMessage(message);
                return;
            }

            base.SendSystemMessage(new ActorTaskCompleted(null, completed.Message));
            if (completed.Failure is null) receiving.TrySetResult();
            else receiving.TrySetException(completed.Failure);
        }
    }
}
