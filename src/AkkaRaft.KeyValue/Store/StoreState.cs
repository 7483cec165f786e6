using AkkaRaft.Core;

namespace AkkaRaft.KeyValue;

/// <summary>
/// The state that the store replicates: keys, leases, events, and the replicated time. Every change keeps the parts consistent: a key's
/// lease, its event and the hash change with it.
/// </summary>
internal sealed class StoreState(KeyValueLimits limits)
{
    /// <summary>
    /// By how much the revisions of a new history are above those of the former one: more than a cluster writes between a backup and its
    /// restore. etcd's documentation recommends the same for its own restore.
    /// </summary>
    private const long RevisionsBetweenHistories = 1_000_000_000;

    private readonly CopyOnWriteTree<string, KeyItem, OrdinalOrder> _items = new();

    /// <summary>
    /// The sum, modulo 2^128, of a hash of each item. It depends on the items alone, and a write updates it in constant time.
    /// </summary>
    private UInt128 _itemsHash;

    /// <summary>By how much revisions are above log indexes; 0 in a cluster's first history.</summary>
    private long _revisionOffset;

    /// <summary>The replicated time.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>The revision of the entry that was applied last.</summary>
    public long Revision { get; private set; }

    public LeaseTable Leases { get; } = new();

    public WatchHistory History { get; } = new(limits);

    /// <summary>A hash of the whole state, equal for equal states.</summary>
    public UInt128 Hash => new StateHash()
        .Add(Revision).Add(Now.Ticks).Add((long)_itemsHash).Add((long)(_itemsHash >> 64))
        .Add((long)History.Hash).Add((long)(History.Hash >> 64))
        .Add((long)Leases.Hash).Add((long)(Leases.Hash >> 64))
        .Result;

    public KeyItem? this[string key] => _items[key];

    /// <summary>The keys from one on, in order.</summary>
    public IEnumerable<KeyValuePair<string, KeyItem>> From(string first) => _items.From(first);

    /// <summary>Sets the revision of what the entry at an index changes.</summary>
    public void BeginEntry(LogIndex index) => Revision = index.Value + _revisionOffset;

    /// <summary>Applies a time entry: leases whose time is over end.</summary>
    public void AdvanceTime(LogIndex index, TimeSpan now)
    {
        BeginEntry(index);
        Now = now;
        while (Leases.NextExpired(now) is { } expired)
        {
            EndLease(expired);
        }

        Leases.SetDeadlines(now);
    }

    /// <summary>Raises all further revisions above those of the former history, and compacts its events.</summary>
    public void BeginHistory(LogIndex index)
    {
        _revisionOffset += RevisionsBetweenHistories;
        BeginEntry(index);
        History.CompactUpTo(Revision);
    }

    public KeyItem Put(string key, ValueBytes value, long lease)
    {
        ref var slot = ref _items.Slot(key);
        var before = slot;
        var item = new KeyItem(value, before?.CreateRevision ?? Revision, Revision, (before?.Version ?? 0) + 1, lease);
        slot = item;
        if (before is not null)
        {
            _itemsHash -= before.HashWith(key);
        }

        _itemsHash += item.HashWith(key);
        Leases.Move(key, before?.Lease ?? 0, lease);
        History.Add(new StoredEvent(KeyEventKind.Set, Revision, key, item));
        return item;
    }

    /// <summary>Removes a key.</summary>
    /// <returns>Whether it existed.</returns>
    public bool Remove(string key, KeyEventKind why)
    {
        if (_items.Remove(key) is not { } removed)
        {
            return false;
        }

        _itemsHash -= removed.HashWith(key);
        Leases.Move(key, removed.Lease, 0);
        History.Add(new StoredEvent(why, Revision, key, null));
        return true;
    }

    /// <summary>Ends a lease and removes its keys.</summary>
    /// <returns>How many keys are removed.</returns>
    public int EndLease(long lease)
    {
        var keys = Leases.Remove(lease);
        foreach (var key in keys)
        {
            Remove(key, KeyEventKind.Expired);
        }

        return keys.Count;
    }

    public StoreSnapshot Capture() =>
        new(Revision, _revisionOffset, Now, _items.Capture(), Leases.Capture(), History.Capture(), Hash);

    /// <summary>Takes over the numbers of a snapshot.</summary>
    public void RestoreNumbers(long revision, long revisionOffset, TimeSpan now) =>
        (Revision, _revisionOffset, Now) = (revision, revisionOffset, now);

    /// <summary>Takes over a key of a snapshot; its lease is restored before it.</summary>
    public void RestoreItem(string key, KeyItem item)
    {
        _items.Slot(key) = item;
        _itemsHash += item.HashWith(key);
        Leases.Move(key, 0, item.Lease);
    }
}
