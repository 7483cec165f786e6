using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.KeyValue;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.EndToEnd.PowerLoss;

/// <summary>A write of a client.</summary>
/// <param name="Key">The key, which no other write has.</param>
/// <param name="Value">The value.</param>
/// <param name="Asked">When it was sent.</param>
/// <param name="Told">When its acknowledgement had come, or null if none came.</param>
internal sealed record RecordedWrite(string Key, string Value, DateTime Asked, DateTime? Told);

/// <summary>
/// What a cluster of one node did to its files from its first start on, and what its clients were told meanwhile, by one clock. It lies
/// in a folder, and can be read from there again.
/// </summary>
internal sealed class PowerLossRecording
{
    /// <summary>Snapshots are taken and the journal is cut all the time, so that power is lost in the middle of that as well.</summary>
    public const string Overrides = "akka-raft { snapshot-entries = 40, snapshot-growth = 0, min-free-disk = 0 }";

    private const string TraceFile = "trace";
    private const string WritesFile = "writes.json";

    private PowerLossRecording(IReadOnlyList<FileOperation> operations, IReadOnlyList<RecordedWrite> writes) =>
        (Operations, Writes) = (operations, writes);

    public IReadOnlyList<FileOperation> Operations { get; }

    public IReadOnlyList<RecordedWrite> Writes { get; }

    /// <summary>Reads what was recorded before.</summary>
    public static PowerLossRecording Read(string folder) => new(
        FileTrace.Read(Path.Combine(folder, TraceFile), File.ReadAllText(Path.Combine(folder, "data-directory"))),
        JsonSerializer.Deserialize<List<RecordedWrite>>(File.ReadAllBytes(Path.Combine(folder, WritesFile)))!);

    /// <summary>Runs a node under strace until so many writes are acknowledged, and kills it.</summary>
    /// <param name="folder">Where the recording goes.</param>
    /// <param name="acknowledgements">How many.</param>
    public static async Task<PowerLossRecording> MakeAsync(string folder, int acknowledgements)
    {
        Directory.CreateDirectory(folder);
        await using var cluster = TestCluster.Prepare(new TestClusterOptions { Nodes = 1, Overrides = Overrides });
        File.WriteAllText(Path.Combine(folder, "data-directory"), cluster.DataFolder(0));
        using var strace = StartTraced(cluster.Nodes[0].ConfigFile, Path.Combine(folder, TraceFile));
        try
        {
            var writes = await WriteAsync(cluster, acknowledgements);
            File.WriteAllBytes(Path.Combine(folder, WritesFile), JsonSerializer.SerializeToUtf8Bytes(writes));
        }
        finally
        {
            // strace ends with the process that it traces.
            using var node = Process.GetProcessById(TracedBy(strace));
            node.Kill();
            await strace.WaitForExitAsync();
        }

        return Read(folder);
    }

    /// <summary>The number of the process that strace has started; its only child.</summary>
    private static int TracedBy(Process strace) =>
        int.Parse(File.ReadAllText($"/proc/{strace.Id}/task/{strace.Id}/children"), CultureInfo.InvariantCulture);

    private static async Task<List<RecordedWrite>> WriteAsync(TestCluster cluster, int acknowledgements)
    {
        var left = acknowledgements;
        var clients = Enumerable.Range(0, 4).Select(async client =>
        {
            var writes = new List<RecordedWrite>();
            while (Interlocked.Decrement(ref left) >= 0)
            {
                var (key, value) = ($"{client}-{writes.Count:000000}", $"value {writes.Count} of client {client}");
                var asked = DateTime.UtcNow;
                try
                {
                    await cluster.Client.ProposeAsync<KeyWritten>(new SetKey(key, value));
                    writes.Add(new RecordedWrite(key, value, asked, DateTime.UtcNow));
                }
                catch (ProposalIndeterminateException)
                {
                    writes.Add(new RecordedWrite(key, value, asked, null));
                }
            }

            return writes;
        });
        return [.. (await Task.WhenAll(clients)).SelectMany(writes => writes)];
    }

    private static Process StartTraced(string configFile, string trace)
    {
        var start = new ProcessStartInfo("strace") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[]
        {
            "-f", "-y", "-ttt", "-T", "-xx", "-s", "1000000", "--seccomp-bpf", "-e", $"trace={FileTrace.Calls}", "-e", "signal=none",
            "-o", trace, "dotnet", typeof(NodeProcess).Assembly.Location, "node", "--config", configFile,
        })
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            var process = Process.Start(start)!;
            _ = process.StandardOutput.ReadToEndAsync();
            _ = process.StandardError.ReadToEndAsync();
            return process;
        }
        catch (Win32Exception failure)
        {
            throw new InvalidOperationException(
                "This looks at a node's system calls: install strace (Debian: apt-get install strace).", failure);
        }
    }
}
