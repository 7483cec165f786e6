using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>What is committed, as any server was the first to say so. Nothing in it may ever be otherwise.</summary>
internal sealed class Ledger(ClusterConfiguration bootstrap)
{
    private readonly List<LogEntry> _entries = [];
    private readonly List<Term> _committedIn = [];
    private readonly List<long> _committedWhen = [];
    private readonly List<ulong> _stateHashes = [];
    private readonly List<(long Index, ClusterConfiguration Configuration)> _configurations = [(0, bootstrap)];

    public long LastIndex => _entries.Count;

    public LogEntry EntryAt(long index) => _entries[(int)index - 1];

    /// <summary>Notes the next committed entry the term of the leader that committed it, and when.</summary>
    public void Add(LogEntry entry, Term committedIn, long now)
    {
        _committedWhen.Add(now);
        _entries.Add(entry);
        _committedIn.Add(committedIn);
        if (entry.Payload is ConfigurationChange change)
        {
            _configurations.Add((entry.Index.Value, change.Configuration));
        }
    }

    /// <summary>The last entry that was committed in a term before this one; null if there is none.</summary>
    public LogEntry? LastCommittedBefore(Term term)
    {
        var index = _entries.Count;
        while (index > 0 && _committedIn[index - 1] >= term)
        {
            index--;
        }

        return index == 0 ? null : _entries[index - 1];
    }

    /// <summary>The last index that was committed by a time.</summary>
    public long LastIndexAt(long time)
    {
        var low = 0;
        var high = _committedWhen.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_committedWhen[middle] <= time)
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

    /// <summary>The last configuration that was committed.</summary>
    public ClusterConfiguration Configuration => _configurations[^1].Configuration;

    public long ConfigurationIndex => _configurations[^1].Index;

    /// <summary>The configuration that was committed at an index or last before it.</summary>
    public ClusterConfiguration ConfigurationAt(long index) => _configurations.FindLast(each => each.Index <= index).Configuration;

    /// <summary>The hash of the state behind an index: noted by the first that gets there, and given to all others.</summary>
    public ulong StateHashAt(long index, ulong hash)
    {
        if (index == _stateHashes.Count + 1)
        {
            _stateHashes.Add(hash);
        }

        return _stateHashes[(int)index - 1];
    }
}
