using System.Diagnostics;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Dispatch.MessageQueues;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Dispatch;

/// <summary>
/// The queue in front of one actor, and the work item that empties it. At most one thread runs it at a time; system messages go
/// before the user's, and are processed even while the mailbox is suspended.
/// </summary>
public class Mailbox : IRunnable
{
    // The status word: bit 0 closed, bit 1 scheduled (queued or running), the rest counts suspensions. One word, so that a run, a
    // suspension and a close never see each other half done.
    private const int Open = 0;
    private const int Closed = 1;
    private const int Scheduled = 2;
    private const int ScheduledMask = ~Scheduled;
    private const int SuspendUnit = 4;

    private int _status;
    private SystemMessage? _systemQueue;
    private ActorCell _actor = null!;
    private MessageDispatcher? _dispatcher;
    private readonly UnboundedMessageQueue? _fastQueue;

    public Mailbox(IMessageQueue messageQueue)
    {
        MessageQueue = messageQueue;
        _fastQueue = messageQueue.GetType() == typeof(UnboundedMessageQueue) ? (UnboundedMessageQueue)messageQueue : null;
    }

    public IMessageQueue MessageQueue { get; }

    public MessageDispatcher Dispatcher => _dispatcher ?? _actor.Dispatcher;

    internal bool HasMessages => MessageQueue.HasMessages;

    internal bool HasSystemMessages
    {
        get
        {
            var head = Volatile.Read(ref _systemQueue);
            return head is not null && !ReferenceEquals(head, ClosedQueue);
        }
    }

    internal int NumberOfMessages => MessageQueue.Count;

    internal bool IsClosed() => Volatile.Read(ref _status) == Closed;

    internal bool IsScheduled() => (Volatile.Read(ref _status) & Scheduled) != 0;

    internal bool IsSuspended() => (Volatile.Read(ref _status) & ~(SuspendUnit - 1)) != 0;

    internal int SuspendCount => Volatile.Read(ref _status) / SuspendUnit;

    internal ActorCell Actor => _actor;

    private bool ShouldProcessMessages => (Volatile.Read(ref _status) & ScheduledMask) == Open;

    // A queue that takes nothing any more ends in this mark; late system messages then go to the dead letters.
    private static readonly SystemMessage ClosedQueue = new NoMessage();

    public virtual void SetActor(ActorCell actorCell)
    {
        _actor = actorCell;
        _dispatcher = actorCell.Dispatcher;
    }

    public void Execute() => Run();

    public void Run()
    {
        try
        {
            if (!IsClosed())
            {
                // Makes what the last thread that ran this actor wrote visible here; the status word orders the two.
                _actor.UseThreadContext(this);
            }
        }
        finally
        {
            SetAsIdle();
            Dispatcher.RegisterForExecution(this, false, false);
        }
    }

    /// <summary>The body of <see cref="Run"/>, within the actor's thread context.</summary>
    internal void Process()
    {
        ProcessAllSystemMessages();
        ProcessMailbox();
    }

    /// <returns>Whether this was the first suspension.</returns>
    internal bool Suspend()
    {
        while (true)
        {
            var status = Volatile.Read(ref _status);
            if (status == Closed)
                return false;
            if (Interlocked.CompareExchange(ref _status, status + SuspendUnit, status) == status)
                return status < SuspendUnit;
        }
    }

    /// <returns>Whether the mailbox is no longer suspended.</returns>
    internal bool Resume()
    {
        while (true)
        {
            var status = Volatile.Read(ref _status);
            if (status == Closed)
                return false;
            var next = status < SuspendUnit ? status : status - SuspendUnit;
            if (Interlocked.CompareExchange(ref _status, next, status) == status)
                return next < SuspendUnit;
        }
    }

    internal bool BecomeClosed() => Interlocked.Exchange(ref _status, Closed) != Closed;

    internal bool SetAsScheduled()
    {
        while (true)
        {
            var status = Volatile.Read(ref _status);
            if ((status & (Closed | Scheduled)) != 0)
                return false;
            if (Interlocked.CompareExchange(ref _status, status | Scheduled, status) == status)
                return true;
        }
    }

    internal bool SetAsIdle()
    {
        while (true)
        {
            var status = Volatile.Read(ref _status);
            if ((status & Scheduled) == 0)
                return false;
            if (Interlocked.CompareExchange(ref _status, status & ScheduledMask, status) == status)
                return true;
        }
    }

