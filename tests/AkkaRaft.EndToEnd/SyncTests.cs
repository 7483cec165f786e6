using System.Collections.Concurrent;
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.KeyValue;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.EndToEnd;

/// <summary>A node's answers and the syncs of its journal, seen from the operating system.</summary>
public sealed class SyncTests
{
    private const string Log = "raft.db-wal";
    private const int DelayMilliseconds = 200;

    [Fact]
    public async Task No_acknowledgement_leaves_before_the_sync_that_covers_it()
    {
        await using var cluster = TestCluster.Start(nodes: 1);
        await cluster.SetAsync("before", "the trace");
        var acknowledged = new ConcurrentDictionary<string, (DateTime Asked, DateTime Told)>();
        IReadOnlyList<Syscall> calls;
        await using (var trace = await SyscallTrace.StartAsync(cluster.ProcessId(0), $"delay_enter={DelayMilliseconds * 1000}"))
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(client => WriteAsync($"client-{client}")));
            calls = await trace.StopAsync();
        }

        Assert.Equal(20, acknowledged.Count);
        foreach (var (value, (asked, told)) in acknowledged)
        {
            var written = calls.FirstOrDefault(call => call is { Name: "pwrite64", File: Log } && call.Text.Contains(value));
            Assert.True(written is not null, $"'{value}' was acknowledged and not written.");
            var synced = calls.FirstOrDefault(call => IsSync(call) && call.Began >= written.Ended && call.Text.Contains(" = 0"));
            Assert.True(synced is not null, $"'{value}' was acknowledged and not synced.");
            Assert.True(synced.Ended <= told, $"'{value}' was acknowledged {synced.Ended - told} before its sync was done.");
            Assert.True(told - asked >= TimeSpan.FromMilliseconds(DelayMilliseconds), $"'{value}' took {told - asked}.");
        }

        async Task WriteAsync(string client)
        {
            for (var i = 0; i < 5; i++)
            {
                var value = $"{client}-value-{i}";
                var asked = DateTime.UtcNow;
                await cluster.Client.ProposeAsync<KeyWritten>(new SetKey(client, value));
                acknowledged[value] = (asked, DateTime.UtcNow);
            }
        }
    }

    [Fact]
    public async Task Scenario_37_a_sync_that_fails_acknowledges_nothing_and_stops_the_server_until_syncs_work_again()
    {
        var log = new ConcurrentQueue<string>();
        await using var cluster = TestCluster.Start(new TestClusterOptions { Nodes = 1, Output = (_, line) => log.Enqueue(line) });
        await cluster.SetAsync("colour", "blue");
        await using (await SyscallTrace.StartAsync(cluster.ProcessId(0), "error=EIO"))
        {
            await using var hasty = ClientSession.Start(cluster.Contacts, TimeSpan.FromSeconds(2));
            await Assert.ThrowsAnyAsync<RaftRequestException>(() => hasty.Client.ProposeAsync<KeyWritten>(new SetKey("colour", "red")));
            await Eventually.IsTrueAsync("the node to say that it cannot write its journal", () => Task.FromResult(
                log.Any(line => line.Contains("a write to the journal failed", StringComparison.Ordinal))));
            await Eventually.IsTrueAsync("the server to be down", async () =>
                await ClusterChecks.TryStatusAsync(cluster, cluster.Nodes[0].Contact) is { Down: not null });
            Assert.True(cluster.IsRunning(0), cluster.LastLines(0));
        }

        await cluster.SetAsync("shape", "round");
        await ClusterChecks.AssertNodesAgreeAsync(cluster);
    }

    private static bool IsSync(Syscall call) => call.Name is "fsync" or "fdatasync" && call.File == Log;
}
