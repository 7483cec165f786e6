using Akka.Actor;
using Akka.Persistence.Serialization.Proto;
using Google.Protobuf;

namespace Akka.Persistence.Serialization;

/// <summary>Payloads in the form in which they stand inside other messages: serializer id, manifest, bytes.</summary>
internal static class Payloads
{
    public static PersistentPayload ToProto(ExtendedActorSystem system, object payload)
    {
        var serializer = system.Serialization.FindSerializerFor(payload);
        var message = new PersistentPayload
        {
            SerializerId = serializer.Identifier,
            Payload = UnsafeByteOperations.UnsafeWrap(serializer.ToBinary(payload)),
        };
        var manifest = Akka.Serialization.Serialization.ManifestFor(serializer, payload);
        if (!string.IsNullOrEmpty(manifest))
            message.PayloadManifest = ByteString.CopyFromUtf8(manifest);
        return message;
    }

    public static object FromProto(ExtendedActorSystem system, PersistentPayload message) =>
        system.Serialization.Deserialize(
            message.Payload.ToByteArray(), message.SerializerId, message.PayloadManifest.ToStringUtf8());
}
