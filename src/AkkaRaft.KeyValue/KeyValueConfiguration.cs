using Akka.Configuration;

namespace AkkaRaft.KeyValue;

/// <summary>
/// The configuration that every actor system needs which serves or uses the key-value store. Servers, clients, the command line and tests
/// all take it from here.
/// </summary>
public static class KeyValueConfiguration
{
    private static readonly Lazy<Config> Default = new(() => ConfigurationFactory.ParseString(
        """
        akka.actor {
          serializers.akkaraft-key-value = "AkkaRaft.KeyValue.KeyValueSerializer, AkkaRaft.KeyValue"
          serialization-bindings { "AkkaRaft.KeyValue.IKeyValueMessage, AkkaRaft.KeyValue" = akkaraft-key-value }
        }
        akka.remote.dot-netty.tcp.maximum-frame-size = 2097152b
        """).WithFallback(Raft.DefaultConfig));

    /// <summary>
    /// The defaults of the store, with <see cref="Raft.DefaultConfig"/> behind them. They bind the store's messages to their serializer,
    /// set the frame to 2 MiB, which holds a value of 1.5 MiB in any answer, and reconnect to a restarted server within half a second.
    /// </summary>
    public static Config DefaultConfig => Default.Value;

    /// <summary>Puts <see cref="DefaultConfig"/> behind a configuration, which wins where both set a key.</summary>
    /// <param name="config">The configuration of a server's or a client's actor system.</param>
    public static Config WithKeyValue(this Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.WithFallback(DefaultConfig);
    }
}
