using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace AkkaRaft.Serialization;

/// <summary>
/// Stands in for Akka's JSON serializer, the fallback for types without one of their own, and refuses both ways. JSON names the type to
/// build, so whoever can reach the port could have any type built. Set it as <c>akka.actor.serializers.json</c> where all types have
/// serializers.
/// </summary>
public sealed class RefusedJsonSerializer : SerializerWithStringManifest
{
    /// <summary>Called by Akka.</summary>
    public RefusedJsonSerializer(ExtendedActorSystem system)
        : base(system)
    {
    }

    /// <summary>Called by Akka where there are settings for the serializer's name, as Akka's defaults have them for JSON.</summary>
    public RefusedJsonSerializer(ExtendedActorSystem system, Config settings)
        : this(system)
    {
    }

    /// <inheritdoc />
    public override int Identifier => 1;

    /// <inheritdoc />
    public override string Manifest(object o) => "";

    /// <inheritdoc />
    /// <exception cref="SerializationException">Always.</exception>
    public override byte[] ToBinary(object obj) => throw new SerializationException(
        $"{obj.GetType()} has no serializer of its own, and JSON is refused: bind the type to one under "
        + "akka.actor.serialization-bindings.");

    /// <inheritdoc />
    /// <exception cref="SerializationException">Always.</exception>
    public override object FromBinary(byte[] bytes, string manifest) =>
        throw new SerializationException("A message in JSON came in and is refused: it names the type to build.");
}
