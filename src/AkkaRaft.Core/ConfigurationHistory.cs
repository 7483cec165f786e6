namespace AkkaRaft.Core;

/// <summary>
/// The configurations along the log. The latest is in force, committed or not, and when its entry is cut off the one before it is again
/// (dissertation, section 4.1).
/// </summary>
internal sealed class ConfigurationHistory
{
    private readonly List<(LogIndex Index, ClusterConfiguration Configuration)> _configurations;

    /// <param name="lastIncludedIndex">Where the log begins.</param>
    /// <param name="atBase">The members before any change behind it.</param>
    /// <param name="entries">The log as it was replayed.</param>
    public ConfigurationHistory(LogIndex lastIncludedIndex, ClusterConfiguration atBase, IReadOnlyList<LogEntry> entries)
    {
        _configurations = [(lastIncludedIndex, atBase)];
        foreach (var entry in entries)
        {
            Append(entry);
        }
    }

    /// <summary>The configuration in force.</summary>
    public ClusterConfiguration Latest => _configurations[^1].Configuration;

    /// <summary>The index of the entry that brought the configuration in force, or a later one that a snapshot stands for.</summary>
    public LogIndex LatestIndex => _configurations[^1].Index;

    /// <summary>The configuration in force at an index that is not ahead of the log's base.</summary>
    public ClusterConfiguration At(LogIndex index) => _configurations.FindLast(configuration => configuration.Index <= index).Configuration;

    /// <summary>Whether a server votes in the configuration at an index that is not ahead of the log's base, or in any later one.</summary>
    public bool IsVoterSince(LogIndex index, ServerId server)
    {
        var first = _configurations.FindLastIndex(configuration => configuration.Index <= index);
        return _configurations.FindLastIndex(configuration => configuration.Configuration.IsVoter(server)) >= first;
    }

    /// <summary>Takes note of an entry that was appended.</summary>
    public void Append(LogEntry entry)
    {
        if (entry.Payload is ConfigurationChange change)
        {
            _configurations.Add((entry.Index, change.Configuration));
        }
    }

    /// <summary>Takes note that the entry at an index and all behind it were cut off.</summary>
    public void CutFrom(LogIndex index) => _configurations.RemoveAll(configuration => configuration.Index >= index);

    /// <summary>Takes note that the log begins behind an index from here on.</summary>
    public void TrimTo(LogIndex index) =>
        _configurations.RemoveRange(0, _configurations.FindLastIndex(configuration => configuration.Index <= index));

    /// <summary>Takes note that a snapshot replaces the log up to an index, and whether what followed stays.</summary>
    public void Reset(LogIndex index, ClusterConfiguration configuration, bool keepsWhatFollows)
    {
        _configurations.RemoveAll(each => each.Index <= index || !keepsWhatFollows);
        _configurations.Insert(0, (index, configuration));
    }
}
