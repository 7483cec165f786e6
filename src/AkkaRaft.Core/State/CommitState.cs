namespace AkkaRaft.Core;

/// <summary>A client's read that waits on this server.</summary>
/// <param name="Request">The read.</param>
/// <param name="Since">When it came.</param>
internal readonly record struct WaitingRead(RequestId Request, TimeSpan Since);

/// <summary>Clients that wait for the entries that they proposed. Only a leader has them.</summary>
internal interface IProposers
{
    /// <summary>The request that waits for an entry that is committed now, or null.</summary>
    RequestId? TakeRequest(LogEntry entry);
}

/// <summary>From the commit index to the state machine, on every server (Raft paper, section 5.3).</summary>
internal sealed class CommitState(ServerState state, LogIndex commitIndex)
{
    /// <summary>Snapshots that the state machine was told to restore and has not reported as restored.</summary>
    private readonly List<SnapshotMetadata> _restoring = [];

    /// <summary>Reads that wait until an index is committed here.</summary>
    private readonly List<(LogIndex Index, WaitingRead Read)> _waiting = [];

    /// <summary>The last entry that was handed to the state machine.</summary>
    private LogIndex _applyIssued = commitIndex;

    /// <summary>Index of the last entry that is known to be committed. It never falls.</summary>
    public LogIndex CommitIndex { get; private set; } = commitIndex;

    /// <summary>Index of the last entry that the state machine has reported as applied. It never falls.</summary>
    public LogIndex LastApplied { get; private set; }

    /// <summary>Up to here nothing is left to apply, but for a snapshot that is being restored: one state, whatever its index.</summary>
    public LogIndex AppliedOrRestored =>
        LogIndex.Max(LastApplied, _restoring.Count == 0 ? LogIndex.Zero : _restoring[^1].LastIncludedIndex);

    /// <summary>Snapshots that are being restored.</summary>
    public IReadOnlyList<SnapshotMetadata> Restoring => _restoring;

    /// <summary>How many reads wait for an index.</summary>
    public int WaitingReads => _waiting.Count;

    /// <summary>The bytes of the entries up to an index that the state machine has not applied.</summary>
    public long UnappliedBytes(LogIndex upTo) => state.Log.BytesBetween(AppliedOrRestored, upTo);

    /// <summary>Commits up to an index: the state machine gets the entries, and reads that waited for them are served.</summary>
    public void CommitTo(LogIndex index, IProposers? proposers = null)
    {
        if (index <= CommitIndex)
        {
            return;
        }

        state.Require(index <= state.Log.LastIndex, $"{index} cannot be committed");
        CommitIndex = index;
        var next = state.Rules.NextToApply(_applyIssued);
        while (next <= CommitIndex)
        {
            var last = LogIndex.Min(CommitIndex, next.Previous + state.Options.MaxBatchEntries);
            state.Step.Emit(new Apply(TakeCommitted(next, last, proposers)));
            next = last.Next;
        }

        _applyIssued = CommitIndex;
        ServeReads();
    }

    /// <summary>Commits what a snapshot stands for, which has taken the log's place.</summary>
    public void CommitSnapshot(SnapshotMetadata snapshot)
    {
        CommitIndex = snapshot.LastIncludedIndex;
        _applyIssued = CommitIndex;
        Restore(snapshot);
        ServeReads();
    }

    /// <summary>Has the state machine restore a snapshot.</summary>
    public void Restore(SnapshotMetadata snapshot)
    {
        _restoring.Add(snapshot);
        state.Step.Emit(new RestoreSnapshot(snapshot));
    }

    /// <summary>The state machine has applied entries.</summary>
    public void NoteApplied(LogIndex upTo)
    {
        state.Require(upTo <= _applyIssued, $"{upTo} was applied and only {_applyIssued} handed out");
        LastApplied = LogIndex.Max(LastApplied, upTo);
        _restoring.RemoveAll(snapshot => snapshot.LastIncludedIndex <= LastApplied);
    }

    /// <summary>Serves a read from the state behind an index, as soon as that is committed here.</summary>
    public void ServeBehind(LogIndex index, WaitingRead read)
    {
        if (index <= CommitIndex)
        {
            state.Step.Emit(new Serve(read.Request, index));
        }
        else
        {
            _waiting.Add((index, read));
        }
    }

    /// <summary>Rejects the reads that came before a time and whose index is still not committed here.</summary>
    public void RejectReadsBefore(TimeSpan oldest)
    {
        foreach (var (_, read) in _waiting)
        {
            if (read.Since < oldest)
            {
                state.Reject(
                    read.Request,
                    RejectionReason.NotCaughtUp,
                    $"{CommitIndex} is the last entry that {state.Id} knows to be committed");
            }
        }

        _waiting.RemoveAll(waiting => waiting.Read.Since < oldest);
    }

    private void ServeReads()
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        foreach (var (index, read) in _waiting)
        {
            if (index <= CommitIndex)
            {
                state.Step.Emit(new Serve(read.Request, index));
            }
        }

        _waiting.RemoveAll(waiting => waiting.Index <= CommitIndex);
    }

    private CommittedEntry[] TakeCommitted(LogIndex first, LogIndex last, IProposers? proposers)
    {
        var committed = new CommittedEntry[last - first + 1];
        for (var i = 0; i < committed.Length; i++)
        {
            var entry = state.Log[first + i];
            committed[i] = new CommittedEntry(entry, proposers?.TakeRequest(entry));
        }

        return committed;
    }
}
