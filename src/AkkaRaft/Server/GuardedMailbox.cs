using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace AkkaRaft.Server;

/// <summary>
/// A mailbox that lets no <see cref="PoisonPill"/> and no <see cref="Kill"/> in. Both may come over the network from anybody, and an
/// actor cannot refuse them itself. Code in the same process stops the actor through its system.
/// </summary>
public sealed class GuardedMailbox : MailboxType, IProducesMessageQueue<GuardedMessageQueue>
{
    /// <summary>Called by Akka.</summary>
    public GuardedMailbox(Settings settings, Config config)
        : base(settings, config)
    {
    }

    /// <inheritdoc />
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new GuardedMessageQueue();
}

/// <summary>The queue of a <see cref="GuardedMailbox"/>: unbounded, and open at its head for stashes.</summary>
public sealed class GuardedMessageQueue : IMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    private readonly UnboundedDequeMessageQueue _queue = new();

    /// <inheritdoc />
    public bool HasMessages => _queue.HasMessages;

    /// <inheritdoc />
    public int Count => _queue.Count;

    /// <inheritdoc />
    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        if (envelope.Message is not (PoisonPill or Kill))
        {
            _queue.Enqueue(receiver, envelope);
        }
    }

    /// <inheritdoc />
    public void EnqueueFirst(Envelope envelope) => _queue.EnqueueFirst(envelope);

    /// <inheritdoc />
    public bool TryDequeue(out Envelope envelope) => _queue.TryDequeue(out envelope);

    /// <inheritdoc />
    public void CleanUp(IActorRef owner, IMessageQueue deadletters) => _queue.CleanUp(owner, deadletters);
}
