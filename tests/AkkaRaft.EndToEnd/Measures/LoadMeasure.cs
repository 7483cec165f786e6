using System.Diagnostics;
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.KeyValue;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.EndToEnd.Measures;

/// <summary>
/// Sets and linearizable gets of ever more clients, each of which waits for its answer; then what idle nodes take. All share one
/// connection to the cluster, and the machine with its nodes.
/// </summary>
internal sealed class LoadMeasure(string folder, int seconds, int size, string overrides)
{
    private const int MostKeys = 10_000;

    /// <summary>The most bytes of values that all keys, and all clients' requests at once, may have.</summary>
    private const int MostBytes = 64 << 20;

    private static readonly int[] Clients = [1, 16, 64, 256, 1000];
    private readonly int _keys = Math.Clamp(MostBytes / size, 1, MostKeys);
    private readonly string _value = new('v', size);

    public async Task<int> RunAsync()
    {
        Directory.CreateDirectory(folder);
        await using var cluster = TestCluster.Start(
            new TestClusterOptions { Folder = Path.GetFullPath(folder), Overrides = overrides });
        await ClusterChecks.LeaderAsync(cluster);
        Console.WriteLine($"New nodes have {string.Join(", ", cluster.Nodes.Select((_, node) => $"{Mebibytes(cluster, node)} MiB"))}.");
        await using var session = ClientSession.Start(cluster.Contacts, TimeSpan.FromMinutes(1));
        var loads = Clients.Where(clients => (long)clients * size <= MostBytes).ToList();
        await LoadAsync("warm-up", Math.Min(64, loads[^1]), key => session.Client.ProposeAsync<KeyWritten>(new SetKey(key, _value)));
        foreach (var clients in loads)
        {
            await LoadAsync("set", clients, key => session.Client.ProposeAsync<KeyWritten>(new SetKey(key, _value)));
            await LoadAsync("get", clients, key => session.Client.QueryAsync<KeyRead>(new GetKey(key)));
        }

        var idleFor = TimeSpan.FromSeconds(seconds);
        session.Client.Dispose();
        await Task.Delay(idleFor);
        var before = cluster.Nodes.Select((_, node) => ProcessorTime(cluster, node)).ToList();
        await Task.Delay(idleFor);
        for (var node = 0; node < cluster.Nodes.Count; node++)
        {
            var share = (ProcessorTime(cluster, node) - before[node]) / idleFor;
            var status = await cluster.Client.StatusAsync(cluster.Nodes[node].Contact);
            Console.WriteLine($"{cluster.Nodes[node].Name}: idle {share:P1} of a processor, {Mebibytes(cluster, node)} MiB,"
                + $" term {status.Term}, longest silence of the leader {status.LongestLeaderContactGap.TotalMilliseconds:0} ms");
        }

        return 0;
    }

    private async Task LoadAsync(string what, int clients, Func<string, Task> ask)
    {
        var (until, times) = (Stopwatch.GetTimestamp() + (seconds * Stopwatch.Frequency), new List<double>[clients]);
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
        {
            var (random, own) = (new Random(client), times[client] = []);
            while (Stopwatch.GetTimestamp() < until)
            {
                var begun = Stopwatch.GetTimestamp();
                await ask($"key-{random.Next(_keys)}");
                own.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }
        })));
        var all = times.SelectMany(own => own).Order().ToList();
        Console.WriteLine($"{what,7} {clients,5} clients {all.Count / watch.Elapsed.TotalSeconds,8:0} a second,"
            + $" p50 {all[all.Count / 2]:0.00} ms, p99 {all[all.Count * 99 / 100]:0.00} ms");
    }

    private static long Mebibytes(TestCluster cluster, int node)
    {
        using var process = Process.GetProcessById(cluster.ProcessId(node));
        return process.WorkingSet64 >> 20;
    }

    private static TimeSpan ProcessorTime(TestCluster cluster, int node)
    {
        using var process = Process.GetProcessById(cluster.ProcessId(node));
        return process.TotalProcessorTime;
    }
}
