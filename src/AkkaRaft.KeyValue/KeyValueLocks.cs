namespace AkkaRaft.KeyValue;

/// <summary>Locks and elections. An election is a lock whose holder, the leader, has a name.</summary>
public static class KeyValueLocks
{
    /// <summary>
    /// Waits until this process holds a lock. Waiting processes get it in the order of their requests. A process that ends leaves the queue
    /// when its lease expires.
    /// </summary>
    /// <param name="client">The store.</param>
    /// <param name="name">
    /// The lock's name: any text. Its queue is the keys <c>name/lease</c>, each attached to that lease. Keys and locks with the same prefix
    /// are independent of it.
    /// </param>
    /// <param name="timeToLive">After what time the next process gets the lock when this process ends without releasing it.</param>
    /// <param name="holder">The holder's name or address, which others can read with <see cref="HolderAsync"/>.</param>
    /// <param name="cancellationToken">Leaves the queue.</param>
    /// <returns>The lock; dispose of it to release the lock.</returns>
    /// <exception cref="LeaseLostException">The lease could not be renewed in time, and the place in the queue is lost.</exception>
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

    /// <summary>Reads who holds a lock, or who is the leader of an election.</summary>
    /// <param name="client">The store.</param>
    /// <param name="name">The lock's name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The holder's entry in the queue, or null if nobody holds the lock.</returns>
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
                    await AwaitRemovalAsync(client, queue[place - 1].Key, revision + 1, cancellationToken).ConfigureAwait(false);
                    break;
            }
        }
    }

    private static string KeyOf(string name, long lease) => $"{name}/{lease}";

    /// <summary>
    /// The keys of a lock in the order of their creation, and the revision that they were read at. Other keys may have the same prefix:
    /// those of the lock <c>name/more</c>, or those of an application. A key of this lock ends in the id of the lease it is attached to.
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

    /// <summary>Waits until a key is removed, or may be.</summary>
    private static async Task AwaitRemovalAsync(KeyValueClient client, string key, long fromRevision, CancellationToken cancellationToken)
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
            // The key may be removed already: the caller reads the queue again.
        }
    }
}
