using Akka.Actor;
using Akka.Event;

namespace Akka.Dispatch.SysMsg;

/// <summary>A message of the engine itself: it overtakes the user's messages and is processed while an actor is suspended.</summary>
public interface ISystemMessage : INoSerializationVerificationNeeded
{
}

public abstract class SystemMessage : ISystemMessage
{
    // Mailboxes chain system messages through the messages themselves, so that sending one allocates nothing more.
    internal SystemMessage? Next;

    public bool Unlinked => Next is null;

    public void Unlink() => Next = null;
}

public sealed class NoMessage : SystemMessage
{
    public override string ToString() => "NoMessage";
}

public sealed class DeathWatchNotification : SystemMessage, IDeadLetterSuppression
{
    public DeathWatchNotification(IActorRef actor, bool existenceConfirmed, bool addressTerminated)
    {
        Actor = actor;
        ExistenceConfirmed = existenceConfirmed;
        AddressTerminated = addressTerminated;
    }

    public IActorRef Actor { get; }

    public bool ExistenceConfirmed { get; }

    public bool AddressTerminated { get; }

    public override string ToString() =>
        $"<DeathWatchNotification>: {Actor}, ExistenceConfirmed={ExistenceConfirmed}, AddressTerminated={AddressTerminated}";
}

/// <summary>A child tells its parent that it failed and waits, suspended, for a directive.</summary>
public sealed class Failed : SystemMessage
{
    public Failed(IActorRef child, Exception cause, long uid)
    {
        Child = child;
        Cause = cause;
        Uid = uid;
    }

    public IActorRef Child { get; }

    public Exception Cause { get; }

    public long Uid { get; }

    public override string ToString() => $"<Failed>: {Child} ({Uid}) {Cause}";
}

/// <summary>A new child asks for supervision; always the first thing that its parent hears of it.</summary>
public sealed class Supervise : SystemMessage
{
    public Supervise(IActorRef child, bool async)
    {
        Child = child;
        Async = async;
    }

    public IActorRef Child { get; }

    public bool Async { get; }

    public override string ToString() => $"<Supervise>: {Child}, Async={Async}";
}

public class Watch : SystemMessage
{
    public Watch(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        Watchee = watchee;
        Watcher = watcher;
    }

    public IInternalActorRef Watchee { get; }

    public IInternalActorRef Watcher { get; }

    public override string ToString() => $"<Watch>: {Watcher} wants to watch {Watchee}";
}

public sealed class Unwatch : SystemMessage
{
    public Unwatch(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        Watchee = watchee;
        Watcher = watcher;
    }

    public IInternalActorRef Watchee { get; }

    public IInternalActorRef Watcher { get; }

    public override string ToString() => $"<Unwatch>: {Watcher} wants to unwatch {Watchee}";
}

/// <summary>A step of an asynchronous handler, to be run within the actor.</summary>
public sealed class ActorTask : SystemMessage
{
    public ActorTask(Task task) => Task = task;

    public Task Task { get; }

    public override string ToString() => $"<ActorTask>: {Task.Id}";
}

/// <summary>An asynchronous handler has ended; the mailbox was suspended for it.</summary>
internal sealed class ActorTaskCompleted : SystemMessage
{
    public ActorTaskCompleted(Exception? failure, object? message)
    {
        Failure = failure;
        Message = message;
    }

    public Exception? Failure { get; }

    public object? Message { get; }

    public override string ToString() => $"<ActorTaskCompleted>: {Failure?.GetType().ToString() ?? "ok"}";
}

public sealed class Create : SystemMessage
{
    public Create(ActorInitializationException? failure = null) => Failure = failure;

    public ActorInitializationException? Failure { get; }

    public override string ToString() => "<Create>" + (Failure is null ? "" : $" Failure: {Failure}");
}

public sealed class Recreate : SystemMessage
{
    public Recreate(Exception? cause) => Cause = cause;

    public Exception? Cause { get; }

    public override string ToString() => $"<Recreate> Cause: {Cause}";
}

public sealed class Suspend : SystemMessage
{
    public override string ToString() => "<Suspend>";
}

public sealed class Resume : SystemMessage
{
    public Resume(Exception? causedByFailure) => CausedByFailure = causedByFailure;

    public Exception? CausedByFailure { get; set; }

    public override string ToString() => $"<Resume> CausedByFailure: {CausedByFailure}";
}

public sealed class Stop : SystemMessage
{
    public override string ToString() => "<Stop>";
}

public sealed class Escalate : SystemMessage
{
    public Escalate(Exception reason) => Reason = reason;

    public Exception Reason { get; }

    public override string ToString() => $"<Escalate>: {Reason}";
}

public sealed class Terminate : SystemMessage, IPossiblyHarmful, IDeadLetterSuppression
{
    public override string ToString() => "<Terminate>";
}

/// <summary>Asks a guardian to stop one of its children on behalf of somebody who is not its parent.</summary>
public sealed class StopChild
{
    public StopChild(IActorRef child) => Child = child;

    public IActorRef Child { get; }

    public override string ToString() => $"<StopChild> {Child}";
}

public sealed class RegisterTerminationHook
{
    private RegisterTerminationHook()
    {
    }

    public static RegisterTerminationHook Instance { get; } = new();

    public override string ToString() => "<RegisterTerminationHook>";
}

public sealed class TerminationHook
{
    private TerminationHook()
    {
    }

    public static TerminationHook Instance { get; } = new();

    public override string ToString() => "<TerminationHook>";
}

public sealed class TerminationHookDone
{
    private TerminationHookDone()
    {
    }

    public static TerminationHookDone Instance { get; } = new();

    public override string ToString() => "<TerminationHookDone>";
}
