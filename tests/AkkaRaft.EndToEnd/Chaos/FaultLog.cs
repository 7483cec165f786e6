namespace AkkaRaft.EndToEnd.Chaos;

/// <summary>Which faults there were, of which kind, and when.</summary>
internal sealed class FaultLog(Func<TimeSpan> now)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly List<Entry> _entries = [];

    /// <summary>How many faults of each kind were put in.</summary>
    public IReadOnlyDictionary<string, int> Counts
    {
        get
        {
            lock (_lock)
            {
                return new SortedDictionary<string, int>(_counts, StringComparer.Ordinal);
            }
        }
    }

    public int Total => Counts.Values.Sum();

    /// <summary>Notes that a fault begins. It ends when the result is disposed of.</summary>
    /// <param name="kind">What it is counted as.</param>
    /// <param name="what">The fault in a few words, with whom it hits.</param>
    public IDisposable Begin(string kind, string what)
    {
        var entry = new Entry(this, what, now());
        lock (_lock)
        {
            _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
            _entries.Add(entry);
        }

        return entry;
    }

    /// <summary>Counts a single deed that is over at once.</summary>
    public void Count(string kind)
    {
        lock (_lock)
        {
            _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
        }
    }

    /// <summary>The faults that there were at any time between two.</summary>
    public string Between(TimeSpan start, TimeSpan end)
    {
        lock (_lock)
        {
            return string.Join("; ", _entries.Where(entry => entry.Start < end && !(entry.End < start)).Select(entry => entry.What));
        }
    }

    private sealed class Entry(FaultLog log, string what, TimeSpan start) : IDisposable
    {
        public string What { get; } = what;

        public TimeSpan Start { get; } = start;

        public TimeSpan? End { get; private set; }

        public void Dispose()
        {
            lock (log._lock)
            {
                End = log.Now();
            }
        }
    }

    private TimeSpan Now() => now();
}
