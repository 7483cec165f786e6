using AkkaRaft.EndToEnd.Harness;

namespace AkkaRaft.EndToEnd;

/// <summary>A data directory that goes back to an earlier state: a virtual machine's snapshot, or a folder that was copied.</summary>
public sealed class OlderCopyTests
{
    [Fact]
    public async Task A_member_on_an_older_copy_of_its_data_directory_takes_no_part_and_the_latest_one_takes_part_again()
    {
        await using var cluster = TestCluster.Start();
        await cluster.SetAsync("before", "the copy");
        await ClusterChecks.AssertNodesAgreeAsync(cluster);
        var leader = await ClusterChecks.LeaderAsync(cluster);
        var (member, away) = ((leader + 1) % 3, (leader + 2) % 3);
        using var copies = new TemporaryFolder();
        var (older, latest) = (Path.Combine(copies.Path, "older"), Path.Combine(copies.Path, "latest"));
        await cluster.KillAsync(member);
        Copy(cluster.DataFolder(member), older);
        cluster.StartNode(member);
        await cluster.SetAsync("meanwhile", "one");
        await ClusterChecks.AssertNodesAgreeAsync(cluster);

        // What the member acknowledges now is on one other disk only.
        await cluster.KillAsync(away);
        await cluster.SetAsync("behind", "the copy");
        await cluster.KillAsync(member);
        Copy(cluster.DataFolder(member), latest);
        Replace(cluster.DataFolder(member), older);
        cluster.StartNode(member);

        var why = await Eventually.GetAsync(
            "the member to find out",
            async () => (await ClusterChecks.TryStatusAsync(cluster, cluster.Nodes[member].Contact))?.Down);
        Assert.Contains("The data directory is an older copy of itself", why, StringComparison.Ordinal);
        Assert.Contains("add it anew", why, StringComparison.Ordinal);
        cluster.StartNode(away);
        await cluster.SetAsync("goes", "on");
        Assert.Equal("the copy", (await cluster.Session.KeyValue.GetAsync("behind"))!.Value.Text);

        await cluster.KillAsync(member);
        Replace(cluster.DataFolder(member), latest);
        cluster.StartNode(member);
        await ClusterChecks.AssertNodesAgreeAsync(cluster);
    }

    private static void Replace(string folder, string by)
    {
        Directory.Delete(folder, recursive: true);
        Copy(by, folder);
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
