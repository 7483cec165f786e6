using Akka.Actor;

namespace Akka.Serialization;

public static class SerializerIdentifierHelper
{
    internal const string SerializationIdentifiers = "akka.actor.serialization-identifiers";

    public static int GetSerializerIdentifierFromConfig(Type type, ExtendedActorSystem system)
    {
        foreach (var (typeName, id) in system.Settings.Config.GetConfig(SerializationIdentifiers).AsEnumerable())
            if (Type.GetType(typeName) == type)
                return id.GetInt();

        throw new ArgumentException(
            $"The serializer [{type}] has no identifier: it must override Identifier, or have one under [{SerializationIdentifiers}].",
            nameof(type));
    }
}
