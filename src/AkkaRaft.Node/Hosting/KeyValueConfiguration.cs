using Akka.Configuration;

namespace AkkaRaft.Node.Hosting;

/// <summary>What every actor system that speaks to the key-value store has to know.</summary>
internal static class KeyValueConfiguration
{
    /// <summary>
    /// Binds the store's messages to their serializer, and makes room in a frame for values of 1.5 MiB, which any answer may have. Behind a
    /// system's own configuration, that may say something else.
    /// </summary>
    public static Config Serialization => ConfigurationFactory.ParseString(
        """
        akka.actor {
          serializers.akkaraft-key-value = "AkkaRaft.Node.KeyValue.KeyValueSerializer, AkkaRaft.Node"
          serialization-bindings { "AkkaRaft.Node.KeyValue.IKeyValueMessage, AkkaRaft.Node" = akkaraft-key-value }
        }
        akka.remote.dot-netty.tcp.maximum-frame-size = 2097152b
        """);
}
