namespace AkkaRaft.Core;

/// <summary>
/// The entries of a server's log in memory (Raft paper, section 5.3). Terms never fall along it. Entries up to <see cref="LastIncludedIndex"/> are
/// gone: a snapshot stands for them (section 7), and as they are committed, every leader has the same.
/// </summary>
internal sealed class RaftLog
{
    private readonly List<LogEntry> _entries;

    /// <summary>The bytes of all entries that ever were ahead of each entry, so that the size of any stretch is a subtraction.</summary>
    private readonly List<long> _bytesAhead;

    public RaftLog(IReadOnlyList<LogEntry> entries, LogIndex lastIncludedIndex = default, Term lastIncludedTerm = default)
    {
        LastIncludedIndex = lastIncludedIndex;
        LastIncludedTerm = lastIncludedTerm;
        _entries = new List<LogEntry>(entries.Count);
        _bytesAhead = new List<long>(entries.Count);
        foreach (var entry in entries)
        {
            Append(entry);
        }
    }

    /// <summary>The entry ahead of the first that is held; 0 when the log is whole.</summary>
    public LogIndex LastIncludedIndex { get; private set; }

    /// <summary>The term of the entry at <see cref="LastIncludedIndex"/>.</summary>
    public Term LastIncludedTerm { get; private set; }

    /// <summary>Index of the last entry, or of the base if none follows it.</summary>
    public LogIndex LastIndex => LastIncludedIndex + _entries.Count;

    /// <summary>Term of the last entry; 0 when there has been none.</summary>
    public Term LastTerm => TermAt(LastIndex);

    /// <summary>The entry at an index that the log holds.</summary>
    public LogEntry this[LogIndex index] => _entries[PositionOf(index)];

    /// <summary>Whether the entry itself is held.</summary>
    public bool HasEntry(LogIndex index) => index > LastIncludedIndex && index <= LastIndex;

    /// <summary>The term at the base or at an index that the log holds.</summary>
    public Term TermAt(LogIndex index) => index == LastIncludedIndex ? LastIncludedTerm : this[index].Term;

    /// <summary>Whether there is an entry of this term at this index, which is not ahead of the base.</summary>
    public bool Holds(LogIndex index, Term term) => index >= LastIncludedIndex && index <= LastIndex && TermAt(index) == term;

    /// <summary>Adds an entry behind the last.</summary>
    /// <exception cref="InvariantViolationException">There would be a gap.</exception>
    public void Append(LogEntry entry)
    {
        if (entry.Index != LastIndex.Next)
        {
            throw new InvariantViolationException($"Entry {entry.Index} cannot follow entry {LastIndex}.");
        }

        _bytesAhead.Add(_entries.Count == 0 ? 0 : _bytesAhead[^1] + _entries[^1].SizeBytes);
        _entries.Add(entry);
    }

    /// <summary>Removes the entry at an index and all behind it.</summary>
    public void CutFrom(LogIndex index)
    {
        var position = PositionOf(index);
        _entries.RemoveRange(position, _entries.Count - position);
        _bytesAhead.RemoveRange(position, _bytesAhead.Count - position);
    }

    /// <summary>Lets the entries up to an index go, which the log holds; it is the base from here on.</summary>
    public void TrimTo(LogIndex index)
    {
        var term = TermAt(index);
        var count = (int)(index - LastIncludedIndex);
        _entries.RemoveRange(0, count);
        _bytesAhead.RemoveRange(0, count);
        LastIncludedIndex = index;
        LastIncludedTerm = term;
    }

    /// <summary>Lets all entries go and begins anew behind a snapshot.</summary>
    public void Reset(LogIndex lastIncludedIndex, Term lastIncludedTerm)
    {
        _entries.Clear();
        _bytesAhead.Clear();
        LastIncludedIndex = lastIncludedIndex;
        LastIncludedTerm = lastIncludedTerm;
    }

    /// <summary>The bytes of the entries behind one index up to and with another, as far as they are held.</summary>
    public long BytesBetween(LogIndex behind, LogIndex upTo)
    {
        behind = LogIndex.Max(behind, LastIncludedIndex);
        if (upTo <= behind)
        {
            return 0;
        }

        var last = PositionOf(upTo);
        return _bytesAhead[last] + _entries[last].SizeBytes - _bytesAhead[PositionOf(behind.Next)];
    }

    /// <summary>Entries from an index on: at least one, and no more than both limits allow.</summary>
    public IReadOnlyList<LogEntry> Batch(LogIndex from, int maxEntries, long maxBytes)
    {
        var available = (int)Math.Min(LastIndex - from + 1, maxEntries);
        long bytes = this[from].SizeBytes;
        var count = 1;
        while (count < available && (bytes += this[from + count].SizeBytes) <= maxBytes)
        {
            count++;
        }

        return _entries.GetRange(PositionOf(from), count);
    }

    /// <summary>
    /// The last index, from the base on and not beyond <paramref name="upTo"/>, whose term is not later than <paramref name="term"/>; null
    /// when there is none.
    /// </summary>
    public LogIndex? LastIndexWithTermAtMost(Term term, LogIndex upTo)
    {
        var high = LogIndex.Min(upTo, LastIndex).Value;
        var low = LastIncludedIndex.Value;
        if (high < low || LastIncludedTerm > term)
        {
            return null;
        }

        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (TermAt(new LogIndex(middle)) <= term)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return new LogIndex(low);
    }

    private int PositionOf(LogIndex index) => (int)(index - LastIncludedIndex) - 1;
}
