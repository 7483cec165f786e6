namespace AkkaRaft.Core;

/// <summary>What a role still needs of snapshots and of the log behind them. Only a leader needs any.</summary>
internal interface ISnapshotUsers
{
    /// <summary>The snapshots on their way to followers.</summary>
    IEnumerable<SnapshotMetadata> Installing { get; }

    /// <summary>Entries from here on may be asked for.</summary>
    LogIndex FirstIndexNeeded { get; }
}

/// <summary>
/// The server's own snapshots (Raft paper, section 7; dissertation, chapter 5): when one is taken, what may go once it is on disk, and what
/// happens when one turns out to be damaged. The paper takes disks for good. The state itself is in memory, so a damaged snapshot is
/// replaced by another at once; until that is there, followers for whom the one before the last is good enough get that.
/// </summary>
internal sealed class SnapshotKeeper(ServerState state, IEnumerable<SnapshotMetadata> snapshots)
{
    /// <summary>The snapshots on disk that this server may start from, the last one at the end: two at most.</summary>
    private readonly List<SnapshotMetadata> _snapshots = [.. snapshots];

    /// <summary>Snapshots that cannot be read: nobody is sent one of them.</summary>
    private readonly HashSet<SnapshotMetadata> _unreadable = [];

    /// <summary>The shell was asked for a snapshot and has not answered.</summary>
    private bool _isUnderWay;

    /// <summary>The applied index at which the last attempt was made, so that a failed one is not repeated at once.</summary>
    private LogIndex _lastAttempt = state.Commits.CommitIndex;

    /// <summary>The write that records the last snapshot; 0 when it is durable and what it made superfluous is gone.</summary>
    private long _recordSequence;

    /// <summary>Before this time no other attempt is made to replace a snapshot that cannot be read.</summary>
    private TimeSpan _replacementNotBefore;

    /// <summary>The last snapshot, or null.</summary>
    public SnapshotMetadata? Last => _snapshots.Count == 0 ? null : _snapshots[^1];

    /// <summary>The last snapshot that is not known to be unreadable, or null.</summary>
    public SnapshotMetadata? LastReadable => _snapshots.FindLast(snapshot => !_unreadable.Contains(snapshot));

    /// <summary>The last snapshot cannot be read, and no other has taken its place yet.</summary>
    public bool LastIsUnreadable => Last is { } last && _unreadable.Contains(last);

    /// <summary>The last snapshot is recorded in the journal, or will be with the write under way.</summary>
    public bool IsRecordPending => _recordSequence > 0;

    /// <summary>So long nothing is repeated that failed: another attempt to take a snapshot, and a transfer for want of one.</summary>
    public TimeSpan ReplacementPause => 10 * state.Options.ElectionTimeoutMax;

    private LogIndex LastIndex => Last?.LastIncludedIndex ?? LogIndex.Zero;

    /// <summary>
    /// Whether a snapshot can be taken now. A server that was added and has not come to any configuration yet takes none, as a snapshot
    /// must name one.
    /// </summary>
    private bool MayTake => !_isUnderWay && _recordSequence == 0 && state.Versions.ClusterVersion >= ProtocolVersion.Second
        && !state.Configurations.At(LogIndex.Max(state.Commits.LastApplied, state.Log.LastIncludedIndex)).Voters.IsEmpty;

    /// <summary>Somebody wants a snapshot now.</summary>
    public void OnWanted()
    {
        if (MayTake && state.Commits.LastApplied > LastIndex)
        {
            Take();
        }
    }

    /// <summary>Has a snapshot taken when enough was applied since the last, or when the last is to be replaced.</summary>
    public void TakeIfDue()
    {
        if (!MayTake)
        {
            return;
        }

        if (MayReplaceUnreadable())
        {
            _replacementNotBefore = state.Now + ReplacementPause;
            Take();
            return;
        }

        var applied = state.Commits.LastApplied;
        var since = LogIndex.Max(LastIndex, _lastAttempt);
        var isDue = (state.Options.SnapshotEntries > 0 && applied - since >= state.Options.SnapshotEntries)
            || (state.Options.SnapshotBytes > 0 && state.Log.BytesBetween(since, applied) >= state.Options.SnapshotBytes);
        var hasGrown = Last is not { } last
            || state.Log.BytesBetween(last.LastIncludedIndex, applied) >= state.Options.SnapshotGrowth * last.SizeBytes;
        if (isDue && hasGrown)
        {
            Take();
        }
    }

