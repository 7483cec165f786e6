namespace AkkaRaft.KeyValue;

/// <summary>The latest events, in order, for watches. The oldest are dropped when a limit is exceeded.</summary>
internal sealed class WatchHistory(KeyValueLimits limits)
{
    /// <summary>
    /// Events are in arrays that are only appended to, so a capture can be read while events are added. The number of an event determines
    /// its array.
    /// </summary>
    private const int ChunkSize = 256;

    private readonly List<StoredEvent[]> _chunks = [];

    /// <summary>The number of the first event that is kept, counted from the first event ever; the chunks begin at its chunk.</summary>
    private long _first;

    /// <summary>The number of the next event.</summary>
    private long _next;

    private long _characters;
    private UInt128 _hash;

    /// <summary>The latest revision of which an event was dropped. A watch that has not come so far has missed events.</summary>
    public long CompactedRevision { get; private set; }

    /// <summary>How many events are kept.</summary>
    public int Count => (int)(_next - _first);

    /// <summary>A hash of the kept events.</summary>
    public UInt128 Hash => _hash + new StateHash().Add(CompactedRevision).Add(_next).Result;

    /// <summary>The number of the first event at or above a revision; that of the next event to come if there is none.</summary>
    public long NumberOf(long revision)
    {
        var (low, high) = (_first, _next);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (At(middle).Revision < revision)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>The number that the next event gets.</summary>
    public long Next => _next;

    public StoredEvent At(long number) => _chunks[(int)((number / ChunkSize) - (_first / ChunkSize))][number % ChunkSize];

    public void Add(StoredEvent added)
    {
        Append(added);
        while (Count > limits.HistoryEvents || (_characters > limits.HistoryCharacters && Count > 1))
        {
            var dropped = At(_first);
            CompactedRevision = dropped.Revision;
            _characters -= dropped.Characters;
            _hash -= dropped.Hash;
            if (++_first % ChunkSize == 0)
            {
                _chunks.RemoveAt(0);
            }
        }
    }

    /// <summary>Drops all events, and marks those up to a revision as compacted.</summary>
    public void CompactUpTo(long revision) => Reset(_next, revision);

    /// <summary>Drops all events, and begins with the numbers of a captured history.</summary>
    public void Reset(long first, long compactedRevision)
    {
        _chunks.Clear();
        (_first, _next, _characters, _hash, CompactedRevision) = (first, first, 0, 0, compactedRevision);
    }

    public Captured Capture() => new([.. _chunks], _first, _next, CompactedRevision);

    private void Append(StoredEvent added)
    {
        if (_chunks.Count == 0 || (_next % ChunkSize == 0 && _next > _first))
        {
            _chunks.Add(new StoredEvent[ChunkSize]);
        }

        _chunks[^1][_next++ % ChunkSize] = added;
        _characters += added.Characters;
        _hash += added.Hash;
    }

    /// <summary>The history at one moment.</summary>
    internal sealed record Captured(StoredEvent[][] Chunks, long First, long Next, long CompactedRevision)
    {
        public IEnumerable<StoredEvent> Events
        {
            get
            {
                for (var number = First; number < Next; number++)
                {
                    yield return Chunks[(number / ChunkSize) - (First / ChunkSize)][number % ChunkSize];
                }
            }
        }
    }
}

/// <summary>A change of a key.</summary>
/// <param name="Kind">The kind of change.</param>
/// <param name="Revision">The revision of the change.</param>
/// <param name="Key">The key.</param>
/// <param name="Item">The key's new item, or null if the key is removed.</param>
internal readonly record struct StoredEvent(KeyEventKind Kind, long Revision, string Key, KeyItem? Item)
{
    public int Characters => Key.Length + (Item?.Value.Characters ?? 0);

    public UInt128 Hash => Item?.HashWith(Key) * 3 ?? new StateHash().Add((int)Kind).Add(Revision).Add(Key).Result;

    public KeyEvent ToMessage() => new(Kind, Item?.EntryOf(Key) ?? new KeyEntry(Key, ValueBytes.Empty, Revision, 0, 0, 0));
}
