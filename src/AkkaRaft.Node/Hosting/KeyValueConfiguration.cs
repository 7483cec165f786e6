using Akka.Configuration;

namespace AkkaRaft.Node.Hosting;

/// <summary>What every actor system that speaks to the key-value store has to know.</summary>
internal static class KeyValueConfiguration
{
    /// <summary>Binds the store's messages to their serializer.</summary>
    public static Config Serialization => ConfigurationFactory.ParseString(
        """
        akka.actor {
          serializers.akkaraft-key-value = "AkkaRaft.Node.KeyValue.KeyValueSerializer, AkkaRaft.Node"
          serialization-bindings { "AkkaRaft.Node.KeyValue.IKeyValueMessage, AkkaRaft.Node" = akkaraft-key-value }
        }
        """);
}
