using System.Diagnostics;
using AkkaRaft.Core;
using AkkaRaft.EndToEnd.Harness;

namespace AkkaRaft.EndToEnd.Measures;

/// <summary>
/// A node is away while a large state comes to be, and the log that it would need is cut; then it is brought back under load. Its cluster
/// must not notice: no election, and no heartbeat that comes so late that one was near.
/// </summary>
internal sealed class SnapshotMeasure(string folder, int mebibytes)
{
    private const int ValueBytes = 4096;
    private const int Away = 2;

    private readonly List<string> _roles = [];

    public async Task<int> RunAsync()
    {
        Directory.CreateDirectory(folder);
        await using var cluster = TestCluster.Prepare(new TestClusterOptions
        {
            Folder = Path.GetFullPath(folder),
            Overrides = $"akka-raft {{ snapshot-entries = 0, snapshot-size = {Math.Max(1, mebibytes / 4)}MiB }}",
            Output = Note,
        });
        for (var node = 0; node < cluster.Nodes.Count; node++)
        {
            cluster.StartNode(node);
        }

        // Snapshots are taken once all members are known to be able to take one.
        await ClusterChecks.LeaderAsync(cluster);
        await Eventually.IsTrueAsync("the members to know each other", async () =>
            (await StatusAsync(cluster, await ClusterChecks.LeaderAsync(cluster))).ClusterVersion == ProtocolVersion.Latest);
        await cluster.SetAsync("first", "1");
        await cluster.KillAsync(Away);
        await FillAsync(cluster);
        var leader = await ClusterChecks.LeaderAsync(cluster);

        await using var load = new WriteLoad(cluster, keys: 1000, size: 256);
        using var stop = new CancellationTokenSource();
        var before = await StatusAsync(cluster, leader);
        lock (_roles)
        {
            _roles.Clear();
        }

        var progress = "0 MiB";
        await using var sampler = new NodeSampler(cluster, Path.Combine(folder, "snapshot.csv"), () => progress);
        var work = load.RunAsync(long.MaxValue, atOnce: 64, stop.Token);
        await Task.Delay(TimeSpan.FromSeconds(10));
        foreach (var node in new[] { 0, 1 })
        {
            var silence = (await StatusAsync(cluster, node)).LongestLeaderContactGap.TotalMilliseconds;
            Console.WriteLine($"{cluster.Nodes[node].Name}: longest silence of the leader until now {silence:0} ms");
        }

        Console.WriteLine($"{cluster.Nodes[Away].Name} starts; {load.Done / 10} writes a second meanwhile.");
        var (slowest, slowestAt) = (TimeSpan.Zero, TimeSpan.Zero);
        var (watch, doneBefore) = (Stopwatch.StartNew(), load.Done);
        cluster.StartNode(Away);
        await Eventually.IsTrueAsync("the node to be brought back", async () =>
        {
            var asked = Stopwatch.StartNew();
            var status = await StatusAsync(cluster, leader);
            if (asked.Elapsed > slowest)
            {
                (slowest, slowestAt) = (asked.Elapsed, watch.Elapsed);
            }

            var member = status.Progress.FirstOrDefault(member => member.Id.Value == cluster.Nodes[Away].Name);
            progress = member is null ? progress : $"{member.InstalledBytes >> 20} MiB";
            var returned = await ClusterChecks.TryStatusAsync(cluster, cluster.Nodes[Away].Contact);
            return returned is not null && returned.LastApplied >= before.LastApplied;
        }, TimeSpan.FromMinutes(15));
        var rate = (load.Done - doneBefore) / watch.Elapsed.TotalSeconds;
        Console.WriteLine($"It took {watch.Elapsed.TotalSeconds:0.0} s; {rate:0} writes a second meanwhile,"
            + $" the slowest {load.Slowest.TotalMilliseconds:0} ms, {load.Unknown} of unknown fate.");
        Console.WriteLine($"The leader's slowest word on how it is came {slowest.TotalMilliseconds:0} ms after the question,"
            + $" {slowestAt.TotalSeconds:0.0} s after the start.");
        await stop.CancelAsync();
        await work;
        await TellAsync(cluster, leader, before, sampler);
        return 0;
    }

    private static Task<RaftStatus> StatusAsync(TestCluster cluster, int node) => cluster.Client.StatusAsync(cluster.Nodes[node].Contact);

    private async Task FillAsync(TestCluster cluster)
    {
        var values = mebibytes * (1024 * 1024 / ValueBytes);
        await using var load = new WriteLoad(cluster, values, ValueBytes);
        var watch = Stopwatch.StartNew();
        await load.RunAsync(values, atOnce: 512);
        Console.WriteLine($"{load.Done} values of {ValueBytes} bytes written in {watch.Elapsed.TotalSeconds:0.0} s.");
        await Eventually.IsTrueAsync("snapshots of it", async () =>
        {
            var statuses = await Task.WhenAll(StatusAsync(cluster, 0), StatusAsync(cluster, 1));
            return statuses.All(status => status.SnapshotIndex > LogIndex.Zero && status.SnapshotWork == 0);
        }, TimeSpan.FromMinutes(5));
    }

    private async Task TellAsync(TestCluster cluster, int leader, RaftStatus before, NodeSampler sampler)
    {
        foreach (var line in sampler.Summary())
        {
            Console.WriteLine(line);
        }

        await ClusterChecks.AssertNodesAgreeAsync(cluster);
        foreach (var (node, i) in cluster.Nodes.Select((node, i) => (node, i)))
        {
            var status = await StatusAsync(cluster, i);
            Console.WriteLine($"{node.Name}: {status.Role} in term {status.Term}, applied {status.LastApplied}, snapshot at"
                + $" {status.SnapshotIndex}, log from {status.LastIncludedIndex}, longest silence of the leader"
                + $" {status.LongestLeaderContactGap.TotalMilliseconds:0} ms");
        }

        var after = await StatusAsync(cluster, leader);
        Console.WriteLine(after.Term == before.Term && after.Role == RaftRole.Leader
            ? $"No election: {cluster.Nodes[leader].Name} leads in term {after.Term} as before."
            : $"The lead changed: term {before.Term} before, {after.Term} after.");
        lock (_roles)
        {
            Console.WriteLine($"Changes of role meanwhile: {(_roles.Count == 0 ? "none" : string.Join("; ", _roles))}");
        }
    }

    private void Note(string node, string line)
    {
        if (line.Contains(": is ", StringComparison.Ordinal) && line.Contains(" term ", StringComparison.Ordinal))
        {
            lock (_roles)
            {
                _roles.Add(line);
            }
        }
        else if (line.Contains("snapshot", StringComparison.Ordinal))
        {
            Console.WriteLine(line);
        }
    }
}
