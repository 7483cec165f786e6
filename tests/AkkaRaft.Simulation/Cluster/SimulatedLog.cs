using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>
/// A copy of a server's log, kept apart from the core's: entries behind a base, which a snapshot stands for, and the configurations along
/// them.
/// </summary>
internal sealed class SimulatedLog
{
    private readonly List<LogEntry> _entries = [];
    private readonly List<(long Index, ClusterConfiguration Configuration)> _configurations = [(0, ClusterConfiguration.Empty)];

    /// <summary>The entry ahead of the first; 0 when the log is whole.</summary>
    public long LastIncludedIndex { get; private set; }

    public Term LastIncludedTerm { get; private set; }

    public long LastIndex => LastIncludedIndex + _entries.Count;

    public Term LastTerm => TermAt(LastIndex);

    public IReadOnlyList<LogEntry> Entries => _entries;

    /// <summary>The configuration in force: the latest, be it committed or not (dissertation, section 4.1).</summary>
    public ClusterConfiguration Configuration => _configurations[^1].Configuration;

    /// <summary>Where the configuration in force stands; the base or less if the base brought it.</summary>
    public long ConfigurationIndex => _configurations[^1].Index;

    /// <summary>The configuration at an index, and all later ones.</summary>
    public IEnumerable<ClusterConfiguration> ConfigurationsSince(long index) => _configurations
        .Where((_, i) => i + 1 == _configurations.Count || _configurations[i + 1].Index > index).Select(each => each.Configuration);

    /// <summary>The configuration that was in force ahead of an index, and where it stands.</summary>
    public (long Index, ClusterConfiguration Configuration) ConfigurationBefore(long index) =>
        _configurations.FindLast(each => each.Index < index);

    /// <summary>The entry at an index behind the base.</summary>
    public LogEntry this[long index] => _entries[(int)(index - LastIncludedIndex) - 1];

    /// <summary>The term at the base or behind it.</summary>
    public Term TermAt(long index) => index == LastIncludedIndex ? LastIncludedTerm : this[index].Term;

    /// <summary>Whether the log, or what its base stands for, has the committed entry of this index and term.</summary>
    public bool Covers(long index, Term term) =>
        index < LastIncludedIndex || (index <= LastIndex && TermAt(index) == term);

    /// <summary>Begins anew with what was read from disk.</summary>
    public void Load(long lastIncludedIndex, Term lastIncludedTerm, ClusterConfiguration configuration, IReadOnlyList<LogEntry> entries)
    {
        _entries.Clear();
        _configurations.Clear();
        _configurations.Add((lastIncludedIndex, configuration));
        (LastIncludedIndex, LastIncludedTerm) = (lastIncludedIndex, lastIncludedTerm);
        Add(entries);
    }

    /// <summary>Writes entries from the index of the first of them on; whatever stood there or behind is replaced.</summary>
    public void Replace(IReadOnlyList<LogEntry> entries)
    {
        var first = entries[0].Index.Value;
        if (first <= LastIndex)
        {
            CutFrom(first);
        }

        Add(entries);
    }

    /// <summary>Takes a snapshot from the leader in, which replaces the log unless that holds the entry at its index.</summary>
    public void Install(SnapshotMetadata snapshot)
    {
        var index = snapshot.LastIncludedIndex.Value;
        if (index >= LastIncludedIndex && index <= LastIndex && TermAt(index) == snapshot.LastIncludedTerm)
        {
            return;
        }

        Load(index, snapshot.LastIncludedTerm, snapshot.Configuration, []);
    }

    /// <summary>What lies ahead of an index is let go.</summary>
    public void TrimTo(long index)
    {
        if (index <= LastIncludedIndex)
        {
            return;
        }

        var term = TermAt(index);
        _entries.RemoveRange(0, (int)(index - LastIncludedIndex));
        (LastIncludedIndex, LastIncludedTerm) = (index, term);
        while (_configurations.Count > 1 && _configurations[1].Index <= index)
        {
            _configurations.RemoveAt(0);
        }
    }

    public void Clear() => Load(0, Term.Zero, ClusterConfiguration.Empty, []);

    public SimulatedLog Copy()
    {
        var copy = new SimulatedLog();
        copy.Load(LastIncludedIndex, LastIncludedTerm, _configurations[0].Configuration, [.. _entries]);
        return copy;
    }

    private void CutFrom(long index)
    {
        var kept = (int)(index - LastIncludedIndex) - 1;
        _entries.RemoveRange(kept, _entries.Count - kept);
        while (_configurations[^1].Index >= index && _configurations.Count > 1)
        {
            _configurations.RemoveAt(_configurations.Count - 1);
        }
    }

    private void Add(IReadOnlyList<LogEntry> entries)
    {
        foreach (var entry in entries)
        {
            _entries.Add(entry);
            if (entry.Payload is ConfigurationChange change)
            {
                _configurations.Add((entry.Index.Value, change.Configuration));
            }
        }
    }
}
