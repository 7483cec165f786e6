using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>What one step changed: the server as it was before, and where its log is another since. Used again for each step.</summary>
internal sealed class StepChange
{
    private readonly List<LogEntry> _removed = [];

    public RaftRole Role { get; private set; }

    public Term Term { get; private set; }

    public ServerId? Vote { get; private set; }

    public LogIndex Commit { get; private set; }

    public LogIndex Applied { get; private set; }

    public LogIndex Last { get; private set; }

    /// <summary>The first index at which entries were written; the maximum if none were.</summary>
    public long FirstWritten { get; private set; }

    /// <summary>Entries that were in the log before the step and were replaced or cut off.</summary>
    public IReadOnlyList<LogEntry> Removed => _removed;

    public void Begin(RaftServer core)
    {
        Role = core.Role;
        Term = core.CurrentTerm;
        Vote = core.VotedFor;
        Commit = core.CommitIndex;
        Applied = core.LastApplied;
        Last = core.LastLogIndex;
        FirstWritten = long.MaxValue;
        _removed.Clear();
    }

    /// <summary>Entries are about to be written over a log.</summary>
    public void Note(List<LogEntry> log, IReadOnlyList<LogEntry> entries)
    {
        var first = entries[0].Index.Value;
        FirstWritten = Math.Min(FirstWritten, first);
        for (var i = (int)first - 1; i < log.Count; i++)
        {
            _removed.Add(log[i]);
        }
    }
}
