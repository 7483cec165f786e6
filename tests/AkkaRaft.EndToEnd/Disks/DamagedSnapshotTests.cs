using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.EndToEnd.Replacement;

namespace AkkaRaft.EndToEnd.Disks;

/// <summary>Snapshots that are damaged on the disk of a node that runs.</summary>
public sealed class DamagedSnapshotTests
{
    [Fact]
    public async Task A_leader_whose_snapshots_are_damaged_while_it_runs_has_another_for_an_empty_follower_at_once()
    {
        // None becomes due by itself, and takes the damaged one's place in that way.
        await using var cluster = TestCluster.Start(nodes: 1, "akka-raft { snapshot-entries = 0, snapshot-size = 0 }");
        for (var snapshot = 0; snapshot < 2; snapshot++)
        {
            await Task.WhenAll(Enumerable.Range(0, 60).Select(key => cluster.SetAsync($"key {key}", $"value {snapshot}")));
            await cluster.Client.TakeSnapshotAsync(cluster.Contacts[0]);
        }

        var before = await Eventually.GetAsync("the leader's log to be cut", async () =>
            await ClusterChecks.TryStatusAsync(cluster, cluster.Nodes[0].Contact) is { LastIncludedIndex.Value: > 0, SnapshotWork: 0 } cut
                ? cut
                : null);
        foreach (var file in Directory.GetFiles(Path.Combine(cluster.DataFolder(0), "snapshots"), "*.snapshot"))
        {
            var bytes = File.ReadAllBytes(file);
            bytes[bytes.Length / 2] ^= 1;
            File.WriteAllBytes(file, bytes);
        }

        var joining = cluster.StartJoiningNode();
        await RollingReplacement.AwaitWaitingAsync(cluster, joining);
        await RollingReplacement.AddAsync(cluster, joining);
        await ClusterChecks.AssertNodesAgreeAsync(cluster);

        var follower = await ClusterChecks.TryStatusAsync(cluster, cluster.Nodes[joining].Contact);
        Assert.True(follower!.LastIncludedIndex >= before.SnapshotIndex, $"The follower has its log from {follower.LastIncludedIndex} on.");
        var leader = await ClusterChecks.TryStatusAsync(cluster, cluster.Nodes[0].Contact);
        Assert.True(leader!.SnapshotIndex > before.SnapshotIndex, $"The leader's snapshot is still that of {leader.SnapshotIndex}.");
        Assert.False(leader.IsSnapshotUnreadable);
    }
}
