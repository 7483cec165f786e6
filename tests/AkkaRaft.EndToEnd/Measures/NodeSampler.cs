using System.Diagnostics;
using System.Globalization;
using AkkaRaft.EndToEnd.Harness;

namespace AkkaRaft.EndToEnd.Measures;

/// <summary>Looks each second at the nodes' memory, as the operating system counts it, and at their data directories.</summary>
internal sealed class NodeSampler : IAsyncDisposable
{
    private readonly TestCluster _cluster;
    private readonly Func<string> _progress;
    private readonly StreamWriter _file;
    private readonly CancellationTokenSource _stop = new();
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly List<Sample> _samples = [];
    private readonly Task _work;

    /// <param name="cluster">The nodes.</param>
    /// <param name="path">The file that the curve goes to, as comma-separated values.</param>
    /// <param name="progress">How far the run is; a column of the curve.</param>
    public NodeSampler(TestCluster cluster, string path, Func<string> progress)
    {
        _cluster = cluster;
        _progress = progress;
        _file = new StreamWriter(path);
        var names = cluster.Nodes.Select(node => node.Name).ToList();
        _file.WriteLine(
            $"second,progress,{string.Join(',', names.Select(name => $"{name} MiB memory,{name} MiB disk,{name} MiB snapshots"))}");
        _work = Task.Run(SampleAsync);
    }

    /// <summary>Every tenth of the samples and the largest of each, in lines of text.</summary>
    public IEnumerable<string> Summary()
    {
        var step = Math.Max(1, _samples.Count / 12);
        foreach (var sample in _samples.Where((_, i) => i % step == 0 || i == _samples.Count - 1))
        {
            yield return sample.ToString();
        }

        for (var node = 0; node < _cluster.Nodes.Count; node++)
        {
            var memory = _samples.Max(sample => sample.Nodes[node].MemoryMiB);
            var disk = _samples.Max(sample => sample.Nodes[node].DiskMiB);
            yield return $"{_cluster.Nodes[node].Name}: at most {memory} MiB of memory and {disk} MiB of disk";
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        await _file.DisposeAsync();
        _stop.Dispose();
    }

    private async Task SampleAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                var nodes = Enumerable.Range(0, _cluster.Nodes.Count).Select(Look).ToList();
                var sample = new Sample((int)_watch.Elapsed.TotalSeconds, _progress(), nodes);
                _samples.Add(sample);
                await _file.WriteLineAsync(sample.ToCsv());
                await _file.FlushAsync();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The run is over.
        }
    }

    private NodeSample Look(int node)
    {
        var folder = new DirectoryInfo(_cluster.DataFolder(node));
        return new NodeSample(
            _cluster.IsRunning(node) ? ResidentMiB(_cluster.ProcessId(node)) : 0,
            SizeMiB(folder),
            SizeMiB(new DirectoryInfo(Path.Combine(folder.FullName, "snapshots"))));
    }

    private static long ResidentMiB(int processId)
    {
        var status = $"/proc/{processId}/status";
        if (!File.Exists(status))
        {
            using var process = Process.GetProcessById(processId);
            return process.WorkingSet64 >> 20;
        }

        var line = File.ReadLines(status).First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line["VmRSS:".Length..^"kB".Length].Trim(), CultureInfo.InvariantCulture) >> 10;
    }

    private static long SizeMiB(DirectoryInfo folder) =>
        folder.Exists ? folder.EnumerateFiles("*", SearchOption.AllDirectories).Sum(SizeOf) >> 20 : 0;

    private static long SizeOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }

    private sealed record NodeSample(long MemoryMiB, long DiskMiB, long SnapshotsMiB);

    private sealed record Sample(int Second, string Progress, IReadOnlyList<NodeSample> Nodes)
    {
        public string ToCsv() =>
            $"{Second},{Progress},{string.Join(',', Nodes.Select(node => $"{node.MemoryMiB},{node.DiskMiB},{node.SnapshotsMiB}"))}";

        public override string ToString() =>
            $"{Second,5} s  {Progress,12}  "
            + string.Join("   ", Nodes.Select(node => $"{node.MemoryMiB,5} MiB memory {node.DiskMiB,5} MiB disk"));
    }
}
