namespace Akka.Actor;

/// <summary>
/// <c>akka.actor.serialize-messages</c> and <c>serialize-creators</c>: what would go over the wire if the receiver were elsewhere
/// goes through its serializer here too, so that a message that cannot travel is found out early.
/// </summary>
internal static class SerializationVerification
{
    public static Envelope RoundTrip(Envelope envelope, ActorSystem system)
    {
        var message = envelope.Message is Event.DeadLetter letter ? letter.Message : envelope.Message;
        if (message is INoSerializationVerificationNeeded)
            return envelope;
        var copy = RoundTrip(message, (ExtendedActorSystem)system);
        if (envelope.Message is Event.DeadLetter dead)
            copy = new Event.DeadLetter(copy, dead.Sender, dead.Recipient);
        return new Envelope(copy, envelope.Sender);
    }

    /// <exception cref="ArgumentException">An argument of the constructor cannot be serialized.</exception>
    public static void CheckCreator(Props props, ActorSystem system)
    {
        foreach (var argument in props.Arguments)
        {
            if (argument is not (null or INoSerializationVerificationNeeded))
                RoundTrip(argument, (ExtendedActorSystem)system);
        }
    }

    private static object RoundTrip(object message, ExtendedActorSystem system)
    {
        var serialization = system.Serialization;
        return Serialization.Serialization.WithTransport(system, () =>
        {
            var serializer = serialization.FindSerializerFor(message);
            var bytes = serializer.ToBinary(message);
            return serialization.Deserialize(
                bytes, serializer.Identifier, Serialization.Serialization.ManifestFor(serializer, message));
        });
    }
}
