using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Configuration;
using AkkaRaft.Core;

namespace AkkaRaft.Specs.Links;

/// <summary>Three servers in actor systems of their own, which reach each other by Akka.Remote, in real time.</summary>
internal sealed class RemoteCluster : IAsyncDisposable
{
    private RemoteCluster(IReadOnlyList<int> ports) => Ports = ports;

    /// <summary>The systems' ports on 127.0.0.1.</summary>
    public IReadOnlyList<int> Ports { get; }

    public List<ActorSystem> Systems { get; } = [];

    public static async Task<RemoteCluster> StartAsync(string overrides = "")
    {
        var cluster = new RemoteCluster(FreePorts());
        var members = string.Join(", ", cluster.Ports.Select((port, i) => $"node{i + 1} = \"akka.tcp://app@127.0.0.1:{port}\""));
        for (var node = 0; node < cluster.Ports.Count; node++)
        {
            var system = ActorSystem.Create("app", ConfigurationFactory.ParseString(overrides).WithFallback(
                ConfigurationFactory.ParseString(
                    $$"""
                    akka { stdout-loglevel = OFF, loglevel = OFF, log-dead-letters = off, actor.provider = remote }
                    akka.remote { retry-gate-closed-for = 200 ms, dot-netty.tcp { hostname = "127.0.0.1", port = {{cluster.Ports[node]}} } }
                    akka.persistence.journal.inmem.replay-filter.mode = fail
                    akka-raft {
                      cluster-id = remote, server-id = node{{node + 1}}, allow-volatile-journal = on
                      election-timeout-min = 500 ms, election-timeout-max = 1 s
                      members { {{members}} }
                    }
                    """)).WithFallback(Raft.DefaultConfig));
            cluster.Systems.Add(system);
            await Raft.WhenStarted(Raft.Start(system, () => new Sum()));
        }

        return cluster;
    }

    /// <summary>A client in a server's own system, without a session: so that nothing is written while nobody proposes.</summary>
    public RaftClient Client(int node, params IEnumerable<string> contacts) => RaftClient.Create(
        Systems[node],
        RaftClientSettings.From(Systems[node].Settings.Config) with { Timeout = TimeSpan.FromSeconds(60), Session = false },
        contacts);

    public string Address(int node) => $"akka.tcp://app@127.0.0.1:{Ports[node]}";

    public Task<RaftStatus[]> StatusesAsync(RaftClient client) =>
        Task.WhenAll(Ports.Select((_, node) => client.StatusAsync(Address(node))));

    public async ValueTask DisposeAsync() => await Task.WhenAll(Systems.Select(system => system.Terminate()));

    private static IReadOnlyList<int> FreePorts()
    {
        var listeners = Enumerable.Range(0, 3).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        listeners.ForEach(listener => listener.Stop());
        return ports;
    }

    private sealed class Sum : IStateMachine
    {
        private long _sum;

        /// <summary>A text is a time to block for.</summary>
        public object? Apply(LogIndex index, object command)
        {
            if (command is string time)
            {
                Thread.Sleep(TimeSpan.Parse(time, System.Globalization.CultureInfo.InvariantCulture));
                return _sum;
            }

            return _sum += (long)command;
        }

        public object? Query(object query) => _sum;
    }
}
