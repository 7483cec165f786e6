using Akka.Actor;
using Akka.Configuration;
using AkkaRaft.KeyValue;
using AkkaRaft.Node.Tls;

namespace AkkaRaft.Node.Hosting;

/// <summary>A client of the cluster in an actor system of its own, for the time of one command.</summary>
internal sealed class ClientSession : IAsyncDisposable
{
    private readonly ActorSystem _system;
    private readonly TlsIdentity? _identity;

    private ClientSession(ActorSystem system, TlsIdentity? identity, KeyValueClient keyValue, int maxRequestBytes)
    {
        MaxRequestBytes = maxRequestBytes;
        _system = system;
        _identity = identity;
        KeyValue = keyValue;
    }

    /// <summary>The client of the cluster.</summary>
    public RaftClient Client => KeyValue.RaftClient;

    /// <summary>The largest request, serialized.</summary>
    public int MaxRequestBytes { get; }

    /// <summary>The client of the key-value store.</summary>
    public KeyValueClient KeyValue { get; }

    /// <summary>Starts a client on a free port.</summary>
    /// <param name="contacts">Where nodes are reached.</param>
    /// <param name="timeout">How long a request is tried.</param>
    /// <param name="identity">The client's TLS identity, or null for nodes without TLS. The session disposes of it.</param>
    /// <param name="clusterId">The cluster's id, or empty for that of the first node that answers.</param>
    /// <param name="isForOneCommand">Whether the client sends one request only, so that it opens no Raft session.</param>
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
            """).WithKeyValue();
        var system = TlsSetup.Start(ContactPoint.SystemName + "-client", config, identity, mutual: identity is { IsPlaceholder: false });
        var settings = RaftClientSettings.From(system.Settings.Config) with
        {
            ClusterId = clusterId, Timeout = timeout, Session = !isForOneCommand, AsksOneFirst = isForOneCommand,
        };
        try
        {
            return new ClientSession(system, identity, KeyValueClient.Create(system, settings, contacts), settings.MaxCommandBytes);
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
        KeyValue.Dispose();
        await _system.Terminate();
        _identity?.Dispose();
    }
}
