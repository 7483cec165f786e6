using AkkaRaft.Core;
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.Server;
using Microsoft.Data.Sqlite;

namespace AkkaRaft.EndToEnd;

/// <summary>
/// Snapshots on real disks: nodes killed in the midst of them lose nothing, disks stay small, and who is far behind gets one.
/// </summary>
public sealed class SnapshotTests
{
    private const int SnapshotEntries = 25;
    private const int Away = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly string Often =
        $$"""
        akka-raft {
          snapshot-entries = {{SnapshotEntries}}, snapshot-growth = 0, snapshot-chunk-size = 512B, max-snapshot-chunks-in-flight = 2
        }
        """;

    [Fact]
    public async Task Disks_hold_two_snapshots_and_the_entries_behind_the_older_one_however_much_is_written()
    {
        await using var cluster = TestCluster.Start(overrides: Often);
        await using var writers = new Writers(cluster, clients: 8);
        await writers.MoreAcknowledgementsAsync(20 * SnapshotEntries);
        await writers.StopAsync();
        await ClusterChecks.AssertNothingLostAndNothingInventedAsync(cluster, writers);
        await ClusterChecks.AssertNodesAgreeAsync(cluster);
        for (var node = 0; node < cluster.Nodes.Count; node++)
        {
            await AssertDiskIsSmallAsync(cluster, node);
        }
    }

    [Fact]
    public async Task A_snapshot_is_taken_when_one_is_wanted_though_none_is_due()
    {
        await using var cluster = TestCluster.Start();
        await cluster.SetAsync("a", "1");
        var contact = cluster.Nodes[1].Contact;
        var before = await cluster.Client.StatusAsync(contact);
        Assert.Equal(LogIndex.Zero, before.SnapshotIndex);

        var run = await CommandLineRun.RunAsync("snapshot", "take", "--contact", contact);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var after = await cluster.Client.StatusAsync(contact);
        Assert.True(after.SnapshotIndex >= before.LastApplied, $"The snapshot ends at {after.SnapshotIndex}.");
        Assert.Equal($"node2 has a snapshot of all entries up to {after.SnapshotIndex}.", run.Output.Trim());
        Assert.Equal(LogIndex.Zero, (await cluster.Client.StatusAsync(cluster.Nodes[2].Contact)).SnapshotIndex);
    }

    [Fact]
    public async Task Scenario_30_a_node_that_was_away_while_the_log_was_cut_comes_back_by_a_snapshot()
    {
        await using var cluster = TestCluster.Start(overrides: Often);
        await using var writers = new Writers(cluster, clients: 4);
        await MissWritesAsync(cluster, writers);
        cluster.StartNode(Away);
        await FinishAsync(cluster, writers);

        var status = await cluster.Client.StatusAsync(cluster.Nodes[Away].Contact);
        Assert.True(status.LastIncludedIndex > LogIndex.Zero, "The node was sent the whole log.");
    }

#if CRASH_POINTS
    [Theory]
    [InlineData(CrashPoint.BeforeSnapshotWrite)]
    [InlineData(CrashPoint.InSnapshotWrite)]
    [InlineData(CrashPoint.AfterSnapshotWrite)]
    [InlineData(CrashPoint.BeforeSnapshotRename)]
    [InlineData(CrashPoint.AfterSnapshotRename)]
    [InlineData(CrashPoint.AfterSnapshotSync)]
    [InlineData(CrashPoint.BeforeSnapshotDelete)]
    [InlineData(CrashPoint.AfterSnapshotDelete)]
    [InlineData(CrashPoint.BeforeJournalTrim)]
    [InlineData(CrashPoint.AfterJournalTrim)]
    public async Task Scenario_39_a_node_killed_while_it_takes_a_snapshot_or_cuts_its_log_has_lost_nothing(string point)
    {
        await using var cluster = TestCluster.Prepare(new TestClusterOptions { Nodes = 1, Overrides = Often });
        await using var writers = new Writers(cluster, clients: 4);
        foreach (var occasion in new[] { 1, 3 })
        {
            await StartAndCrashAsync(cluster, node: 0, $"{point}:{occasion}");
        }

        cluster.StartNode(0);
        await FinishAsync(cluster, writers);
        await AssertDiskIsSmallAsync(cluster, node: 0);
    }

