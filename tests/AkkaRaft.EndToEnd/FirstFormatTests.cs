using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.KeyValue;

namespace AkkaRaft.EndToEnd;

/// <summary>A data directory that the first version of the program wrote, of one node of three: today's program goes on from it.</summary>
public sealed class FirstFormatTests
{
    private static string FirstFormat => Path.Combine(AppContext.BaseDirectory, "Data", "first-format");

    [Fact]
    public async Task A_node_of_the_first_version_is_started_with_todays_program_and_has_all_keys()
    {
        await using var cluster = TestCluster.Prepare(new TestClusterOptions { ClusterId = "local" });
        CopyTo(Path.Combine(cluster.Folder, "node1"));
        cluster.StartNode(0);
        cluster.StartNode(1);

        var found = await ClusterChecks.ReadAllAsync(cluster);
        var expected = Enumerable.Range(1, 12).Where(i => i != 3).ToDictionary(i => $"key{i}", i => i == 4 ? "other" : $"value{i}");
        Assert.Equal(expected, found);
        var watched = await cluster.Session.KeyValue.WatchAsync("", 1).Take(14).ToListAsync();
        Assert.Equal(("key3", KeyEventKind.Deleted), Assert.Single(
            watched.Where(happened => happened.Kind != KeyEventKind.Set).Select(happened => (happened.Key, happened.Kind))));

        await cluster.SetAsync("written", "by today's program");
    }

    [Fact]
    public async Task A_data_directory_of_the_first_version_is_inspected_and_left_as_it_is()
    {
        using var folder = new TemporaryFolder();
        var copy = Path.Combine(folder.Path, "node1");
        CopyTo(copy);
        var run = await CommandLineRun.RunAsync("inspect", copy);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("server 'node1' of cluster 'local'", run.Output);
        Assert.Contains("pages of 4096 bytes, journal_mode=wal, synchronous=full, with table journal,", run.Output);
        Assert.Contains("19 records, from 1 to 19, of the first format", run.Output);
        Assert.Contains("entries 1 to 15", run.Output);
        Assert.Contains("All checksums are right.", run.Output);
        Assert.Equal(["identity.json", "raft.db"], Directory.GetFiles(copy).Select(Path.GetFileName).Order());
        Assert.Equal(File.ReadAllBytes(Path.Combine(FirstFormat, "raft.db")), File.ReadAllBytes(Path.Combine(copy, "raft.db")));
    }

    private static void CopyTo(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.GetFiles(FirstFormat))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
    }
}
