using Akka.Actor;

namespace AkkaRaft.Specs.Links;

/// <summary>
/// User code that blocks threads. Akka.Persistence confirms writes by an actor on the default dispatcher, whatever the journal's own is, so
/// only what needs no write goes on while that is blocked: heartbeats, and so the leader stays.
/// </summary>
public sealed class BlockedDispatcherSpec
{
    /// <summary>Longer than the longest election timeout of the cluster, which is far above what a busy machine takes for a heartbeat.</summary>
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(8);

    private const string LongTimeouts =
        """
        akka-raft { election-timeout-min = 4 s, election-timeout-max = 6 s, max-write-stall = 60 s, reconnect-after = 30 s }

        """;

    /// <summary>As docs/akka.md says for applications with actors that block.</summary>
    private const string DefaultDispatcherOfItsOwn =
        """
        akka.actor.default-dispatcher {
          executor = fork-join-executor
          fork-join-executor { parallelism-min = 2, parallelism-max = 2 }
        }
        """;

    [Fact]
    public async Task Actors_that_block_the_default_dispatcher_hold_up_no_heartbeat() => await CostsNoElectionAsync(
        DefaultDispatcherOfItsOwn,
        (cluster, _) =>
        {
            foreach (var system in cluster.Systems)
            {
                for (var i = 0; i < 4; i++)
                {
                    system.ActorOf(Props.Create(() => new Sleeper())).Tell(Time / 2);
                }
            }

            return Task.Delay(Time);
        });

    [Fact]
    public async Task A_state_machine_that_blocks_costs_no_election() =>
        await CostsNoElectionAsync("", async (_, client) => await client.ProposeAsync<long>($"{Time}"));

    private static async Task CostsNoElectionAsync(string overrides, Func<RemoteCluster, RaftClient, Task> block)
    {
        await using var cluster = await RemoteCluster.StartAsync(LongTimeouts + overrides);
        using var client = cluster.Client(0, cluster.Address(0), cluster.Address(1), cluster.Address(2));
        await client.ProposeAsync<long>(1L);
        var before = (await cluster.StatusesAsync(client)).Max(status => status.Term);

        await block(cluster, client);

        Assert.Equal(2, (await client.ProposeAsync<long>(1L)).Result);
        Assert.Equal(before, (await cluster.StatusesAsync(client)).Max(status => status.Term));
    }

    private sealed class Sleeper : ReceiveActor
    {
        public Sleeper() => Receive<TimeSpan>(Thread.Sleep);
    }
}
