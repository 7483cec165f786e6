namespace AkkaRaft.KeyValue;

/// <summary>A lock, or leadership of an election, that is held until it is disposed of or lost.</summary>
public sealed class KeyValueLock : IAsyncDisposable
{
    private readonly KeyValueLease _lease;

    internal KeyValueLock(KeyValueLease lease, string key, long fencingToken)
    {
        _lease = lease;
        Key = key;
        FencingToken = fencingToken;
    }

    /// <summary>The holder's key in the lock's queue.</summary>
    public string Key { get; }

    /// <summary>
    /// The fencing token, which rises from holder to holder. The resource that the lock guards should refuse a token below one that it has
    /// seen: a holder that was paused may not know yet that it has lost the lock.
    /// </summary>
    public long FencingToken { get; }

    /// <summary>Is cancelled before another process may hold the lock. Stop the work that the lock guards.</summary>
    public CancellationToken Lost => _lease.Lost;

    /// <summary>Releases the lock to the next process in the queue.</summary>
    public ValueTask DisposeAsync() => _lease.DisposeAsync();
}
