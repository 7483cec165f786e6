using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.KeyValue;

namespace AkkaRaft.EndToEnd.KeyValue;

/// <summary>Names of locks are opaque: none has to do with another that begins alike, nor with plain keys.</summary>
public sealed class LockNameTests
{
    private static readonly TimeSpan TimeToLive = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_lock_is_free_while_those_whose_names_begin_alike_are_held()
    {
        await using var cluster = TestCluster.Start(nodes: 1);
        var store = new KeyValueClient(cluster.Client);
        await cluster.SetAsync("locks/report/notes", "nobody waits here");
        await using var lease = await store.LeaseAsync(TimeToLive);
        await store.SetAsync($"locks/report/{lease.Id + 1}", "a plain key with a number", lease.Id);
        await store.SetAsync($"locks/report/daily-{lease.Id}", "one that ends in its lease", lease.Id);

        // Enough plain keys that the queue is not on the first page.
        await Task.WhenAll(Enumerable.Range(0, 1_100).Select(i => store.SetAsync($"locks/report/!{i}", "early")));
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        string[] names = ["locks/report/daily", "locks/report/daily/x", "locks/report/", "locks", "locks/report", "locks/repor"];
        var held = new List<KeyValueLock>();
        foreach (var name in names)
        {
            held.Add(await store.LockAsync(name, TimeToLive, holder: name, stop.Token));
        }

        foreach (var name in names)
        {
            Assert.Equal(name, (await store.HolderAsync(name))?.Value);
        }

        var waiting = store.LockAsync("locks/report", TimeToLive, "next", stop.Token);
        await held[4].DisposeAsync();
        await using var next = await waiting;
        Assert.Equal("next", (await store.HolderAsync("locks/report"))?.Value);
        Assert.True(next.FencingToken > held[4].FencingToken);
        foreach (var other in held)
        {
            await other.DisposeAsync();
        }
    }
}
