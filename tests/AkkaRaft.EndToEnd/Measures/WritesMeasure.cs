using System.Diagnostics;
using AkkaRaft.EndToEnd.Harness;

namespace AkkaRaft.EndToEnd.Measures;

/// <summary>Many writes among few keys: the log would be many times the state, if it were kept.</summary>
internal sealed class WritesMeasure(string folder, int count, int size, int keys, int atOnce)
{
    public async Task<int> RunAsync()
    {
        Directory.CreateDirectory(folder);
        await using var cluster = TestCluster.Start(new TestClusterOptions { Folder = Path.GetFullPath(folder) });
        await ClusterChecks.LeaderAsync(cluster);
        await using var load = new WriteLoad(cluster, keys, size);
        var watch = Stopwatch.StartNew();
        var sampler = new NodeSampler(cluster, Path.Combine(folder, "writes.csv"), () => load.Done.ToString());
        await using (sampler)
        {
            await load.RunAsync(count, atOnce);
        }

        Console.WriteLine($"{load.Done} writes of {size} bytes among {keys} keys in {watch.Elapsed.TotalSeconds:0.0} s:"
            + $" {load.Done / watch.Elapsed.TotalSeconds:0} a second; {load.Unknown} of unknown fate, the slowest took"
            + $" {load.Slowest.TotalMilliseconds:0} ms.");
        foreach (var line in sampler.Summary())
        {
            Console.WriteLine(line);
        }

        await ClusterChecks.AssertNodesAgreeAsync(cluster);
        foreach (var node in cluster.Nodes)
        {
            var status = await cluster.Client.StatusAsync(node.Contact, withDigest: true);
            Console.WriteLine($"{node.Name}: term {status.Term}, last {status.LastLogIndex}, applied {status.LastApplied}, snapshot at"
                + $" {status.SnapshotIndex}, log from {status.LastIncludedIndex}, longest silence of the leader"
                + $" {status.LongestLeaderContactGap.TotalMilliseconds:0} ms, digest {status.Digest}");
        }

        return 0;
    }
}
