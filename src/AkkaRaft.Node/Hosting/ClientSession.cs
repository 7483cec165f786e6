using Akka.Actor;
using Akka.Configuration;
using AkkaRaft.Node.KeyValue;
using AkkaRaft.Node.Tls;

namespace AkkaRaft.Node.Hosting;

/// <summary>An actor system that lives for one command and has a client of the cluster in it.</summary>
internal sealed class ClientSession : IAsyncDisposable
{
    private readonly ActorSystem _system;
    private readonly TlsIdentity? _identity;

    private ClientSession(ActorSystem system, TlsIdentity? identity, RaftClient client, int maxRequestBytes)
    {
        MaxRequestBytes = maxRequestBytes;
        _system = system;
        _identity = identity;
        Client = client;
    }

    /// <summary>The client.</summary>
    public RaftClient Client { get; }

    /// <summary>The largest request, serialized.</summary>
    public int MaxRequestBytes { get; }

    /// <summary>The key-value store through the client.</summary>
    public KeyValueClient KeyValue => new(Client);

    /// <summary>Starts a client on a free port.</summary>
    /// <param name="contacts">Where nodes are reached.</param>
    /// <param name="timeout">How long a request is tried.</param>
    /// <param name="identity">Who the client is to nodes that speak TLS, or null for those that do not. It goes with the session.</param>
    /// <param name="clusterId">The cluster that is meant, or empty for that of the first node that answers.</param>
    /// <param name="isForOneCommand">Whether it ends with one request, for which it is not worth while to open a session.</param>
    /// <exception cref="ArgumentException">The contacts do not go together.</exception>
    public static ClientSession Start(
        IReadOnlyList<string> contacts, TimeSpan timeout, TlsIdentity? identity = null, string clusterId = "", bool isForOneCommand = false)
    {
        var config = ConfigurationFactory.ParseString(
            $$"""
            akka {
              loglevel = OFF
              stdout-loglevel = OFF
              log-dead-letters = off
              actor {
                provider = remote
                serializers.json = "AkkaRaft.Serialization.RefusedJsonSerializer, AkkaRaft"
                serialization-settings.allow-unregistered-types = off
              }
              remote {
                untrusted-mode = on
                retry-gate-closed-for = 200 ms
                dot-netty.tcp { hostname = "127.0.0.1", port = 0, enable-ssl = {{(identity is null ? "off" : "on")}} }
              }
            }
            """).WithFallback(KeyValueConfiguration.Serialization).WithFallback(Raft.DefaultConfig);
        var system = TlsSetup.Start(ContactPoint.SystemName + "-client", config, identity, mutual: identity is { IsPlaceholder: false });
        var settings = RaftClientSettings.From(system.Settings.Config) with
        {
            ClusterId = clusterId, Timeout = timeout, Session = !isForOneCommand, AsksOneFirst = isForOneCommand,
        };
        try
        {
            return new ClientSession(system, identity, RaftClient.Create(system, settings, contacts), settings.MaxCommandBytes);
        }
        catch
        {
            _ = system.Terminate();
            identity?.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _system.Terminate();
        _identity?.Dispose();
    }
}
