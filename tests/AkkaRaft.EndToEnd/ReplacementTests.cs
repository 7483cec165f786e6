using System.Diagnostics;
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.EndToEnd.Replacement;
using Xunit.Abstractions;

namespace AkkaRaft.EndToEnd;

/// <summary>A cluster outlives its machines: each is replaced by another while clients write.</summary>
public sealed class ReplacementTests(ITestOutputHelper output)
{
    /// <summary>One second is the aim, and what is measured is printed; busy machines need longer.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Five_nodes_are_replaced_one_after_the_other_under_load_and_no_acknowledged_write_is_lost()
    {
        await using var cluster = TestCluster.Start(nodes: 5);
        await ClusterChecks.LeaderAsync(cluster);
        await using var writers = new Writers(cluster, clients: 2);
        await writers.NextAcknowledgementAsync(Stopwatch.GetTimestamp());

        var replaced = await new RollingReplacement(cluster, writers).RunAsync(one => output.WriteLine($"{one}"));

        await writers.StopAsync();
        output.WriteLine($"{writers.Acknowledged.Count} writes acknowledged.");
        await ClusterChecks.AssertNothingLostAndNothingInventedAsync(cluster, writers);
        await ClusterChecks.AssertNodesAgreeAsync(cluster);
        Assert.All(replaced, one => Assert.True(one.LongestGap < Bound, $"{one}"));
    }

    [Fact]
    public async Task Scenario_35_a_leader_that_is_told_to_stop_under_load_hands_over_and_no_acknowledged_write_is_lost()
    {
        await using var cluster = TestCluster.Start();
        await ClusterChecks.LeaderAsync(cluster);
        await using var writers = new Writers(cluster, clients: 4);
        for (var round = 0; round < 3; round++)
        {
            await writers.MoreAcknowledgementsAsync(100);
            var leader = await ClusterChecks.LeaderAsync(cluster);
            writers.TakeLongestGap();
            await cluster.StopAsync(leader);
            await writers.MoreAcknowledgementsAsync(10);
            var gap = writers.TakeLongestGap();
            output.WriteLine($"The leader was told to stop: longest time without an acknowledged write {gap.TotalMilliseconds:0} ms.");
            Assert.True(gap < Bound, $"{gap}");
            cluster.StartNode(leader);
        }

        await writers.StopAsync();
        await ClusterChecks.AssertNothingLostAndNothingInventedAsync(cluster, writers);
        await ClusterChecks.AssertNodesAgreeAsync(cluster);
    }
}
