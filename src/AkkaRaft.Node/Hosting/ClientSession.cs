using Akka.Actor;
using Akka.Configuration;
using AkkaRaft.Node.KeyValue;

namespace AkkaRaft.Node.Hosting;

/// <summary>An actor system that lives for one command and has a client of the cluster in it.</summary>
internal sealed class ClientSession : IAsyncDisposable
{
    private readonly ActorSystem _system;

    private ClientSession(ActorSystem system, RaftClient client)
    {
        _system = system;
        Client = client;
    }

    /// <summary>The client.</summary>
    public RaftClient Client { get; }

    /// <summary>The key-value store through the client.</summary>
    public KeyValueClient KeyValue => new(Client);

    /// <summary>Starts a client on a free port.</summary>
    /// <param name="contacts">Where nodes are reached.</param>
    /// <param name="timeout">How long a request is tried.</param>
    public static ClientSession Start(IReadOnlyList<string> contacts, TimeSpan timeout)
    {
        var config = ConfigurationFactory.ParseString(
            $$"""
            akka-raft.client.timeout = {{timeout.TotalMilliseconds:0}} ms
            akka {
              loglevel = OFF
              stdout-loglevel = OFF
              log-dead-letters = off
              actor.provider = remote
              remote {
                retry-gate-closed-for = 200 ms
                dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
              }
            }
            """).WithFallback(KeyValueConfiguration.Serialization).WithFallback(Raft.DefaultConfig);
        var system = ActorSystem.Create(ContactPoint.SystemName + "-client", config);
        return new ClientSession(system, RaftClient.Create(system, contacts));
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _system.Terminate();
    }
}
