using AkkaRaft.KeyValue;

namespace AkkaRaft.EndToEnd.Harness;

/// <summary>What must hold of a cluster when the storm is over.</summary>
internal static class ClusterChecks
{
    /// <summary>Waits until all nodes have applied the same index, and asserts that their states are equal there.</summary>
    public static async Task AssertNodesAgreeAsync(TestCluster cluster) =>
        await Eventually.IsTrueAsync("all nodes at the same applied index with one digest", async () =>
        {
            var statuses = await Task.WhenAll(cluster.Present.Select(node => TryStatusAsync(cluster, node.Contact)));
            if (statuses.Any(status => status is null) || statuses.Select(status => status!.DigestIndex).Distinct().Count() > 1)
            {
                return false;
            }

            var digests = statuses.Select(status => status!.Digest).Distinct().ToList();
            Assert.True(digests.Count == 1, $"At index {statuses[0]!.DigestIndex} the digests differ: {string.Join(", ", digests)}.");
            return true;
        });

    /// <summary>Asserts that what was acknowledged is there and that nothing is there that nobody wrote.</summary>
    public static async Task AssertNothingLostAndNothingInventedAsync(TestCluster cluster, Writers writers)
    {
        var found = await ReadAllAsync(cluster);
        var lost = writers.Acknowledged.Where(write => !found.TryGetValue(write.Key, out var value) || value != write.Value).ToList();
        var invented = found.Where(item => !writers.Sent.TryGetValue(item.Key, out var value) || value != item.Value).ToList();
        Assert.True(lost.Count == 0, $"{lost.Count} acknowledged writes are lost, {string.Join(", ", lost.Take(5))} among them.");
        Assert.True(invented.Count == 0, $"{invented.Count} keys were never written, {string.Join(", ", invented.Take(5))} among them.");
        Assert.NotEmpty(writers.Acknowledged);
    }

    /// <summary>Reads all keys, page by page.</summary>
    public static async Task<Dictionary<string, string>> ReadAllAsync(TestCluster cluster)
    {
        var found = new Dictionary<string, string>();
        var after = "";
        while (true)
        {
            var page = await cluster.Client.QueryAsync<KeysListed>(new ListKeys(after, 1000));
            foreach (var entry in page.Items)
            {
                found.Add(entry.Key, entry.Value.Text);
            }

            if (!page.More)
            {
                return found;
            }

            after = page.Items[^1].Key;
        }
    }

    public static async Task<RaftStatus?> TryStatusAsync(TestCluster cluster, string contact)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            return await cluster.Client.StatusAsync(contact, withDigest: true, deadline.Token);
        }
        catch (Exception failure) when (failure is ContactUnreachableException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Waits for a leader that a majority follows.</summary>
    /// <returns>The leader's place among the nodes.</returns>
    public static async Task<int> LeaderAsync(TestCluster cluster)
    {
        var leader = default(int?);
        await Eventually.IsTrueAsync("a leader that a majority follows", async () =>
        {
            leader = await TryLeaderAsync(cluster);
            return leader is not null;
        });
        return leader!.Value;
    }

    /// <summary>The place of the leader that a majority follows, or null when there is none or too few nodes answer.</summary>
    public static async Task<int?> TryLeaderAsync(TestCluster cluster)
    {
        var statuses = await Task.WhenAll(cluster.Present.Select(node => TryStatusAsync(cluster, node.Contact)));
        var followed = statuses
            .Where(status => status?.Leader is not null)
            .GroupBy(status => (status!.Term, status.Leader!.Value))
            .FirstOrDefault(group => group.Count() > cluster.Present.Count / 2);
        return followed is null ? null : cluster.Nodes.Index().First(node => node.Item.Name == followed.Key.Value.Value).Index;
    }
}
