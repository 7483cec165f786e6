namespace AkkaRaft.Node.KeyValue;

/// <summary>A promise that ends by itself unless it is renewed.</summary>
/// <param name="TimeToLive">For how long it is granted and renewed.</param>
/// <param name="ExpiresAt">The replicated time at which it ends; null until time has next passed.</param>
internal sealed record Lease(TimeSpan TimeToLive, TimeSpan? ExpiresAt)
{
    public UInt128 HashWith(long id) => new StateHash().Add(id).Add(TimeToLive.Ticks).Add(ExpiresAt?.Ticks ?? -1).Result;
}

/// <summary>
/// The leases and the keys that go with them. A lease's time begins at the first passing of time behind its grant or renewal: what passes
/// there may in part lie ahead of it, and a lease lives rather longer than shorter.
/// </summary>
internal sealed class LeaseTable
{
    private readonly CopyOnWriteTree<long, Lease, NumericOrder> _leases = new();
    private readonly SortedSet<(TimeSpan At, long Id)> _expiries = [];
    private readonly SortedSet<long> _fresh = [];
    private readonly Dictionary<long, SortedSet<string>> _keys = [];

    /// <summary>How many there are.</summary>
    public int Count => _leases.Count;

    /// <summary>A hash of all leases.</summary>
    public UInt128 Hash { get; private set; }

    public Lease? this[long id] => _leases[id];

    /// <summary>The keys that go with a lease, in order.</summary>
    public IReadOnlyCollection<string> KeysOf(long id) => _keys.TryGetValue(id, out var keys) ? keys : [];

    /// <summary>Leases from an id on, in order.</summary>
    public IEnumerable<KeyValuePair<long, Lease>> From(long id) => _leases.From(id);

    /// <summary>Takes a lease in, or gives it another deadline.</summary>
    public void Put(long id, Lease lease)
    {
        ref var slot = ref _leases.Slot(id);
        if (slot is { } before)
        {
            Unlist(id, before);
        }

        slot = lease;
        Hash += lease.HashWith(id);
        if (lease.ExpiresAt is { } at)
        {
            _expiries.Add((at, id));
        }
        else
        {
            _fresh.Add(id);
        }
    }

    /// <summary>Ends a lease.</summary>
    /// <returns>Its keys, in order, which the caller removes.</returns>
    public IReadOnlyCollection<string> Remove(long id)
    {
        if (_leases.Remove(id) is { } lease)
        {
            Unlist(id, lease);
        }

        return _keys.Remove(id, out var keys) ? keys : [];
    }

    public void Attach(long id, string key)
    {
        if (!_keys.TryGetValue(id, out var keys))
        {
            _keys.Add(id, keys = new SortedSet<string>(StringComparer.Ordinal));
        }

        keys.Add(key);
    }

    public void Detach(long id, string key)
    {
        if (_keys.TryGetValue(id, out var keys) && keys.Remove(key) && keys.Count == 0)
        {
            _keys.Remove(id);
        }
    }

    /// <summary>The lease that has ended by a time, the first to end first, or null.</summary>
    public long? NextExpired(TimeSpan now) => _expiries.Count > 0 && _expiries.Min is var next && next.At <= now ? next.Id : null;

    /// <summary>Begins the time of those leases that were granted or renewed since time last passed.</summary>
    public void BeginTime(TimeSpan now)
    {
        if (_fresh.Count == 0)
        {
            return;
        }

        foreach (var id in _fresh.ToList())
        {
            var lease = _leases[id]!;
            Put(id, lease with { ExpiresAt = now + lease.TimeToLive });
        }
    }

    public CopyOnWriteTree<long, Lease, NumericOrder>.Captured Capture() => _leases.Capture();

    private void Unlist(long id, Lease lease)
    {
        Hash -= lease.HashWith(id);
        if (lease.ExpiresAt is { } at)
        {
            _expiries.Remove((at, id));
        }
        else
        {
            _fresh.Remove(id);
        }
    }
}
