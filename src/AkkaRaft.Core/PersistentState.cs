namespace AkkaRaft.Core;

/// <summary>What a server keeps on disk (Raft paper, figure 2), rebuilt by replaying its journal's events in order.</summary>
/// <remarks>
/// A journal that was trimmed begins in the middle of the log; a snapshot that it records further on covers what is missing. Entries
/// ahead of <see cref="LastIncludedIndex"/> are not known.
/// </remarks>
public sealed class PersistentState
{
    private readonly List<LogEntry> _entries = [];
    private readonly List<SnapshotMetadata> _snapshots = [];

    /// <summary>The latest term that the server has seen.</summary>
    public Term CurrentTerm { get; private set; }

    /// <summary>The candidate that got the server's vote in <see cref="CurrentTerm"/>, or null.</summary>
    public ServerId? VotedFor { get; private set; }

    /// <summary>The members before any change in the log, or null when the journal is empty or was trimmed.</summary>
    public ClusterConfiguration? Bootstrap { get; private set; }

    /// <summary>Whether the journal held nothing.</summary>
    public bool IsEmpty => Bootstrap is null && _snapshots.Count == 0;

    /// <summary>The snapshots on disk, the last one at the end: two at most.</summary>
    public IReadOnlyList<SnapshotMetadata> Snapshots => _snapshots;

    /// <summary>The snapshot that the state machine begins with, or null.</summary>
    public SnapshotMetadata? Snapshot => _snapshots.Count == 0 ? null : _snapshots[^1];

    /// <summary>The entry ahead of the first of <see cref="Entries"/>; 0 when the log is whole.</summary>
    public LogIndex LastIncludedIndex { get; private set; }

    /// <summary>Index of the last entry, or of the snapshot if none follows it.</summary>
    public LogIndex LastIndex => LastIncludedIndex + _entries.Count;

    /// <summary>The log behind <see cref="LastIncludedIndex"/>, without a gap.</summary>
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
            case EntriesAppended { Entries: [{ Index: var at }, ..] } appended when CanFollow(at):
                Append(at, appended.Entries);
                break;
            case SnapshotRecorded recorded when recorded.Installed || recorded.Snapshot.LastIncludedIndex <= LastIndex || BeginsTrimmed:
                Record(recorded);
                break;
            default:
                throw new InvariantViolationException(
                    $"The journal cannot be replayed: {raftEvent}{At(raftEvent)} after term {CurrentTerm} and entries from {LastIncludedIndex} to "
                    + $"{LastIndex}.");
        }
    }

    /// <summary>Ends the replay: what lies ahead of the snapshot before the last is let go.</summary>
    /// <exception cref="InvariantViolationException">Entries are missing that no snapshot covers.</exception>
    public void Complete()
    {
        // One that came from the leader has replaced the log: it does not reach back to the snapshot before.
        while (_snapshots.Count > 1 && _snapshots[0].LastIncludedIndex < LastIncludedIndex)
        {
            _snapshots.RemoveAt(0);
        }

        if (_snapshots.Count > 0 && _snapshots[0].LastIncludedIndex > LastIncludedIndex)
        {
            TrimTo(_snapshots[0].LastIncludedIndex);
        }

        if (LastIncludedIndex > LogIndex.Zero && !_snapshots.Exists(snapshot => snapshot.LastIncludedIndex == LastIncludedIndex))
        {
            throw new InvariantViolationException(
                $"The journal begins behind entry {LastIncludedIndex}, and no snapshot that it records covers what is ahead.");
        }
    }

    /// <summary>The last snapshot cannot be read: the one before it takes its place, if the log reaches back to it.</summary>
    /// <returns>Whether there is one.</returns>
    public bool FallBack()
    {
        if (_snapshots.Count < 2 || LastIncludedIndex > _snapshots[0].LastIncludedIndex)
        {
            return false;
        }

        _snapshots.RemoveAt(1);
        return true;
    }

    /// <summary>Nothing but the tail of a trimmed journal has been read so far.</summary>
    private bool BeginsTrimmed => Bootstrap is null && _snapshots.Count == 0;

    /// <summary>What lies ahead of the base is settled: there is nothing, or a snapshot stands for it.</summary>
    private bool IsAnchored => Bootstrap is not null || _snapshots.Exists(snapshot => snapshot.LastIncludedIndex >= LastIncludedIndex);

    /// <summary>A vote in the current term may be added, and never given to another.</summary>
    private bool IsFirstVote(TermAndVote termAndVote) =>
        termAndVote.CurrentTerm == CurrentTerm && (VotedFor is null || termAndVote.VotedFor == VotedFor);

    private static string At(RaftEvent raftEvent) => raftEvent is EntriesAppended { Entries: [{ Index: var at }, ..] } ? $" at {at}" : "";

    private bool CanFollow(LogIndex at) =>
        at >= new LogIndex(1)
        && ((at > LastIncludedIndex && at <= LastIndex.Next) || (BeginsTrimmed && _entries.Count == 0) || (at <= LastIncludedIndex && !IsAnchored));

    private void Append(LogIndex at, IReadOnlyList<LogEntry> entries)
    {
        if ((_entries.Count == 0 && BeginsTrimmed) || at <= LastIncludedIndex)
        {
            // What a trimmed journal begins with may have been replaced from further ahead.
            _entries.Clear();
            LastIncludedIndex = at.Previous;
        }

        var kept = (int)(at.Previous - LastIncludedIndex);
        _entries.RemoveRange(kept, _entries.Count - kept);
        _entries.AddRange(entries);
    }

    private void Record(SnapshotRecorded recorded)
    {
        var snapshot = recorded.Snapshot;
        if (recorded.Installed || _entries.Count == 0 || snapshot.LastIncludedIndex > LastIndex)
        {
            // At the head of a trimmed journal the entries that a snapshot stands for are gone, be it installed or not.
            _entries.Clear();
            LastIncludedIndex = snapshot.LastIncludedIndex;
        }

        // One that does not go beyond those before it was taken when they could not be read.
        _snapshots.RemoveAll(other => other.LastIncludedIndex >= snapshot.LastIncludedIndex);
        _snapshots.Add(snapshot);
        if (_snapshots.Count > 2)
        {
            _snapshots.RemoveAt(0);
        }
    }

    private void TrimTo(LogIndex index)
    {
        var gone = Math.Min(_entries.Count, (int)(index - LastIncludedIndex));
        _entries.RemoveRange(0, gone);
        LastIncludedIndex = index;
    }
}
