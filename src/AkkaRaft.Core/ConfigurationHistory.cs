namespace AkkaRaft.Core;

/// <summary>
/// The configurations along the log. The latest is in force, committed or not, and when its entry is cut off the one before it is again
/// (dissertation, section 4.1).
/// </summary>
internal sealed class ConfigurationHistory
{
    private readonly List<(LogIndex Index, ClusterConfiguration Configuration)> _configurations;

    /// <param name="bootstrap">The members before any change in the log.</param>
    /// <param name="entries">The log as it was replayed.</param>
    public ConfigurationHistory(ClusterConfiguration bootstrap, IReadOnlyList<LogEntry> entries)
    {
        _configurations = [(LogIndex.Zero, bootstrap)];
        foreach (var entry in entries)
        {
            Append(entry);
        }
    }

    /// <summary>The configuration in force.</summary>
    public ClusterConfiguration Latest => _configurations[^1].Configuration;

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
}
