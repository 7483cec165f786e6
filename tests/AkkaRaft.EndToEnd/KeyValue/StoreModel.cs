using AkkaRaft.KeyValue;

namespace AkkaRaft.EndToEnd.KeyValue;

/// <summary>What the store should do, said as plainly as possible: maps that are searched from end to end, and every event ever.</summary>
internal sealed class StoreModel
{
    private readonly Dictionary<string, KeyEntry> _entries = [];
    private readonly Dictionary<long, (TimeSpan TimeToLive, TimeSpan? ExpiresAt)> _leases = [];

    public List<KeyEvent> Events { get; } = [];

    public IEnumerable<KeyEntry> Entries => _entries.Values.OrderBy(entry => entry.Key, StringComparer.Ordinal);

    public object Apply(long index, object command)
    {
        switch (command)
        {
            case SetKey set:
                var existed = _entries.ContainsKey(set.Key);
                var missing = IsMissing(set.Lease);
                if (!missing)
                {
                    Put(index, set.Key, set.Value, set.Lease);
                }

                return new KeyWritten(index, existed, missing);
            case DeleteKey delete:
                return new KeyWritten(index, Remove(index, delete.Key, KeyEventKind.Deleted));
            case CompareAndSetKey set:
                return CompareAndSet(index, set);
            case GrantLease grant:
                _leases.Add(index, (grant.TimeToLive, null));
                return new LeaseGranted(index, grant.TimeToLive);
            case KeepLeaseAlive keep:
                if (!_leases.TryGetValue(keep.Id, out var lease))
                {
                    return new LeaseRenewed(false, TimeSpan.Zero);
                }

                _leases[keep.Id] = (lease.TimeToLive, null);
                return new LeaseRenewed(true, lease.TimeToLive);
            case RevokeLease revoke:
                return _leases.ContainsKey(revoke.Id) ? new LeaseRevoked(true, End(index, revoke.Id)) : new LeaseRevoked(false, 0);
            default:
                throw new ArgumentException($"{command}", nameof(command));
        }
    }

    public void AdvanceTime(long index, TimeSpan now)
    {
        var over = _leases.Where(lease => lease.Value.ExpiresAt <= now).OrderBy(lease => (lease.Value.ExpiresAt, lease.Key)).ToList();
        over.ForEach(lease => End(index, lease.Key));
        foreach (var (id, lease) in _leases.Where(lease => lease.Value.ExpiresAt is null).ToList())
        {
            _leases[id] = (lease.TimeToLive, now + lease.TimeToLive);
        }
    }

    private KeyCompared CompareAndSet(long index, CompareAndSetKey set)
    {
        var current = _entries.GetValueOrDefault(set.Key);
        var missing = IsMissing(set.Lease);
        var asExpected = set.ExpectedRevision is { } revision ? (current?.Revision ?? 0) == revision : current?.Value == set.Expected;
        if (!asExpected || missing)
        {
            return new KeyCompared(index, false, current, missing);
        }

        if (set.Value is null)
        {
            Remove(index, set.Key, KeyEventKind.Deleted);
        }
        else
        {
            Put(index, set.Key, set.Value, set.Lease);
        }

        return new KeyCompared(index, true);
    }

    private void Put(long index, string key, ValueBytes value, long lease)
    {
        var before = _entries.GetValueOrDefault(key);
        var entry = new KeyEntry(key, value, index, before?.CreateRevision ?? index, (before?.Version ?? 0) + 1, lease);
        _entries[key] = entry;
        Events.Add(new KeyEvent(KeyEventKind.Set, entry));
    }

    private bool Remove(long index, string key, KeyEventKind why)
    {
        if (!_entries.Remove(key))
        {
            return false;
        }

        Events.Add(new KeyEvent(why, new KeyEntry(key, "", index, 0, 0, 0)));
        return true;
    }

    private int End(long index, long lease)
    {
        _leases.Remove(lease);
        var keys = Entries.Where(entry => entry.Lease == lease).Select(entry => entry.Key).ToList();
        keys.ForEach(key => Remove(index, key, KeyEventKind.Expired));
        return keys.Count;
    }

    private bool IsMissing(long lease) => lease != 0 && !_leases.ContainsKey(lease);
}
