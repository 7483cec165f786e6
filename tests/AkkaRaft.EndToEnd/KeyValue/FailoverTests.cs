using System.Diagnostics;
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.KeyValue;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.EndToEnd.KeyValue;

/// <summary>Watches, locks and leases on real processes whose leader is killed.</summary>
public sealed class FailoverTests
{
    [Fact]
    public async Task A_watch_tells_every_event_once_and_in_order_across_the_leaders_death()
    {
        const int writes = 60;
        await using var cluster = TestCluster.Start();
        var leader = await ClusterChecks.LeaderAsync(cluster);
        await using var watcher = ClientSession.Start(cluster.Contacts, TimeSpan.FromSeconds(60));
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var seen = new List<KeyEvent>();
        var watching = WatchAsync(watcher.KeyValue, seen, $"w/{writes - 1}", stop.Token);

        var acknowledged = new List<long>();
        for (var i = 0; i < writes; i++)
        {
            if (i == writes / 2)
            {
                await cluster.KillAsync(leader);
            }

            acknowledged.Add(await SetAsync(cluster, $"w/{i}"));
            await cluster.SetAsync($"other/{i}", "not watched");
        }

        await watching;
        var revisions = seen.Select(happened => happened.Revision).ToList();
        Assert.Equal(revisions.Order().Distinct(), revisions);
        Assert.All(seen, happened => Assert.StartsWith("w/", happened.Key));
        Assert.Empty(acknowledged.Except(revisions));

        var again = new List<KeyEvent>();
        await WatchAsync(watcher.KeyValue, again, $"w/{writes - 1}", stop.Token);
        Assert.Equal(seen, again);
    }

    [Fact]
    public async Task A_lock_goes_to_the_next_in_its_queue_when_its_holder_dies()
    {
        await using var cluster = TestCluster.Start();
        var (first, second, third) = (Session(), Session(), Session());
        var timeToLive = TimeSpan.FromSeconds(4);
        var held = await first.KeyValue.LockAsync("jobs", timeToLive, "first");
        var next = second.KeyValue.LockAsync("jobs", timeToLive, "second");
        await QueueIsAsync(cluster, 2);
        var last = third.KeyValue.LockAsync("jobs", timeToLive, "third");
        await QueueIsAsync(cluster, 3);
        Assert.Equal("first", (await cluster.Session.KeyValue.HolderAsync("jobs"))?.Value);

        // A client whose actor system ends renews nothing and revokes nothing, as if its process had died.
        await first.DisposeAsync();
        var successor = await next;
        Assert.True(held.Lost.IsCancellationRequested, "The dead holder must know that the lock is lost before another has it.");
        Assert.True(successor.FencingToken > held.FencingToken);
        Assert.False(last.IsCompleted);

        await successor.DisposeAsync();
        await using var final = await last;
        Assert.Equal("third", (await cluster.Session.KeyValue.HolderAsync("jobs"))?.Value);
        await second.DisposeAsync();
        await third.DisposeAsync();

        ClientSession Session() => ClientSession.Start(cluster.Contacts, TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_lease_lives_its_time_at_least_across_the_leaders_death_and_then_ends()
    {
        var timeToLive = TimeSpan.FromSeconds(3);
        await using var cluster = TestCluster.Start();
        var leader = await ClusterChecks.LeaderAsync(cluster);
        var store = cluster.Session.KeyValue;
        var before = Stopwatch.GetTimestamp();
        var lease = await store.GrantLeaseAsync(timeToLive);
        await CertainlyAsync("mortal", () => store.SetAsync("mortal", "so far", lease.Id));
        await cluster.KillAsync(leader);

        await Eventually.IsTrueAsync("the lease to end", async () => await store.GetAsync("mortal") is null);
        Assert.True(Stopwatch.GetElapsedTime(before) >= timeToLive, "The lease ended before its time.");
        await Assert.ThrowsAsync<LeaseLostException>(() => store.KeepLeaseAliveAsync(lease.Id));
        var events = await store.WatchAsync("mortal", 1).Take(2).ToListAsync();
        Assert.Equal([KeyEventKind.Set, KeyEventKind.Expired], events.Select(happened => happened.Kind));
    }

    private static async Task<long> SetAsync(TestCluster cluster, string key) =>
        (await CertainlyAsync(key, () => cluster.Session.KeyValue.SetAsync(key, key))).Revision;

    /// <summary>Writes, again where the fate of a write is not known: on a busy machine a leader may lose its lead.</summary>
    private static Task<T> CertainlyAsync<T>(string key, Func<Task<T>> write)
        where T : class => Eventually.GetAsync($"the write of '{key}' to be acknowledged", async () =>
    {
        try
        {
            return await write();
        }
        catch (ProposalIndeterminateException)
        {
            return null;
        }
    });

    private static async Task WatchAsync(KeyValueClient store, List<KeyEvent> seen, string lastKey, CancellationToken stop)
    {
        await foreach (var happened in store.WatchAsync("w/", 1, stop))
        {
            seen.Add(happened);
            if (happened.Key == lastKey)
            {
                return;
            }
        }
    }

    private static Task QueueIsAsync(TestCluster cluster, int length) => Eventually.IsTrueAsync(
        $"{length} in the lock's queue", async () => (await cluster.Session.KeyValue.ListPageAsync("jobs/", "", 10)).Items.Count == length);
}
