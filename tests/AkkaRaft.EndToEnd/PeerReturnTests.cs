using System.Diagnostics;
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.EndToEnd.Links;
using AkkaRaft.KeyValue;
using Xunit.Abstractions;

namespace AkkaRaft.EndToEnd;

/// <summary>Peers that were away are used again at once, and nobody has to be restarted for it.</summary>
public sealed class PeerReturnTests(ITestOutputHelper output)
{
    /// <summary>Two seconds are the aim, and what is measured is printed; busy machines need longer.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Scenario_46_a_peer_process_that_died_and_comes_back_is_used_again_at_once()
    {
        await using var cluster = TestCluster.Start();
        var leader = await ClusterChecks.LeaderAsync(cluster);
        var peer = (leader + 1) % cluster.Nodes.Count;
        await cluster.KillAsync(peer);
        for (var write = 0; write < 50; write++)
        {
            await cluster.SetAsync("key", $"{write}");
        }

        var started = Stopwatch.GetTimestamp();
        cluster.StartNode(peer);
        await Eventually.IsTrueAsync("the peer to be up", async () => await StatusAsync(cluster, peer) is { Down: null });
        var up = Stopwatch.GetTimestamp();
        await AwaitCaughtUpAsync(cluster, peer, with: leader);
        Report("a peer process is up until it has caught up", Stopwatch.GetElapsedTime(up));
        Report("a peer process is started until it has caught up", Stopwatch.GetElapsedTime(started));
    }

    [Fact]
    public async Task Scenario_46_a_partition_heals_without_a_restart()
    {
        await using var cluster = TestCluster.Start(new TestClusterOptions { WithNetwork = true });
        var leader = await ClusterChecks.LeaderAsync(cluster);
        var names = cluster.Nodes.Select(node => node.Name).ToList();
        cluster.Network.Part([names[leader]], [.. names.Where((_, node) => node != leader)]);
        await Eventually.IsTrueAsync(
            "another leader", async () => await ClusterChecks.TryLeaderAsync(cluster) is { } other && other != leader);
        await cluster.SetAsync("key", "written behind the partition");

        cluster.Network.Heal();
        var healed = Stopwatch.GetTimestamp();
        await AwaitCaughtUpAsync(cluster, leader, with: await ClusterChecks.LeaderAsync(cluster));
        Report("a partition heals until the former leader has caught up", Stopwatch.GetElapsedTime(healed));
        await ClusterChecks.AssertNodesAgreeAsync(cluster);
    }

    /// <summary>Orders in which nodes stayed cut off for minutes, with their connections established, until they were restarted.</summary>
    [Fact]
    public async Task No_node_stays_cut_off_when_others_are_stopped_and_killed_around_it()
    {
        await using var cluster = TestCluster.Start();
        await ClusterChecks.LeaderAsync(cluster);
        await using var watch = new LinkWatch(cluster);
        var campaign = new LinkCampaign(cluster, watch, new Random(7));
        for (var order = 0; order < 6; order++)
        {
            await campaign.RunAsync(order);
        }

        output.WriteLine($"Not heard for {watch.Worst.Time.TotalMilliseconds:0} ms at most.");
        await ClusterChecks.AssertNodesAgreeAsync(cluster);
    }

    private static Task AwaitCaughtUpAsync(TestCluster cluster, int node, int with) => Eventually.IsTrueAsync(
        "the node to have applied what the other has",
        async () => await StatusAsync(cluster, with) is { } other
            && await StatusAsync(cluster, node) is { Leader: not null } status
            && status.LastApplied >= other.LastApplied);

    private static Task<RaftStatus?> StatusAsync(TestCluster cluster, int node) =>
        ClusterChecks.TryStatusAsync(cluster, cluster.Nodes[node].Contact);

    private void Report(string what, TimeSpan time)
    {
        output.WriteLine($"From when {what}: {time.TotalMilliseconds:0} ms.");
        Assert.True(time < Bound, $"It took {time}.");
    }
}
