#if CRASH_POINTS
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.Server;

namespace AkkaRaft.EndToEnd;

/// <summary>Nodes killed between two of their effects: they start again, and nothing acknowledged is lost or applied twice.</summary>
public sealed class CrashPointTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Scenario_39_a_node_killed_at_each_of_its_first_points_starts_again_and_has_lost_nothing()
    {
        const int points = 24;
        await using var cluster = TestCluster.Prepare(new TestClusterOptions { Nodes = 1 });
        await using var writers = new Writers(cluster, clients: 2);
        for (var point = 1; point <= points; point++)
        {
            await StartAndCrashAsync(cluster, node: 0, $"any:{point}");
        }

        cluster.StartNode(0);
        await FinishAsync(cluster, writers);
    }

    [Fact]
    public async Task Scenario_39_nodes_of_a_cluster_killed_at_any_point_start_again_and_lose_nothing()
    {
        const int rounds = 9;
        await using var cluster = TestCluster.Start();
        await using var writers = new Writers(cluster, clients: 4);
        await writers.MoreAcknowledgementsAsync(10);
        for (var round = 0; round < rounds; round++)
        {
            var node = round % cluster.Nodes.Count;
            await cluster.KillAsync(node);
            await StartAndCrashAsync(cluster, node, $"any:{1 + (round * 13)}");
            cluster.StartNode(node);
            await writers.MoreAcknowledgementsAsync(10);
        }

        await FinishAsync(cluster, writers);
    }

    [Fact]
    public async Task Scenario_40_nodes_killed_between_applying_and_noting_it_apply_once_and_have_the_same_state()
    {
        await using var cluster = TestCluster.Start();
        await using var writers = new Writers(cluster, clients: 4);
        await writers.MoreAcknowledgementsAsync(10);
        for (var round = 0; round < 2 * cluster.Nodes.Count; round++)
        {
            var node = round % cluster.Nodes.Count;
            await cluster.KillAsync(node);
            await StartAndCrashAsync(cluster, node, $"{CrashPoint.AfterApply}:{1 + (round * 3)}");
            cluster.StartNode(node);
            await writers.MoreAcknowledgementsAsync(10);
        }

        await FinishAsync(cluster, writers);
    }

    [Theory]
    [InlineData(CrashPoint.BeforePersist)]
    [InlineData(CrashPoint.AfterPersist)]
    [InlineData(CrashPoint.BeforeApply)]
    [InlineData(CrashPoint.AfterApply)]
    [InlineData(CrashPoint.AfterAnswer)]
    public async Task Scenario_43_a_single_node_killed_between_append_and_answer_loses_nothing_acknowledged(string point)
    {
        await using var cluster = TestCluster.Prepare(new TestClusterOptions { Nodes = 1 });
        await using var writers = new Writers(cluster, clients: 4);
        foreach (var occasion in new[] { 3, 8, 30 })
        {
            await StartAndCrashAsync(cluster, node: 0, $"{point}:{occasion}");
        }

        cluster.StartNode(0);
        await FinishAsync(cluster, writers);
    }

    private static async Task StartAndCrashAsync(TestCluster cluster, int node, string point)
    {
        cluster.StartNode(node, point);
        Assert.True(await cluster.HasEndedAsync(node, Patience), $"The node did not come to {point}. It says: {cluster.LastLines(node)}");
    }

    private static async Task FinishAsync(TestCluster cluster, Writers writers)
    {
        await writers.MoreAcknowledgementsAsync(20);
        await writers.StopAsync();
        await ClusterChecks.AssertNothingLostAndNothingInventedAsync(cluster, writers);
        await ClusterChecks.AssertNodesAgreeAsync(cluster);
    }
}
#endif
