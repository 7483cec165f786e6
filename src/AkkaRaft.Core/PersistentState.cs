namespace AkkaRaft.Core;

/// <summary>What a server keeps on disk (Raft paper, figure 2), rebuilt by replaying its journal's events in order.</summary>
public sealed class PersistentState
{
    private readonly List<LogEntry> _entries = [];

    /// <summary>The latest term that the server has seen.</summary>
    public Term CurrentTerm { get; private set; }

    /// <summary>The candidate that got the server's vote in <see cref="CurrentTerm"/>, or null.</summary>
    public ServerId? VotedFor { get; private set; }

    /// <summary>The members before any change in the log, or null when the journal is empty.</summary>
    public ClusterConfiguration? Bootstrap { get; private set; }

    /// <summary>The log; its first entry has index 1.</summary>
    public IReadOnlyList<LogEntry> Entries => _entries;

    /// <summary>Takes the next event of the journal.</summary>
    /// <exception cref="InvariantViolationException">
    /// The event cannot follow those before it: the journal is not what was written.
    /// </exception>
    public void Replay(RaftEvent raftEvent)
    {
        switch (raftEvent)
        {
            case Bootstrapped bootstrapped when Bootstrap is null:
                Bootstrap = bootstrapped.Configuration;
                break;
            case TermAndVote termAndVote when termAndVote.CurrentTerm > CurrentTerm || IsFirstVote(termAndVote):
                CurrentTerm = termAndVote.CurrentTerm;
                VotedFor = termAndVote.VotedFor;
                break;
            case EntriesAppended { Entries: [{ Index.Value: >= 1 and var at }, ..] } appended when at <= _entries.Count + 1:
                _entries.RemoveRange((int)at - 1, _entries.Count - ((int)at - 1));
                _entries.AddRange(appended.Entries);
                break;
            default:
                throw new InvariantViolationException(
                    $"The journal cannot be replayed: {raftEvent} after term {CurrentTerm} and last index {_entries.Count}.");
        }
    }

    /// <summary>A vote in the current term may be added, and never given to another.</summary>
    private bool IsFirstVote(TermAndVote termAndVote) =>
        termAndVote.CurrentTerm == CurrentTerm && (VotedFor is null || termAndVote.VotedFor == VotedFor);
}
