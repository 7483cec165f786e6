using System.Text;
using AkkaRaft.Core;

namespace AkkaRaft.Node.KeyValue;

/// <summary>
/// The program's state machine: a sorted map from keys, which are text, to values, which are bytes, with a revision each, the latest
/// events for those who watch, and leases that keys go with. A revision is the log index of the command, or of the passing of time, that
/// it came with; where the cluster's history began anew, revisions are far ahead of the indexes, so that none is given twice.
/// </summary>
public sealed partial class KeyValueStore : ISnapshotStateMachine, ITimedStateMachine, IHistoryStateMachine, IStateDigest
{
    private readonly KeyValueLimits _limits;
    private readonly WatchHistory _history;
    private CopyOnWriteTree<string, KeyItem, OrdinalOrder> _items = new();
    private LeaseTable _leases = new();

    // The sum, modulo 2^128, of a hash of each item: it depends on the state alone and costs the same however large that is.
    private UInt128 _itemsHash;

    /// <summary>
    /// Further than any cluster's revisions run ahead of its latest backup. etcd's documentation advises as much for its own restore.
    /// </summary>
    private const long RevisionsBetweenHistories = 1_000_000_000;

    // The revision of what was applied last.
    private long _revision;

    // How far revisions are ahead of indexes.
    private long _ahead;

    /// <summary>Makes an empty store.</summary>
    public KeyValueStore()
        : this(KeyValueLimits.Default)
    {
    }

    internal KeyValueStore(KeyValueLimits limits)
    {
        _limits = limits;
        _history = new WatchHistory(limits);
    }

    /// <inheritdoc />
    public string Digest => Hash.ToString("x32");

    private UInt128 Hash => new StateHash()
        .Add(_revision).Add(_now.Ticks).Add((long)_itemsHash).Add((long)(_itemsHash >> 64))
        .Add((long)_history.Hash).Add((long)(_history.Hash >> 64))
        .Add((long)_leases.Hash).Add((long)(_leases.Hash >> 64))
        .Result;

    /// <inheritdoc />
    public object? Apply(LogIndex index, object command)
    {
        _revision = index.Value + _ahead;
        return command switch
        {
            SetKey set => Set(set),
            DeleteKey delete => new KeyWritten(_revision, Remove(delete.Key, KeyEventKind.Deleted)),
            CompareAndSetKey set => CompareAndSet(set),
            GrantLease grant => Grant(grant),
            KeepLeaseAlive keep => KeepAlive(keep),
            RevokeLease revoke => Revoke(revoke),
            _ => new CommandRefused($"The key-value store has no command {command.GetType().Name}."),
        };
    }

    /// <summary>
    /// What was watched, locked or read in the former history had revisions that this state does not know of. All new ones are behind them, and
    /// who watches from one of them is told that its events are gone.
    /// </summary>
    public void BeginHistory(LogIndex index)
    {
        _ahead += RevisionsBetweenHistories;
        _revision = index.Value + _ahead;
        _history.CompactUpTo(_revision);
    }

    /// <inheritdoc />
    public object? Query(object query) => query switch
    {
        GetKey get => _items[get.Key] is { } item
            ? new KeyRead(true, item.Value, item.ModRevision, item.CreateRevision, item.Version, item.Lease)
            : new KeyRead(false, ValueBytes.Empty, 0),
        ListKeys list => List(list),
        WatchKeys watch => Watch(watch),
        GetLease get => Read(get),
        _ => throw new ArgumentException($"The key-value store has no query {query.GetType()}.", nameof(query)),
    };

    private KeyWritten Set(SetKey set)
    {
        if (set.Lease != 0 && _leases[set.Lease] is null)
        {
            return new KeyWritten(_revision, _items[set.Key] is not null, LeaseMissing: true);
        }

        return new KeyWritten(_revision, Put(set.Key, set.Value, set.Lease).Version > 1);
    }

    private KeyCompared CompareAndSet(CompareAndSetKey set)
    {
        var current = _items[set.Key];
        var leaseMissing = set.Lease != 0 && _leases[set.Lease] is null;
        var asExpected = set.ExpectedRevision is { } revision
            ? revision == (current?.ModRevision ?? 0)
            : set.Expected == current?.Value;
        if (!asExpected || leaseMissing)
        {
            return new KeyCompared(_revision, false, current?.EntryOf(set.Key), leaseMissing);
        }

        if (set.Value is null)
        {
            Remove(set.Key, KeyEventKind.Deleted);
            return new KeyCompared(_revision, true);
        }

        Put(set.Key, set.Value, set.Lease);
        return new KeyCompared(_revision, true);
    }

    private KeyItem Put(string key, ValueBytes value, long lease)
    {
        ref var slot = ref _items.Slot(key);
        var before = slot;
        var item = new KeyItem(value, before?.CreateRevision ?? _revision, _revision, (before?.Version ?? 0) + 1, lease);
        slot = item;
        if (before is not null)
        {
            _itemsHash -= before.HashWith(key);
        }

        var hash = item.HashWith(key);
        _itemsHash += hash;
        Attach(key, before?.Lease ?? 0, lease);
        _history.Add(new StoredEvent(KeyEventKind.Set, _revision, key, item));
        return item;
    }

    private bool Remove(string key, KeyEventKind why)
    {
        if (_items.Remove(key) is not { } removed)
        {
            return false;
        }

        _itemsHash -= removed.HashWith(key);
        Attach(key, removed.Lease, 0);
        _history.Add(new StoredEvent(why, _revision, key, null));
        return true;
    }

    private KeysListed List(ListKeys list)
    {
        var limit = Math.Clamp(list.Limit, 1, _limits.PageItems);
        var page = new List<KeyEntry>();
        var sizeBytes = 0;
        foreach (var (key, item) in _items.From(string.CompareOrdinal(list.After, list.Prefix) > 0 ? list.After : list.Prefix))
        {
            if (!key.StartsWith(list.Prefix, StringComparison.Ordinal))
            {
                break;
            }

            if (key == list.After)
            {
                continue;
            }

            sizeBytes += SizeOf(key, item);
            if (page.Count == limit || (sizeBytes > _limits.PageBytes && page.Count > 0))
            {
                return new KeysListed(page, true, _revision);
            }

            page.Add(item.EntryOf(key));
        }

        return new KeysListed(page, false, _revision);
    }

    // What an item takes in an answer; its numbers and their tags take no more than 64 bytes.
    private static int SizeOf(string key, KeyItem? item) =>
        Encoding.UTF8.GetByteCount(key) + (item?.Value.Length ?? 0) + 64;
}