    internal bool CanBeScheduledForExecution(bool hasMessageHint, bool hasSystemMessageHint)
    {
        var status = Volatile.Read(ref _status);
        if (status == Closed)
            return false;
        if ((status & ScheduledMask) == Open)
            return hasMessageHint || hasSystemMessageHint || HasSystemMessages || HasMessages;
        return hasSystemMessageHint || HasSystemMessages;
    }

    internal void Enqueue(IActorRef receiver, in Envelope envelope)
    {
        if (_fastQueue is not null)
            _fastQueue.Enqueue(receiver, envelope);
        else
            MessageQueue.Enqueue(receiver, envelope);
    }

    internal virtual void SystemEnqueue(IActorRef receiver, SystemMessage message)
    {
        global::System.Diagnostics.Debug.Assert(message.Unlinked, "A system message can be in one queue only");
        while (true)
        {
            var head = Volatile.Read(ref _systemQueue);
            if (ReferenceEquals(head, ClosedQueue))
            {
                _actor.Dispatcher.Mailboxes.DeadLetterMailbox.SystemEnqueue(receiver, message);
                return;
            }

            message.Next = head;
            if (ReferenceEquals(Interlocked.CompareExchange(ref _systemQueue, message, head), head))
                return;
            message.Unlink();
        }
    }

    /// <summary>Takes all system messages, oldest first; leaves <paramref name="next"/> in their place.</summary>
    private SystemMessage? SystemDrain(SystemMessage? next)
    {
        SystemMessage? newest;
        do
        {
            newest = Volatile.Read(ref _systemQueue);
            if (ReferenceEquals(newest, ClosedQueue) || (newest is null && next is null))
                return null;
        }
        while (!ReferenceEquals(Interlocked.CompareExchange(ref _systemQueue, next, newest), newest));

        SystemMessage? oldestFirst = null;
        while (newest is not null)
        {
            var older = newest.Next;
            newest.Next = oldestFirst;
            oldestFirst = newest;
            newest = older;
        }

        return oldestFirst;
    }

    private void ProcessMailbox()
    {
        var left = Math.Max(Dispatcher.Throughput, 1);
        var deadline = Dispatcher.DeadlineTicks;
        var deadlineAt = deadline > 0 ? Stopwatch.GetTimestamp() + deadline : 0;
        while (ShouldProcessMessages)
        {
            Unsafe.SkipInit(out Envelope next);
            if (!(_fastQueue is not null ? _fastQueue.TryDequeue(out next) : MessageQueue.TryDequeue(out next)))
                return;
            _actor.Invoke(next);
            if (Volatile.Read(ref _systemQueue) is not null)
                ProcessAllSystemMessages();
            if (--left <= 0 || (deadline > 0 && Stopwatch.GetTimestamp() >= deadlineAt))
                return;
        }
    }

    private void ProcessAllSystemMessages()
    {
        var message = SystemDrain(null);
        while (message is not null && !IsClosed())
        {
            var current = message;
            message = message.Next;
            current.Unlink();
            _actor.SystemInvoke(current);
            if (message is null && !IsClosed())
                message = SystemDrain(null);
        }

        if (message is not null)
            ToDeadLetters(message);
    }

    private void ToDeadLetters(SystemMessage? message)
    {
        var deadLetters = _actor.Dispatcher.Mailboxes.DeadLetterMailbox;
        while (message is not null)
        {
            var current = message;
            message = message.Next;
            current.Unlink();
            try
            {
                deadLetters.SystemEnqueue(_actor.Self, current);
            }
            catch (Exception e)
            {
                _actor.System.EventStream.Publish(new Error(
                    e, GetType().FullName!, GetType(), $"error while enqueuing {current} to deadLetters: {e.Message}"));
            }
        }
    }

    /// <summary>Hands all that is left to the dead letters, and refuses what comes later.</summary>
    public virtual void CleanUp()
    {
        if (_actor is null)
            return;
        // Also called by a sender whose message came in just behind the close.
        lock (MessageQueue)
        {
            ToDeadLetters(SystemDrain(ClosedQueue));
            MessageQueue.CleanUp(_actor.Self, _actor.Dispatcher.Mailboxes.DeadLetterMailbox.MessageQueue);
        }
    }
}