    /// <summary>The shell has taken a snapshot.</summary>
    public void OnTaken(SnapshotMetadata snapshot, ISnapshotUsers users)
    {
        _isUnderWay = false;
        var index = snapshot.LastIncludedIndex;
        state.Require(
            index <= state.Commits.LastApplied || index <= state.Commits.CommitIndex,
            $"a snapshot of {index} was taken and only {state.Commits.CommitIndex} is committed");
        if (!IsReplacement(snapshot) && (index <= LastIndex || !state.Log.HasEntry(index)))
        {
            // One from the leader has overtaken it.
            CoverageMark.Hit("SnapshotTests.A_snapshot_that_one_from_the_leader_has_overtaken_is_let_go");
            Compact(users);
            return;
        }

        state.Require(
            state.Log.TermAt(index) == snapshot.LastIncludedTerm, $"{snapshot} of an entry of term {state.Log.TermAt(index)}");
        state.Require(
            state.Configurations.At(index).Equals(snapshot.Configuration), $"{snapshot} has {snapshot.Configuration}");
        if (_unreadable.Remove(snapshot))
        {
            // The same bytes under the same name: it is readable again, and the journal tells of it already.
            CoverageMark.Hit("UnreadableSnapshotTests.The_same_bytes_written_again_are_readable_again");
            Compact(users);
            return;
        }

        Record(snapshot, installed: false, users);
    }

    /// <summary>No snapshot came of the last attempt.</summary>
    public void OnFailed() => _isUnderWay = false;

    /// <summary>Notes that a snapshot cannot be read, and has another taken.</summary>
    /// <returns>Whether anybody needs that snapshot.</returns>
    public bool MarkUnreadable(SnapshotMetadata snapshot, ISnapshotUsers users)
    {
        if (!_snapshots.Contains(snapshot) && !users.Installing.Contains(snapshot))
        {
            // It is needed no more, and may be gone for that.
            return false;
        }

        _unreadable.Add(snapshot);
        TakeIfDue();
        return true;
    }

    /// <summary>Replaces a snapshot that cannot be read, even if nothing is applied any more.</summary>
    public void ReplaceUnreadable()
    {
        if (LastIsUnreadable)
        {
            TakeIfDue();
        }
    }

    /// <summary>Has a snapshot recorded in the journal. The term and the vote go along, as their records may be trimmed.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="installed">Whether it takes the place of the whole log.</param>
    /// <param name="users">Who else needs snapshots.</param>
    public void Record(SnapshotMetadata snapshot, bool installed, ISnapshotUsers users)
    {
        _snapshots.RemoveAll(other => other.LastIncludedIndex >= snapshot.LastIncludedIndex);
        _snapshots.Add(snapshot);
        if (_snapshots.Count > 2)
        {
            _snapshots.RemoveAt(0);
        }

        _unreadable.RemoveWhere(each => !_snapshots.Contains(each) && !users.Installing.Contains(each));
        state.Writes.Write(new SnapshotRecorded(snapshot, installed));
        state.Writes.WriteTermAgain();
        _recordSequence = state.Writes.NextSequence;
    }

    /// <summary>Once a snapshot's record is durable, what only the one before the last needed can go.</summary>
    public void CompactIfRecorded(ISnapshotUsers users)
    {
        if (_recordSequence == 0 || _recordSequence > state.Writes.DurableSequence)
        {
            return;
        }

        _recordSequence = 0;
        Compact(users);
    }

    /// <summary>Says what is needed no more, once all that is needed is durable.</summary>
    public void Compact(ISnapshotUsers users)
    {
        if (_recordSequence > 0)
        {
            // A later snapshot's record is being written: it says all of this again.
            CoverageMark.Hit("SnapshotTests.Nothing_is_let_go_while_the_record_of_the_last_snapshot_is_not_durable");
            return;
        }

        var upTo = _snapshots.Count < 2 ? LogIndex.Zero : _snapshots[0].LastIncludedIndex;
        upTo = LogIndex.Min(upTo, users.FirstIndexNeeded);
        if (upTo > state.Log.LastIncludedIndex)
        {
            state.Log.TrimTo(upTo);
            state.Configurations.TrimTo(upTo);
        }

        state.Step.Emit(new Compact(upTo, [.. _snapshots.Concat(state.Commits.Restoring).Concat(users.Installing).Distinct()]));
        TakeIfDue();
    }

    private void Take()
    {
        _isUnderWay = true;
        _lastAttempt = state.Commits.LastApplied;
        state.Step.Emit(new TakeSnapshot(state.Commits.LastApplied));
    }

    /// <summary>Whether a snapshot is to be taken in the place of the last, which may be of the same entry.</summary>
    private bool MayReplaceUnreadable() =>
        LastIsUnreadable && state.Commits.LastApplied >= LastIndex && state.Now >= _replacementNotBefore;

    /// <summary>A snapshot of the last one's entry has been taken, as that one cannot be read.</summary>
    private bool IsReplacement(SnapshotMetadata snapshot) => LastIsUnreadable
        && snapshot.LastIncludedIndex == LastIndex && state.Log.Holds(snapshot.LastIncludedIndex, snapshot.LastIncludedTerm);
}
