using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Configuration;

namespace AkkaRaft.Specs.Links;

/// <summary>Clients that live in the systems of the servers, and share their associations.</summary>
public sealed class OwnProcessClientSpec : IAsyncLifetime
{
    private readonly IReadOnlyList<int> _ports = FreePorts();
    private readonly List<ActorSystem> _systems = [];

    public async Task InitializeAsync()
    {
        var members = string.Join(", ", _ports.Select((port, i) => $"node{i + 1} = \"akka.tcp://app@127.0.0.1:{port}\""));
        for (var node = 0; node < _ports.Count; node++)
        {
            var system = ActorSystem.Create("app", ConfigurationFactory.ParseString(
                $$"""
                akka { stdout-loglevel = OFF, loglevel = OFF, log-dead-letters = off, actor.provider = remote }
                akka.remote { retry-gate-closed-for = 200 ms, dot-netty.tcp { hostname = "127.0.0.1", port = {{_ports[node]}} } }
                akka.persistence.journal.inmem.replay-filter.mode = fail
                akka-raft {
                  cluster-id = own-process, server-id = node{{node + 1}}, allow-volatile-journal = on
                  election-timeout-min = 500 ms, election-timeout-max = 1 s
                  members { {{members}} }
                }
                """).WithFallback(Raft.DefaultConfig));
            _systems.Add(system);
            await Raft.WhenStarted(Raft.Start(system, () => new Sum()));
        }
    }

    public Task DisposeAsync() => Task.WhenAll(_systems.Select(system => system.Terminate()));

    [Fact]
    public async Task A_client_that_was_given_localhost_harms_no_link_between_the_servers()
    {
        var clients = _systems.Select(system => RaftClient.Create(
            system,
            RaftClientSettings.From(system.Settings.Config) with { Timeout = TimeSpan.FromSeconds(30) },
            _ports.Select(port => $"akka.tcp://app@LOCALHOST:{port}"))).ToList();
        var sum = 0L;
        for (var round = 0; round < 10; round++)
        {
            foreach (var client in clients)
            {
                Assert.Equal(++sum, (await client.ProposeAsync<long>(1L)).Result);
                Assert.Equal(sum, await client.QueryAsync<long>("sum"));
            }
        }

        var statuses = await Task.WhenAll(_ports.Select(port => clients[0].StatusAsync($"akka.tcp://app@localhost:{port}")));
        Assert.Single(statuses.Select(status => (status.Term, status.Leader)).Distinct());
        Assert.All(statuses, status => Assert.Empty(status.SilentMembers));
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task A_contact_point_by_a_wrong_name_is_left_alone_where_the_node_is_known_by_its_own()
    {
        using var right = RaftClient.Create(_systems[0], $"akka.tcp://app@127.0.0.1:{_ports[1]}");
        await right.ProposeAsync<long>(1L);
        using var wrong = RaftClient.Create(_systems[0], $"akka.tcp://other@127.0.0.1:{_ports[1]}", $"akka.tcp://app@127.0.0.1:{_ports[2]}");

        for (var i = 0; i < 20; i++)
        {
            await wrong.ProposeAsync<long>(1L);
            await right.ProposeAsync<long>(1L);
        }

        Assert.Equal(41, await right.QueryAsync<long>("sum"));
    }

    [Fact]
    public void Two_names_of_one_node_are_refused()
    {
        var own = Assert.Throws<ArgumentException>(() => RaftClient.Create(_systems[0], $"akka.tcp://other@127.0.0.1:{_ports[0]}"));
        var two = Assert.Throws<ArgumentException>(() => RaftClient.Create(
            _systems[0], $"akka.tcp://app@127.0.0.1:{_ports[1]}", $"akka.tcp://other@127.0.0.1:{_ports[1]}"));

        Assert.Contains($"is another name of the node akka.tcp://app@127.0.0.1:{_ports[0]}", own.Message);
        Assert.Contains($"akka.tcp://other@127.0.0.1:{_ports[1]}", two.Message);
    }

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

        public object? Apply(Core.LogIndex index, object command) => _sum += (long)command;

        public object? Query(object query) => _sum;
    }
}
