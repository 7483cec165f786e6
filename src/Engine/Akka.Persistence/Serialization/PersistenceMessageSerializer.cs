using System.Collections.Immutable;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Persistence.Serialization.Proto;
using Akka.Serialization;
using Google.Protobuf;

namespace Akka.Persistence.Serialization;

public sealed class PersistenceMessageSerializer : Serializer
{
    public PersistenceMessageSerializer(ExtendedActorSystem system)
        : base(system)
    {
    }

    public override int Identifier => 7;

    public override bool IncludeManifest => true;

    public override byte[] ToBinary(object obj) => obj switch
    {
        IPersistentRepresentation persistent => ToProto(persistent).ToByteArray(),
        Akka.Persistence.AtomicWrite write => ToProto(write).ToByteArray(),
        Akka.Persistence.AtLeastOnceDeliverySnapshot snapshot => ToProto(snapshot).ToByteArray(),
        _ => throw new ArgumentException($"Can't serialize object of type [{obj.GetType()}] in [{GetType()}]", nameof(obj)),
    };

    public override object FromBinary(byte[] bytes, Type type)
    {
        if (type is null || typeof(IPersistentRepresentation).IsAssignableFrom(type))
            return FromProto(PersistentMessage.Parser.ParseFrom(bytes));
        if (type == typeof(Akka.Persistence.AtomicWrite))
            return FromProto(Proto.AtomicWrite.Parser.ParseFrom(bytes));
        if (type == typeof(Akka.Persistence.AtLeastOnceDeliverySnapshot))
            return FromProto(Proto.AtLeastOnceDeliverySnapshot.Parser.ParseFrom(bytes));
        throw new SerializationException($"Unimplemented deserialization of message with type [{type}] in [{GetType()}]");
    }

    private PersistentMessage ToProto(IPersistentRepresentation persistent)
    {
        var message = new PersistentMessage
        {
            Payload = Payloads.ToProto(system, persistent.Payload),
            SequenceNr = persistent.SequenceNr,
            PersistenceId = persistent.PersistenceId ?? string.Empty,
            Deleted = persistent.IsDeleted,
            Manifest = persistent.Manifest ?? string.Empty,
            WriterGuid = persistent.WriterGuid ?? string.Empty,
            Timestamp = persistent.Timestamp,
        };
        if (persistent.Sender is { } sender)
            message.Sender = Akka.Serialization.Serialization.SerializedActorPath(sender);
        return message;
    }

    private Proto.AtomicWrite ToProto(Akka.Persistence.AtomicWrite write)
    {
        var message = new Proto.AtomicWrite();
        message.Payload.AddRange(write.Events.Select(ToProto));
        return message;
    }

    private Proto.AtLeastOnceDeliverySnapshot ToProto(Akka.Persistence.AtLeastOnceDeliverySnapshot snapshot)
    {
        var message = new Proto.AtLeastOnceDeliverySnapshot { CurrentDeliveryId = snapshot.CurrentDeliveryId };
        message.UnconfirmedDeliveries.AddRange(snapshot.UnconfirmedDeliveries.Select(delivery => new Proto.UnconfirmedDelivery
        {
            DeliveryId = delivery.DeliveryId,
            Destination = delivery.Destination.ToString(),
            Payload = Payloads.ToProto(system, delivery.Message),
        }));
        return message;
    }

    private Persistent FromProto(PersistentMessage message) => new(
        Payloads.FromProto(system, message.Payload),
        message.SequenceNr,
        message.PersistenceId,
        message.Manifest,
        message.Deleted,
        message.Sender.Length > 0 ? system.Provider.ResolveActorRef(message.Sender) : ActorRefs.NoSender,
        message.WriterGuid,
        message.Timestamp);

    private Akka.Persistence.AtomicWrite FromProto(Proto.AtomicWrite message) =>
        new(message.Payload.Select(p => (IPersistentRepresentation)FromProto(p)).ToImmutableList());

    private Akka.Persistence.AtLeastOnceDeliverySnapshot FromProto(Proto.AtLeastOnceDeliverySnapshot message) => new(
        message.CurrentDeliveryId,
        message.UnconfirmedDeliveries
            .Select(delivery => new Akka.Persistence.UnconfirmedDelivery(
                delivery.DeliveryId,
                ActorPath.Parse(delivery.Destination),
                Payloads.FromProto(system, delivery.Payload)))
            .ToArray());
}