    [Fact]
    public async Task Scenario_39_a_node_killed_while_it_receives_and_restores_a_snapshot_has_lost_nothing()
    {
        string[] points =
        [
            $"{CrashPoint.BeforeSnapshotWrite}:1",
            $"{CrashPoint.InSnapshotWrite}:1",
            $"{CrashPoint.InSnapshotWrite}:3",
            $"{CrashPoint.AfterSnapshotWrite}:1",
            $"{CrashPoint.BeforeSnapshotRename}:1",
            $"{CrashPoint.AfterSnapshotRename}:1",
            $"{CrashPoint.BeforeRestore}:1",
            $"{CrashPoint.AfterRestore}:1",
        ];
        await using var cluster = TestCluster.Start(overrides: Often);
        await using var writers = new Writers(cluster, clients: 4);
        await MissWritesAsync(cluster, writers);
        foreach (var point in points)
        {
            await StartAndCrashAsync(cluster, Away, point);
            await writers.MoreAcknowledgementsAsync(4 * SnapshotEntries);
        }

        cluster.StartNode(Away);
        await FinishAsync(cluster, writers);
    }

    private static async Task StartAndCrashAsync(TestCluster cluster, int node, string point)
    {
        cluster.StartNode(node, point);
        Assert.True(await cluster.HasEndedAsync(node, Patience), $"The node did not come to {point}. It says: {cluster.LastLines(node)}");
    }
#endif

    /// <summary>A node is away while so much is written that the others cut off the log that it would need.</summary>
    private static async Task MissWritesAsync(TestCluster cluster, Writers writers)
    {
        await writers.MoreAcknowledgementsAsync(10);
        await LeaderAsync(cluster, "knows all members", status => status.ClusterVersion == ProtocolVersion.Latest);
        await writers.MoreAcknowledgementsAsync(10);
        await cluster.KillAsync(Away);
        var others = await LeaderAsync(
            cluster, "is not the one that was killed", status => status.Server.Value != cluster.Nodes[Away].Name);
        await writers.MoreAcknowledgementsAsync(10 * SnapshotEntries);
        await LeaderAsync(cluster, "has cut its log", status => status.LastIncludedIndex > others.LastLogIndex);
    }

    private static Task<RaftStatus> LeaderAsync(TestCluster cluster, string that, Func<RaftStatus, bool> condition) =>
        Eventually.GetAsync($"a leader that {that}", async () =>
            await ClusterChecks.TryLeaderAsync(cluster) is { } leader
                && await ClusterChecks.TryStatusAsync(cluster, cluster.Nodes[leader].Contact) is { } status
                && condition(status) ? status : null);

    private static async Task FinishAsync(TestCluster cluster, Writers writers)
    {
        await writers.MoreAcknowledgementsAsync(2 * SnapshotEntries);
        await writers.StopAsync();
        await ClusterChecks.AssertNothingLostAndNothingInventedAsync(cluster, writers);
        await ClusterChecks.AssertNodesAgreeAsync(cluster);
    }

    private static async Task AssertDiskIsSmallAsync(TestCluster cluster, int node)
    {
        var folder = Path.Combine(cluster.DataFolder(node), "snapshots");
        await Eventually.IsTrueAsync($"{cluster.Nodes[node].Name} to delete what it needs no more", async () =>
        {
            var status = await cluster.Client.StatusAsync(cluster.Nodes[node].Contact);
            return status.SnapshotWork == 0
                && status.LastLogIndex - status.LastIncludedIndex < 8 * SnapshotEntries
                && Directory.GetFiles(folder, "*.snapshot").Length <= 2
                && RecordsIn(cluster.JournalFile(node)) < 16 * SnapshotEntries;
        });
        Assert.DoesNotContain(Directory.GetFiles(folder), file => file.EndsWith(".part", StringComparison.Ordinal));
    }

    private static long RecordsIn(string journal)
    {
        using var connection = new SqliteConnection($"Data Source={journal};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM journal";
        return (long)command.ExecuteScalar()!;
    }
}
