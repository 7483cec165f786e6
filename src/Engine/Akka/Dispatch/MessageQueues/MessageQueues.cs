using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Dispatch.MessageQueues;

/// <summary>The user messages of one mailbox: any thread adds, only the mailbox's run takes.</summary>
public interface IMessageQueue
{
    bool HasMessages { get; }

    int Count { get; }

    void Enqueue(IActorRef receiver, Envelope envelope);

    bool TryDequeue(out Envelope envelope);

    void CleanUp(IActorRef owner, IMessageQueue deadletters);
}

public class UnboundedMessageQueue : IMessageQueue, IUnboundedMessageQueueSemantics
{
    private readonly ConcurrentQueue<Envelope> _queue = new();

    public bool HasMessages => !_queue.IsEmpty;

    public int Count => _queue.Count;

    public void Enqueue(IActorRef receiver, Envelope envelope) => _queue.Enqueue(envelope);

    public bool TryDequeue(out Envelope envelope) => _queue.TryDequeue(out envelope);

    public void CleanUp(IActorRef owner, IMessageQueue deadletters) => QueueCleanUp.MoveAll(this, owner, deadletters);
}

/// <summary>Refuses messages beyond its capacity once the sender has waited for the push timeout.</summary>
public class BoundedMessageQueue : IMessageQueue, IBoundedMessageQueueSemantics
{
    private readonly BlockingCollection<Envelope> _queue;

    public BoundedMessageQueue(Config config)
        : this(
            config.GetInt("mailbox-capacity", 0),
            config.GetTimeSpan("mailbox-push-timeout-time", Timeout.InfiniteTimeSpan, allowInfinite: true))
    {
    }

    public BoundedMessageQueue(int boundedCapacity, TimeSpan pushTimeOut)
    {
        PushTimeOut = pushTimeOut;
        _queue = boundedCapacity switch
        {
            < 0 => throw new ArgumentException("The capacity for BoundedMessageQueue can not be negative", nameof(boundedCapacity)),
            0 => [],
            _ => new BlockingCollection<Envelope>(boundedCapacity),
        };
    }

    public TimeSpan PushTimeOut { get; set; }

    public bool HasMessages => _queue.Count > 0;

    public int Count => _queue.Count;

    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        var taken = PushTimeOut < TimeSpan.Zero ? _queue.TryAdd(envelope, Timeout.Infinite) : _queue.TryAdd(envelope, PushTimeOut);
        if (!taken)
            QueueCleanUp.ToDeadLetters(receiver, envelope);
    }

    public bool TryDequeue(out Envelope envelope) => _queue.TryTake(out envelope);

    public void CleanUp(IActorRef owner, IMessageQueue deadletters) => QueueCleanUp.MoveAll(this, owner, deadletters);
}

/// <summary>Puts messages back in front of another queue, as a stash needs it.</summary>
public class DequeWrapperMessageQueue : IMessageQueue, IDequeBasedMessageQueueSemantics
{
    protected readonly IMessageQueue MessageQueue;

    // Only the actor itself prepends, and only while it runs: a plain stack, whose count other threads may merely look at.
    private readonly Stack<Envelope> _prepended = new();

    public DequeWrapperMessageQueue(IMessageQueue messageQueue) => MessageQueue = messageQueue;

    public bool HasMessages => _prepended.Count > 0 || MessageQueue.HasMessages;

    public int Count => _prepended.Count + MessageQueue.Count;

    public void Enqueue(IActorRef receiver, Envelope envelope) => MessageQueue.Enqueue(receiver, envelope);

    public void EnqueueFirst(Envelope envelope) => _prepended.Push(envelope);

    public bool TryDequeue(out Envelope envelope) => _prepended.TryPop(out envelope) || MessageQueue.TryDequeue(out envelope);

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (_prepended.TryPop(out var envelope))
            deadletters.Enqueue(owner, envelope);
        MessageQueue.CleanUp(owner, deadletters);
    }
}

public class UnboundedDequeMessageQueue : DequeWrapperMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    public UnboundedDequeMessageQueue()
        : base(new UnboundedMessageQueue())
    {
    }
}

public class BoundedDequeMessageQueue : DequeWrapperMessageQueue, IBoundedDequeBasedMessageQueueSemantics
{
    public BoundedDequeMessageQueue(int boundedCapacity, TimeSpan pushTimeOut)
        : base(new BoundedMessageQueue(boundedCapacity, pushTimeOut))
    {
        PushTimeOut = pushTimeOut;
    }

    public TimeSpan PushTimeOut { get; }
}

internal static class QueueCleanUp
{
    public static void MoveAll(IMessageQueue from, IActorRef owner, IMessageQueue deadLetters)
    {
        while (from.TryDequeue(out var envelope))
            deadLetters.Enqueue(owner, envelope);
    }

    public static void ToDeadLetters(IActorRef receiver, Envelope envelope)
    {
        if (receiver is IInternalActorRef known)
            known.Provider.DeadLetters.Tell(new DeadLetter(envelope.Message, envelope.Sender, receiver), envelope.Sender);
    }
}
