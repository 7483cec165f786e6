using System.Runtime.InteropServices;
using System.Runtime.Serialization;
using Akka.Actor;
using AkkaRaft.Client;

namespace AkkaRaft.Serialization;

/// <summary>Turns users' objects into bytes and back with the serializers that the user's configuration binds to their types.</summary>
internal sealed class PayloadCodec(ActorSystem system, bool allowJson)
{
    /// <summary>
    /// Akka's fallback for types without a binding. Its bytes name the type to build, so they are taken only where that is allowed.
    /// </summary>
    public const int JsonSerializerId = 1;

    /// <exception cref="SerializationException">The type has no serializer of its own, or that one failed.</exception>
    public Payload Encode(object value)
    {
        var serializer = system.Serialization.FindSerializerFor(value);
        if (serializer.Identifier == JsonSerializerId && !allowJson)
        {
            throw new SerializationException(
                $"{value.GetType()} has no serializer of its own: bind it to one in akka.actor.serialization-bindings, or say "
                + "akka-raft.allow-json-payloads = on where all who reach the port are trusted.");
        }

        try
        {
            var manifest = Akka.Serialization.Serialization.ManifestFor(serializer, value);
            return new Payload(serializer.Identifier, manifest, system.Serialization.Serialize(value));
        }
        catch (Exception cause) when (cause is not SerializationException)
        {
            throw new SerializationException($"{value.GetType()} cannot be serialized: {cause.Message}", cause);
        }
    }

    /// <exception cref="SerializationException">The bytes cannot be read.</exception>
    public object Decode(int serializerId, string manifest, ReadOnlyMemory<byte> data)
    {
        if (serializerId == JsonSerializerId && !allowJson)
        {
            throw new SerializationException(
                $"A payload is JSON that names the type to build ('{manifest}'), which akka-raft.allow-json-payloads = off refuses.");
        }

        try
        {
            return system.Serialization.Deserialize(ArrayOf(data), serializerId, manifest)
                ?? throw new SerializationException($"A payload of serializer {serializerId} is nothing at all.");
        }
        catch (Exception cause) when (cause is not SerializationException)
        {
            throw new SerializationException(
                $"A payload of serializer {serializerId}, '{manifest}', cannot be read: {cause.Message}", cause);
        }
    }

    public object Decode(Payload payload) => Decode(payload.SerializerId, payload.Manifest, payload.Data);

    private static byte[] ArrayOf(ReadOnlyMemory<byte> data) =>
        MemoryMarshal.TryGetArray(data, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array
            : data.ToArray();
}
