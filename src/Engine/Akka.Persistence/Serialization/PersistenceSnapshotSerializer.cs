using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Persistence.Serialization.Proto;
using Akka.Serialization;
using Google.Protobuf;

namespace Akka.Persistence.Serialization;

public class PersistenceSnapshotSerializer : Serializer
{
    public PersistenceSnapshotSerializer(ExtendedActorSystem system)
        : base(system)
    {
    }

    public override int Identifier => 8;

    public override bool IncludeManifest => true;

    public override byte[] ToBinary(object obj) =>
        obj is Snapshot snapshot
            ? Payloads.ToProto(system, snapshot.Data).ToByteArray()
            : throw new ArgumentException($"Can't serialize object of type [{obj.GetType()}] in [{GetType()}]", nameof(obj));

    public override object FromBinary(byte[] bytes, Type type) =>
        type is null || type == typeof(Snapshot)
            ? new Snapshot(Payloads.FromProto(system, PersistentPayload.Parser.ParseFrom(bytes)))
            : throw new SerializationException(
                $"Unimplemented deserialization of message with type [{type}] in [{GetType()}]");
}
