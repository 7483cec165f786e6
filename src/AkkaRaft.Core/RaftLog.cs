namespace AkkaRaft.Core;

/// <summary>The entries of a server's log in memory (Raft paper, section 5.3). The first has index 1; terms never fall along it.</summary>
internal sealed class RaftLog(IReadOnlyList<LogEntry> entries)
{
    private readonly List<LogEntry> _entries = [.. entries];

    /// <summary>Index of the last entry; 0 when there is none.</summary>
    public LogIndex LastIndex => new(_entries.Count);

    /// <summary>Term of the last entry; 0 when there is none.</summary>
    public Term LastTerm => TermAt(LastIndex);

    /// <summary>The entry at an index that the log holds.</summary>
    public LogEntry this[LogIndex index] => _entries[(int)index.Value - 1];

    /// <summary>The term at an index that the log holds, or 0 before the first entry.</summary>
    public Term TermAt(LogIndex index) => index == LogIndex.Zero ? Term.Zero : this[index].Term;

    /// <summary>Whether there is an entry of this term at this index. The place before the first entry is in every log.</summary>
    public bool Holds(LogIndex index, Term term) => index <= LastIndex && TermAt(index) == term;

    /// <summary>Adds an entry behind the last.</summary>
    /// <exception cref="InvariantViolationException">There would be a gap.</exception>
    public void Append(LogEntry entry)
    {
        if (entry.Index != LastIndex.Next)
        {
            throw new InvariantViolationException($"Entry {entry.Index} cannot follow entry {LastIndex}.");
        }

        _entries.Add(entry);
    }

    /// <summary>Removes the entry at an index and all behind it.</summary>
    public void CutFrom(LogIndex index) => _entries.RemoveRange((int)index.Value - 1, (int)(LastIndex - index) + 1);

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

        return _entries.GetRange((int)from.Value - 1, count);
    }

    /// <summary>
    /// The last index, not beyond <paramref name="upTo"/>, whose term is not later than <paramref name="term"/>; 0 when there is none.
    /// </summary>
    public LogIndex LastIndexWithTermAtMost(Term term, LogIndex upTo)
    {
        long low = 0;
        var high = LogIndex.Min(upTo, LastIndex).Value;
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
}
