using AkkaRaft.EndToEnd.Harness;

namespace AkkaRaft.EndToEnd;

/// <summary>A data directory that goes back to an earlier state: a virtual machine's snapshot, or a folder that was copied.</summary>
public sealed class RollbackTests
{
    [Fact]
    public async Task A_member_on_an_older_copy_of_its_data_directory_is_found_out_and_counts_no_more()
    {
        // What a member has acknowledged is known to the leader that it acknowledged it to: that one must go on leading on a busy machine.
        await using var cluster = TestCluster.Start(overrides: "akka-raft { election-timeout-min = 1s, election-timeout-max = 2s, reconnect-after = 3s }");
        await cluster.SetAsync("before", "the copy");
        await Eventually.IsTrueAsync(
            "all members to be admitted",
            async () => (await LeaderAsync(cluster))?.Progress.All(member => member.IsAdmitted) == true);
        var leader = await ClusterChecks.LeaderAsync(cluster);
        var member = (leader + 1) % cluster.Nodes.Count;
        await cluster.KillAsync(member);
        using var copy = new TemporaryFolder();
        Copy(cluster.DataFolder(member), copy.Path);

        cluster.StartNode(member);
        await cluster.SetAsync("behind", "the copy");
        await ClusterChecks.AssertNodesAgreeAsync(cluster);
        await cluster.KillAsync(member);
        Directory.Delete(cluster.DataFolder(member), recursive: true);
        Copy(copy.Path, cluster.DataFolder(member));
        cluster.StartNode(member);

        await Eventually.IsTrueAsync("the leader to find out", async () =>
            (await LeaderAsync(cluster))?.Progress.Any(other => other.Id.Value == cluster.Nodes[member].Name && other.HasLostItsMemory) == true);
        await cluster.SetAsync("goes", "on");
        var shown = await CommandLineRun.RunAsync(["status", "--contact", cluster.Nodes[leader].Contact]);
        Assert.Contains("LOST ITS MEMORY", shown.Output + shown.Error, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<RaftStatus?> LeaderAsync(TestCluster cluster)
    {
        var leader = await ClusterChecks.LeaderAsync(cluster);
        return await ClusterChecks.TryStatusAsync(cluster, cluster.Nodes[leader].Contact);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.GetDirectories(from, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(folder.Replace(from, to, StringComparison.Ordinal));
        }

        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, file.Replace(from, to, StringComparison.Ordinal));
        }
    }
}
