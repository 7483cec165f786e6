namespace AkkaRaft.KeyValue;

/// <summary>A lease, which expires unless it is renewed.</summary>
/// <param name="TimeToLive">For how long it is granted and renewed.</param>
/// <param name="ExpiresAt">The replicated time at which it expires; null until the next time entry.</param>
internal sealed record Lease(TimeSpan TimeToLive, TimeSpan? ExpiresAt)
{
    public UInt128 HashWith(long id) => new StateHash().Add(id).Add(TimeToLive.Ticks).Add(ExpiresAt?.Ticks ?? -1).Result;
}

/// <summary>
/// The leases and the keys that are attached to them. The time of a lease starts at the first time entry after its grant or renewal. That
/// entry may account for time before the grant, so a lease never expires early and may expire one time entry late.
/// </summary>
internal sealed class LeaseTable
{
    private readonly CopyOnWriteTree<long, Lease, NumericOrder> _leases = new();
    private readonly SortedSet<(TimeSpan At, long Id)> _expiries = [];
    private readonly SortedSet<long> _fresh = [];
    private readonly Dictionary<long, SortedSet<string>> _keys = [];

    /// <summary>How many leases there are.</summary>
    public int Count => _leases.Count;

    /// <summary>A hash of all leases.</summary>
    public UInt128 Hash { get; private set; }

    public Lease? this[long id] => _leases[id];

    /// <summary>The keys that are attached to a lease, in order.</summary>
    public IReadOnlyCollection<string> KeysOf(long id) => _keys.TryGetValue(id, out var keys) ? keys : [];

    /// <summary>Adds a lease, or replaces it.</summary>
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
    /// <returns>The keys that are attached to it, in order. The caller removes them.</returns>
    public IReadOnlyCollection<string> Remove(long id)
    {
        if (_leases.Remove(id) is { } lease)
        {
            Unlist(id, lease);
        }

        return _keys.Remove(id, out var keys) ? keys : [];
    }

    /// <summary>Moves a key from a lease to another; 0 stands for none.</summary>
    public void Move(string key, long from, long to)
    {
        if (from == to)
        {
            return;
        }

        if (from != 0 && _keys.TryGetValue(from, out var former) && former.Remove(key) && former.Count == 0)
        {
            _keys.Remove(from);
        }

        if (to != 0)
        {
            Attach(to, key);
        }
    }

    /// <summary>The lease with the earliest deadline, if that is not after a time; null otherwise.</summary>
    public long? NextExpired(TimeSpan now) => _expiries.Count > 0 && _expiries.Min is var next && next.At <= now ? next.Id : null;

    /// <summary>Sets the deadline of the leases that were granted or renewed since the last time entry.</summary>
    public void SetDeadlines(TimeSpan now)
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

    private void Attach(long id, string key)
    {
        if (!_keys.TryGetValue(id, out var keys))
        {
            _keys.Add(id, keys = new SortedSet<string>(StringComparer.Ordinal));
        }

        keys.Add(key);
    }

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
