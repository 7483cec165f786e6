using Akka.Actor;
using Akka.Remote.Protocol;

namespace Akka.Remote;

/// <summary>A message that waits to be written. Without a message it only wakes the writer, to see what else is to be done.</summary>
internal readonly record struct OutboundMessage(object? Message, IActorRef? Sender, RemoteActorRef? Recipient, ulong Sequence)
{
    public static OutboundMessage Ordinary(object message, IActorRef? sender, RemoteActorRef recipient) =>
        new(message, sender, recipient, EnvelopeFrame.NoSequence);
}
