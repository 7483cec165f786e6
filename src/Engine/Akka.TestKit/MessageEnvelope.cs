using Akka.Actor;

namespace Akka.TestKit;

public abstract class MessageEnvelope
{
    public abstract object Message { get; }

    public abstract IActorRef Sender { get; }
}

/// <summary>Stands for the last message where there was none.</summary>
public sealed class NullMessageEnvelope : MessageEnvelope
{
    public static readonly NullMessageEnvelope Instance = new();

    private NullMessageEnvelope()
    {
    }

    public override object Message => throw new IllegalActorStateException("The last receive did not take a message.");

    public override IActorRef Sender => throw new IllegalActorStateException("The last receive did not take a message.");

    public override string ToString() => "<null message>";
}

public class RealMessageEnvelope(object message, IActorRef sender) : MessageEnvelope
{
    public override object Message { get; } = message;

    public override IActorRef Sender { get; } = sender;

    public override string ToString() => $"<{Message ?? "null"}> from {(Sender.IsNobody() ? "NoSender" : Sender)}";
}
