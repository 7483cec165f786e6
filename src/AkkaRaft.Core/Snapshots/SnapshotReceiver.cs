namespace AkkaRaft.Core;

/// <summary>Takes a snapshot from the leader, and puts it in the place of the log (Raft paper, section 7 and figure 13).</summary>
internal sealed class SnapshotReceiver(ServerState state, SnapshotKeeper keeper)
{
    private IncomingSnapshot? _incoming;

    /// <summary>A part of a snapshot from the leader of the current term.</summary>
    public void OnInstallSnapshot(InstallSnapshot request)
    {
        var index = request.Snapshot.LastIncludedIndex;
        if (state.Log.Holds(index, request.Snapshot.LastIncludedTerm) || index <= state.Commits.CommitIndex)
        {
            state.Commits.CommitTo(index);
            _incoming = _incoming?.Snapshot.LastIncludedIndex <= state.Commits.CommitIndex ? null : _incoming;
            ReplyInstalled(request.From, index, request.HeartbeatSequence);
            return;
        }

        if (_incoming is null || _incoming.Snapshot != request.Snapshot)
        {
            _incoming = new IncomingSnapshot(request.Snapshot);
        }

        _incoming.Asked = (state.Term.CurrentTerm, request.HeartbeatSequence);
        if (request.Offset == _incoming.Accepted
            && request.Data.Length > 0
            && request.Offset + request.Data.Length <= request.Snapshot.SizeBytes
            && !state.Writes.DiskIsFull)
        {
            _incoming.Accepted += request.Data.Length;
            state.Step.Emit(new StoreSnapshotChunk(request.Snapshot, request.Offset, request.Data));
        }
        else
        {
            ReplyStored(_incoming);
        }
    }

    /// <summary>The shell has stored a part.</summary>
    public void OnChunkStored(SnapshotChunkStored stored)
    {
        if (_incoming is not { } incoming || incoming.Snapshot != stored.Snapshot || stored.UpTo > incoming.Accepted)
        {
            return;
        }

        incoming.Stored = stored.UpTo;
        ReplyStored(incoming);
    }

    /// <summary>What has come is of no use. It begins anew.</summary>
    public void OnFailed(SnapshotMetadata snapshot)
    {
        if (_incoming?.Snapshot == snapshot)
        {
            _incoming = new IncomingSnapshot(snapshot) { Asked = _incoming.Asked };
            ReplyStored(_incoming);
        }
    }

    /// <summary>
    /// Puts a snapshot that is whole in the place of the log up to its index, and of the whole log unless that holds the entry at its index.
    /// </summary>
    public void OnReceived(SnapshotMetadata snapshot, ISnapshotUsers users)
    {
        var asked = _incoming?.Snapshot == snapshot ? _incoming.Asked : default;
        _incoming = _incoming?.Snapshot == snapshot ? null : _incoming;
        var index = snapshot.LastIncludedIndex;
        if (state.Rules.IsSuperseded(index, state.Commits.CommitIndex) || state.Term.Role == RaftRole.Leader)
        {
            CoverageMark.Hit(
                "ReceivedSnapshotTests.A_snapshot_of_what_is_committed_already_is_answered_at_once_and_never_takes_the_state_back");
            keeper.Compact(users);
            return;
        }

        ReplaceLog(snapshot, users);
        state.Commits.CommitSnapshot(snapshot);
        if (state.Term.Leader is { } leader && asked.Term == state.Term.CurrentTerm)
        {
            ReplyInstalled(leader, index, asked.Sequence);
        }
    }

    private void ReplaceLog(SnapshotMetadata snapshot, ISnapshotUsers users)
    {
        var index = snapshot.LastIncludedIndex;
        var keepsWhatFollows = state.Log.Holds(index, snapshot.LastIncludedTerm);
        if (keepsWhatFollows)
        {
            state.Log.TrimTo(index);
        }
        else
        {
            state.Log.Reset(index, snapshot.LastIncludedTerm);
            state.Writes.ReplaceLog(state.Commits.CommitIndex, state.Log.LastIndex);
        }

        state.Configurations.Reset(index, snapshot.Configuration, keepsWhatFollows);
        keeper.Record(snapshot, installed: !keepsWhatFollows, users);
    }

    private void ReplyInstalled(ServerId leader, LogIndex index, long sequence) => state.Outbox.Post(
        new InstallSnapshotReply(state.Id, leader, state.Term.CurrentTerm, index, 0, Installed: true, sequence),
        state.Writes.SequenceThatWrites(index));

    /// <summary>Says how far a snapshot has come, unless it came from another leader: the present one has not asked.</summary>
    private void ReplyStored(IncomingSnapshot incoming)
    {
        if (state.Term is { Leader: { } leader, Role: RaftRole.Follower }
            && state.Rules.MayReportSnapshot(incoming.Asked.Term, state.Term.CurrentTerm))
        {
            state.Outbox.Post(new InstallSnapshotReply(
                state.Id,
                leader,
                state.Term.CurrentTerm,
                incoming.Snapshot.LastIncludedIndex,
                incoming.Stored,
                Installed: false,
                incoming.Asked.Sequence));
        }
    }

    /// <summary>A snapshot that comes from the leader, as far as it has come.</summary>
    private sealed class IncomingSnapshot(SnapshotMetadata snapshot)
    {
        public SnapshotMetadata Snapshot { get; } = snapshot;

        /// <summary>So many bytes were handed to the shell.</summary>
        public long Accepted { get; set; }

        /// <summary>So many bytes the shell has stored.</summary>
        public long Stored { get; set; }

        /// <summary>The latest heartbeat sequence of the leader's requests, and its term, which gives it its meaning.</summary>
        public (Term Term, long Sequence) Asked { get; set; }
    }
}
