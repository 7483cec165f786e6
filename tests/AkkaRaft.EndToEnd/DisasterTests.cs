using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.KeyValue;
using Microsoft.Data.Sqlite;

namespace AkkaRaft.EndToEnd;

/// <summary>When all else has failed: a backup, or what one survivor has, becomes a new cluster.</summary>
public sealed class DisasterTests
{
    private static readonly TimeSpan LongTime = TimeSpan.FromHours(1);

    [Fact]
    public async Task A_backup_of_a_running_cluster_becomes_a_new_one()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "cluster.backup");
        Dictionary<string, string> before;
        long lostLease;
        long lastRevision;
        await using (var cluster = TestCluster.Start(overrides: "akka-raft { snapshot-entries = 50, snapshot-growth = 0 }"))
        {
            var lease = await cluster.Session.KeyValue.GrantLeaseAsync(LongTime);
            await cluster.Session.KeyValue.SetAsync("leased", "for long", lease.Id);
            await using var writers = new Writers(cluster, clients: 2);
            await writers.MoreAcknowledgementsAsync(100);
            before = new(writers.Acknowledged);
            var run = await CommandLineRun.RunAsync(["backup", file, "--timeout", "60", "--contact", .. cluster.Nodes.Select(ShortName)]);
            Assert.True(run.ExitCode == 0, run.Output + run.Error);
            await writers.StopAsync();
            var again = await CommandLineRun.RunAsync(["backup", file, "--contact", .. cluster.Nodes.Select(ShortName)]);
            again.AssertRefused(2, "there already");
            Refuses(await RestoreAsync(cluster, 0, file), 2, "needs another name");

            // Behind the backup: the restored cluster knows nothing of these.
            lostLease = (await cluster.Session.KeyValue.GrantLeaseAsync(LongTime)).Id;
            lastRevision = (await cluster.Session.KeyValue.SetAsync("lost", "with the cluster", lostLease)).Revision;
            Assert.True(lostLease > lastRevision, $"The lease {lostLease} was not drawn at random: another may have its id some day.");
        }

        await using var restored = TestCluster.Prepare(new TestClusterOptions { ClusterId = "restored", Overrides = "akka-raft.query-wait-max = 2s" });
        for (var node = 0; node < restored.Nodes.Count; node++)
        {
            var run = await RestoreAsync(restored, node, file);
            Assert.True(run.ExitCode == 0, run.Output + run.Error);
        }

        Refuses(await RestoreAsync(restored, 0, file), 1, "not empty", "already");
        for (var node = 0; node < restored.Nodes.Count; node++)
        {
            restored.StartNode(node);
        }

        var found = await ClusterChecks.ReadAllAsync(restored);
        Assert.Equal("for long", found["leased"]);
        Assert.Empty(before.Except(found));
        await restored.SetAsync("after", "the disaster");
        await AssertNothingComesTwiceAsync(restored, lastRevision);
        await Assert.ThrowsAsync<LeaseLostException>(() => restored.Session.KeyValue.KeepLeaseAliveAsync(lostLease));
        Assert.False((await restored.Session.KeyValue.RevokeLeaseAsync(lostLease)).Found);
        await ClusterChecks.AssertNodesAgreeAsync(restored);

        await AssertWatchEndsWithItsHistoryAsync(restored, file);
        await ClusterChecks.AssertNodesAgreeAsync(restored);

        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
        var inspected = await CommandLineRun.RunAsync("inspect", file);
        Assert.Equal(1, inspected.ExitCode);
        Assert.Contains("DAMAGED", inspected.Output);
    }

    [Fact]
    public async Task A_survivor_becomes_a_new_cluster_when_it_is_accepted_that_data_is_lost()
    {
        await using var cluster = TestCluster.Start(overrides: "akka-raft { snapshot-entries = 20, snapshot-growth = 0 }");
        for (var i = 0; i < 50; i++)
        {
            await cluster.SetAsync($"key{i:00}", $"value {i}");
        }

        await ClusterChecks.AssertNodesAgreeAsync(cluster);
        var lastRevision = (await cluster.Session.KeyValue.ListPageAsync("", "", 1)).Revision;
        var survivor = Path.Combine(cluster.Folder, "node2");
        Refuses(await CommandLineRun.RunAsync("recover", survivor, "--config", cluster.Nodes[1].ConfigFile), 1, "in use");
        await cluster.KillAllAsync();
        var inspected = await CommandLineRun.RunAsync("inspect", survivor);
        Assert.True(inspected.ExitCode == 0, inspected.Output + inspected.Error);
        Assert.Contains(".snapshot", inspected.Output);

        await using var recovered = TestCluster.Prepare(new TestClusterOptions { Nodes = 1, ClusterId = "recovered" });
        string[] recover = ["recover", survivor, "--config", recovered.Nodes[0].ConfigFile];
        var refused = await CommandLineRun.RunAsync(recover);
        Refuses(refused, 2, "Nothing was done");
        Assert.Contains("will be lost", refused.Output);
        Assert.False(Directory.Exists(Path.Combine(recovered.Folder, "node1")));

        var run = await CommandLineRun.RunAsync([.. recover, "--i-accept-data-loss"]);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        recovered.StartNode(0);
        var found = await ClusterChecks.ReadAllAsync(recovered);
        Assert.Equal(Enumerable.Range(0, 50).ToDictionary(i => $"key{i:00}", i => $"value {i}"), found);
        await recovered.SetAsync("after", "the disaster");
        await AssertNothingComesTwiceAsync(recovered, lastRevision);
    }

    [Fact]
    public async Task A_damaged_data_directory_is_inspected_and_the_damage_is_found_where_it_is()
    {
        await using var cluster = TestCluster.Start(nodes: 1);
        for (var i = 0; i < 10; i++)
        {
            await cluster.SetAsync($"key{i}", $"value {i}");
        }

        await cluster.KillAllAsync();
        using (var connection = new SqliteConnection($"Data Source={cluster.JournalFile(0)};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE journal SET message = zeroblob(length(message)) WHERE sequence_number = 9";
            Assert.Equal(1, command.ExecuteNonQuery());
        }

        var directory = Path.Combine(cluster.Folder, "node1");
        var run = await CommandLineRun.RunAsync("inspect", directory);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("DAMAGED raft.db, record 9:", run.Output);
        Assert.Contains("Log: entries 1 to", run.Output);
        Refuses(
            await CommandLineRun.RunAsync("recover", directory, "--config", cluster.Nodes[0].ConfigFile, "--i-accept-data-loss"),
            1,
            "is damaged",
            "record 9");
    }

    /// <summary>
    /// Revisions, and fencing tokens with them, lie behind all of the former cluster's, and who watches from one of those is told that events
    /// are missing.
    /// </summary>
    private static async Task AssertNothingComesTwiceAsync(TestCluster cluster, long lastRevision)
    {
        var store = cluster.Session.KeyValue;
        Assert.True((await store.GetAsync("after"))!.Revision > lastRevision, "A revision has come twice.");
        await Assert.ThrowsAsync<WatchCompactedException>(async () => await store.WatchAsync("", lastRevision + 1).FirstAsync());
        var now = (await store.ListPageAsync("", "", 1)).Revision;
        await cluster.SetAsync("watched", "now");
        Assert.Equal("watched", (await store.WatchAsync("", now + 1).FirstAsync()).Key);
    }

    /// <summary>
    /// Restored from the same backup once more, a cluster has the revisions of the time before once more, and they mean other events: a watch
    /// from before is told, though the store alone could not know it.
    /// </summary>
    private static async Task AssertWatchEndsWithItsHistoryAsync(TestCluster cluster, string file)
    {
        var store = cluster.Session.KeyValue;
        var now = (await store.ListPageAsync("", "", 1)).Revision;
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var watching = WatchAsync();
        await cluster.SetAsync("watched", "once more");
        await told.Task.WaitAsync(TimeSpan.FromMinutes(1));

        await cluster.KillAllAsync();
        for (var node = 0; node < cluster.Nodes.Count; node++)
        {
            Directory.Delete(cluster.DataFolder(node), recursive: true);
            var run = await RestoreAsync(cluster, node, file);
            Assert.True(run.ExitCode == 0, run.Output + run.Error);
            cluster.StartNode(node);
        }

        await Assert.ThrowsAsync<WatchCompactedException>(() => watching.WaitAsync(TimeSpan.FromMinutes(1)));

        async Task WatchAsync()
        {
            await foreach (var _ in store.WatchAsync("", now + 1))
            {
                told.TrySetResult();
            }
        }
    }

    private static Task<CommandLineRun> RestoreAsync(TestCluster cluster, int node, string file) =>
        CommandLineRun.RunAsync("restore", file, "--config", cluster.Nodes[node].ConfigFile);

    private static void Refuses(CommandLineRun run, int exitCode, params string[] words)
    {
        Assert.True(run.ExitCode == exitCode, $"Exit code {run.ExitCode}, not {exitCode}: {run.Output}{run.Error}");
        Assert.True(words.Any(run.Error.Contains), run.Error);
    }

    private static string ShortName(Node.Hosting.LocalNode node) => Node.Hosting.ContactPoint.ShortName(node.Contact);
}
