using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>What one step changed: the server as it was before, and where its log is another since. Used again for each step.</summary>
internal sealed class StepChange
{
    private readonly List<LogEntry> _removed = [];

    public RaftRole Role { get; private set; }

    public Term Term { get; private set; }

    /// <summary>The configuration that was in force.</summary>
    public ClusterConfiguration Configuration { get; private set; } = ClusterConfiguration.Empty;

    public ServerId? Vote { get; private set; }

    public LogIndex Commit { get; private set; }

    public LogIndex Applied { get; private set; }

    public LogIndex Last { get; private set; }

    /// <summary>The first index at which entries were written; the maximum if none were.</summary>
    public long FirstWritten { get; private set; }

    /// <summary>Entries that were in the log before the step and were replaced or cut off.</summary>
    public IReadOnlyList<LogEntry> Removed => _removed;

    public void Begin(RaftServer core, SimulatedLog log)
    {
        Configuration = log.Configuration;
        Role = core.Role;
        Term = core.CurrentTerm;
        Vote = core.VotedFor;
        Commit = core.CommitIndex;
        Applied = core.LastApplied;
        Last = core.LastLogIndex;
        FirstWritten = long.MaxValue;
        _removed.Clear();
    }

    /// <summary>Something is about to be written over a log.</summary>
    public void Note(SimulatedLog log, RaftEvent written)
    {
        switch (written)
        {
            case EntriesAppended appended:
                var first = appended.Entries[0].Index.Value;
                FirstWritten = Math.Min(FirstWritten, first);
                NoteRemoved(log, first);
                break;
            case SnapshotRecorded { Installed: true, Snapshot: { } snapshot }
                when !log.Covers(snapshot.LastIncludedIndex.Value, snapshot.LastIncludedTerm):
                NoteRemoved(log, log.LastIncludedIndex + 1);
                break;
        }
    }

    private void NoteRemoved(SimulatedLog log, long first)
    {
        for (var index = first; index <= log.LastIndex; index++)
        {
            _removed.Add(log[index]);
        }
    }
}
