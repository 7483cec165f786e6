using System.Diagnostics;
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.KeyValue;
using Xunit.Abstractions;

namespace AkkaRaft.EndToEnd;

/// <summary>Real processes on real disks, ended by SIGKILL: nothing acknowledged may be lost.</summary>
public sealed class KillNineTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_value_set_through_one_node_is_read_through_each_other_even_after_all_were_killed()
    {
        await using var cluster = TestCluster.Start();
        await cluster.SetAsync("colour", "blue");
        await AssertReadThroughEachAsync(cluster);

        await cluster.KillAllAsync();
        for (var node = 0; node < cluster.Nodes.Count; node++)
        {
            cluster.StartNode(node);
        }

        await AssertReadThroughEachAsync(cluster);
    }

    [Fact]
    public async Task Twenty_leaders_killed_under_load_lose_no_acknowledged_write()
    {
        await using var cluster = TestCluster.Start();
        await ClusterChecks.LeaderAsync(cluster);
        await using var writers = new Writers(cluster, clients: 4);
        await writers.NextAcknowledgementAsync(Stopwatch.GetTimestamp());

        var outages = new List<TimeSpan>();
        for (var round = 0; round < 20; round++)
        {
            var leader = await ClusterChecks.LeaderAsync(cluster);
            var killed = Stopwatch.GetTimestamp();
            await cluster.KillAsync(leader);
            outages.Add(await writers.NextAcknowledgementAsync(killed));
            cluster.StartNode(leader);
            await Eventually.IsTrueAsync(
                "the killed node back in the cluster",
                async () => (await ClusterChecks.TryStatusAsync(cluster, cluster.Nodes[leader].Contact))?.Leader is not null);
        }

        await writers.StopAsync();
        outages.Sort();
        output.WriteLine($"From the kill to the next acknowledged write: median {outages[10].TotalMilliseconds:0} ms,"
            + $" worst {outages[^1].TotalMilliseconds:0} ms; {writers.Acknowledged.Count} writes acknowledged.");
        await ClusterChecks.AssertNothingLostAndNothingInventedAsync(cluster, writers);
        await ClusterChecks.AssertNodesAgreeAsync(cluster);
        Assert.True(outages[^1] < TimeSpan.FromSeconds(30), $"The longest outage took {outages[^1]}.");
    }

    [Fact]
    public async Task All_nodes_killed_at_once_under_load_ten_times_lose_no_acknowledged_write()
    {
        await using var cluster = TestCluster.Start();
        await using var writers = new Writers(cluster, clients: 4);
        for (var round = 0; round < 10; round++)
        {
            await writers.MoreAcknowledgementsAsync(200);
            await cluster.KillAllAsync();
            for (var node = 0; node < cluster.Nodes.Count; node++)
            {
                cluster.StartNode(node);
            }
        }

        await writers.MoreAcknowledgementsAsync(200);
        await writers.StopAsync();
        output.WriteLine($"{writers.Acknowledged.Count} writes acknowledged, {writers.Sent.Count} sent.");
        await ClusterChecks.AssertNothingLostAndNothingInventedAsync(cluster, writers);
        await ClusterChecks.AssertNodesAgreeAsync(cluster);
    }

    private static async Task AssertReadThroughEachAsync(TestCluster cluster)
    {
        foreach (var node in cluster.Nodes)
        {
            await using var session = Node.Hosting.ClientSession.Start([node.Contact], TimeSpan.FromSeconds(60));
            var read = await session.Client.QueryAsync<KeyRead>(new GetKey("colour"));
            Assert.Equal("blue", read.Value);
        }
    }
}
