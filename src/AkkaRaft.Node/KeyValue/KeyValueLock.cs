namespace AkkaRaft.Node.KeyValue;

/// <summary>Locks, and elections, which are locks whose holder has a name.</summary>
public static class KeyValueLocks
{
    /// <summary>
    /// Waits until this process holds a lock. Those who wait get it in the order in which they asked; whoever dies leaves the queue when
    /// its lease is over.
    /// </summary>
    /// <param name="client">The store.</param>
    /// <param name="name">
    /// The lock's name: any text. Its queue is the keys <c>name/lease</c>, each held by just that lease; keys and locks whose names begin
    /// alike are others.
    /// </param>
    /// <param name="timeToLive">How soon others may go on when this process dies.</param>
    /// <param name="holder">What others are told of the holder, for example its address.</param>
    /// <param name="cancellationToken">Leaves the queue.</param>
    /// <returns>The lock, to be disposed of.</returns>
    /// <exception cref="LeaseLostException">The cluster could not be reached for too long, and the place in the queue is lost.</exception>
    public static async Task<KeyValueLock> LockAsync(
        this KeyValueClient client, string name, TimeSpan timeToLive, string holder = "", CancellationToken cancellationToken = default)
    {
        var lease = await client.LeaseAsync(timeToLive, cancellationToken).ConfigureAwait(false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
        try
        {
            var key = KeyOf(name, lease.Id);
            await client.SetAsync(key, holder, lease.Id, stop.Token).ConfigureAwait(false);
            return await WaitForTurnAsync(client, name, key, lease, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LeaseLostException(lease.Id);
        }
        catch
        {
            await lease.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Tells who holds a lock: what it said of itself, and since which revision.</summary>
    /// <param name="client">The store.</param>
    /// <param name="name">The lock's name.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The holder's key, or null if nobody holds the lock.</returns>
    public static async Task<KeyEntry?> HolderAsync(this KeyValueClient client, string name, CancellationToken cancellationToken = default)
    {
        var (queue, _) = await QueueAsync(client, name, cancellationToken).ConfigureAwait(false);
        return queue.Count > 0 ? queue[0] : null;
    }

    private static async Task<KeyValueLock> WaitForTurnAsync(
        KeyValueClient client, string name, string key, KeyValueLease lease, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (queue, revision) = await QueueAsync(client, name, cancellationToken).ConfigureAwait(false);
            var place = queue.FindIndex(entry => entry.Key == key);
            switch (place)
            {
                case < 0:
                    throw new LeaseLostException(lease.Id);
                case 0:
                    return new KeyValueLock(lease, key, queue[0].CreateRevision);
                default:
                    await AwaitEndAsync(client, queue[place - 1].Key, revision + 1, cancellationToken).ConfigureAwait(false);
                    break;
            }
        }
    }

    private static string KeyOf(string name, long lease) => $"{name}/{lease}";

    /// <summary>
    /// The keys of a lock in the order in which they were made, and the revision that they were read at. Below the name there may be other
    /// keys: those of the lock <c>name/more</c>, or any that somebody has set. The lock's own end in the lease that holds them.
    /// </summary>
    private static async Task<(List<KeyEntry> Queue, long Revision)> QueueAsync(
        KeyValueClient client, string name, CancellationToken cancellationToken)
    {
        var queue = new List<KeyEntry>();
        var revision = long.MaxValue;
        var after = "";
        KeysListed page;
        do
        {
            page = await client.ListPageAsync($"{name}/", after, 1_000, cancellationToken).ConfigureAwait(false);
            queue.AddRange(page.Items.Where(entry => entry.Lease != 0 && entry.Key == KeyOf(name, entry.Lease)));
            after = page.Items.LastOrDefault()?.Key ?? after;
            revision = Math.Min(revision, page.Revision);
        }
        while (page.More);

        return ([.. queue.OrderBy(entry => entry.CreateRevision)], revision);
    }

    /// <summary>Waits until a key is gone, or may be.</summary>
    private static async Task AwaitEndAsync(KeyValueClient client, string key, long fromRevision, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var happened in client.WatchAsync(key, fromRevision, cancellationToken).ConfigureAwait(false))
            {
                if (happened.Key == key && happened.Kind != KeyEventKind.Set)
                {
                    return;
                }
            }
        }
        catch (WatchCompactedException)
        {
            // Much has happened since the queue was read: the caller reads it again.
        }
    }
}

/// <summary>A lock that is held until it is disposed of, or lost.</summary>
public sealed class KeyValueLock : IAsyncDisposable
{
    private readonly KeyValueLease _lease;

    internal KeyValueLock(KeyValueLease lease, string key, long fencingToken)
    {
        _lease = lease;
        Key = key;
        FencingToken = fencingToken;
    }

    /// <summary>The key that stands for this holder.</summary>
    public string Key { get; }

    /// <summary>
    /// Rises from holder to holder: what the lock guards should refuse a token below one that it has seen, as a holder that was stopped for
    /// long may not know yet that the lock is another's.
    /// </summary>
    public long FencingToken { get; }

    /// <summary>Is cancelled before another may hold the lock: stop what you do under it.</summary>
    public CancellationToken Lost => _lease.Lost;

    /// <summary>Gives the lock to the next in the queue.</summary>
    public ValueTask DisposeAsync() => _lease.DisposeAsync();
}
