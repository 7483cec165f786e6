namespace AkkaRaft.Core;

// Snapshots (section 7; dissertation, chapter 5): when one is taken, what may go once it is on disk, how one gets to a follower, and what
// becomes of the log where one is installed.
public sealed partial class RaftServer
{
    /// <summary>The snapshots on disk that this server goes by, the last one at the end: two at most.</summary>
    private readonly List<SnapshotMetadata> _snapshots = [];

    /// <summary>The shell was asked for a snapshot and has not answered.</summary>
    private bool _snapshotIsUnderWay;

    /// <summary>The applied index and bytes at which the last attempt was made, so that a failed one is not repeated at once.</summary>
    private LogIndex _lastSnapshotAttempt;

    /// <summary>The write that records the last snapshot; 0 when it is durable and what it made superfluous is gone.</summary>
    private long _snapshotSequence;

    /// <summary>Snapshots that the state machine was told to restore and has not said that it has.</summary>
    private readonly List<SnapshotMetadata> _restoring = [];

    private IncomingSnapshot? _incoming;

    /// <summary>A snapshot that comes from the leader, as far as it has come.</summary>
    private sealed class IncomingSnapshot(SnapshotMetadata snapshot)
    {
        public SnapshotMetadata Snapshot { get; } = snapshot;

        /// <summary>So many bytes were handed to the shell.</summary>
        public long Accepted { get; set; }

        /// <summary>So many bytes the shell has stored.</summary>
        public long Stored { get; set; }

        /// <summary>The latest round of the leader's requests, and its term: in another term the round says something else.</summary>
        public (Term Term, long HeartbeatSequence) Asked { get; set; }
    }

    /// <summary>The last snapshot, or null.</summary>
    private SnapshotMetadata? LastSnapshot => _snapshots.Count == 0 ? null : _snapshots[^1];

    private LogIndex LastSnapshotIndex => LastSnapshot?.LastIncludedIndex ?? LogIndex.Zero;

    /// <summary>
    /// Whether a snapshot can be taken now. A server that was added and has not come to any configuration yet takes none, as a snapshot
    /// must name one.
    /// </summary>
    private bool MayTakeSnapshot => !_snapshotIsUnderWay && _snapshotSequence == 0 && _clusterVersion >= ProtocolVersion.Second
        && !_configurations.At(LogIndex.Max(LastApplied, _log.LastIncludedIndex)).Voters.IsEmpty;

    private void OnSnapshotWanted()
    {
        if (MayTakeSnapshot && LastApplied > LastSnapshotIndex)
        {
            AskForSnapshot();
        }
    }

    /// <summary>Asks for a snapshot when enough was applied since the last.</summary>
    private void TakeSnapshotIfDue()
    {
        if (!MayTakeSnapshot)
        {
            return;
        }

        if (MayReplaceUnreadable())
        {
            _replacementNotBefore = _now + ReplacementPause;
            AskForSnapshot();
            return;
        }

        var since = LogIndex.Max(LastSnapshotIndex, _lastSnapshotAttempt);
        var isDue = (Options.SnapshotEntries > 0 && LastApplied - since >= Options.SnapshotEntries)
            || (Options.SnapshotBytes > 0 && _log.BytesBetween(since, LastApplied) >= Options.SnapshotBytes);
        var hasGrown = LastSnapshot is not { } last
            || _log.BytesBetween(last.LastIncludedIndex, LastApplied) >= Options.SnapshotGrowth * last.SizeBytes;
        if (isDue && hasGrown)
        {
            AskForSnapshot();
        }
    }

    private void AskForSnapshot()
    {
        _snapshotIsUnderWay = true;
        _lastSnapshotAttempt = LastApplied;
        Emit(new TakeSnapshot(LastApplied));
    }

    private void OnSnapshotTaken(SnapshotMetadata snapshot)
    {
        _snapshotIsUnderWay = false;
        var index = snapshot.LastIncludedIndex;
        Require(index <= LastApplied || index <= CommitIndex, $"a snapshot of {index} was taken and only {CommitIndex} is committed");
        if (!IsReplacement(snapshot) && (index <= LastSnapshotIndex || !_log.HasEntry(index)))
        {
            // One from the leader has overtaken it.
            EmitCompact();
            return;
        }

        Require(_log.TermAt(index) == snapshot.LastIncludedTerm, $"{snapshot} of an entry of term {_log.TermAt(index)}");
        Require(_configurations.At(index).Equals(snapshot.Configuration), $"{snapshot} has {snapshot.Configuration}");
        if (_unreadable.Remove(snapshot))
        {
            // The same bytes under the same name: it is readable again, and the journal tells of it already.
            EmitCompact();
            return;
        }

        Record(snapshot, installed: false);
    }

    private void Restore(SnapshotMetadata snapshot)
    {
        _restoring.Add(snapshot);
        Emit(new RestoreSnapshot(snapshot));
    }

    private void Record(SnapshotMetadata snapshot, bool installed)
    {
        _snapshots.RemoveAll(other => other.LastIncludedIndex >= snapshot.LastIncludedIndex);
        _snapshots.Add(snapshot);
        if (_snapshots.Count > 2)
        {
            _snapshots.RemoveAt(0);
        }

        ForgetUnreadable();
        _events.Add(new SnapshotRecorded(snapshot, installed));

        // The term and the vote go along, as the records that hold them now will be trimmed.
        _termIsDirty = true;
        _snapshotSequence = _issuedSequence + 1;
    }

    /// <summary>Once a snapshot's record is durable, what only the one before the last needed can go.</summary>
    private void CompactIfDurable()
    {
        if (_snapshotSequence == 0 || _snapshotSequence > _durableSequence)
        {
            return;
        }

        _snapshotSequence = 0;
        EmitCompact();
    }

    /// <summary>Says what is needed no more, once all that is needed is durable.</summary>
    private void EmitCompact()
    {
        if (_snapshotSequence > 0)
        {
            // A later snapshot's record is being written: it says all of this again.
            return;
        }

        var upTo = _snapshots.Count < 2 ? LogIndex.Zero : _snapshots[0].LastIncludedIndex;
        upTo = LogIndex.Min(upTo, FirstIndexInstalled());
        if (upTo > _log.LastIncludedIndex)
        {
            _log.TrimTo(upTo);
            _configurations.TrimTo(upTo);
        }

        var installing = _peers.Select(peer => peer.Installing).OfType<SnapshotMetadata>();
        Emit(new Compact(upTo, [.. _snapshots.Concat(_restoring).Concat(installing).Distinct()]));
        TakeSnapshotIfDue();
    }

    /// <summary>
    /// Where the entries begin that followers will ask for behind the snapshots on their way to them. Not for ever: a follower that is not
    /// heard, or a log that has grown to several snapshots, holds up nothing.
    /// </summary>
    private LogIndex FirstIndexInstalled()
    {
        var first = LastLogIndex;
        foreach (var peer in _peers)
        {
            if (peer.Installing is { } installing
                && IsHeard(peer)
                && !HasGrownBehind(installing.LastIncludedIndex, snapshots: 4))
            {
                first = LogIndex.Min(first, installing.LastIncludedIndex);
            }
        }

        return first;
    }

    /// <summary>Whether so much lies behind an index that it would have been reason enough for some snapshots.</summary>
    private bool HasGrownBehind(LogIndex index, int snapshots) =>
        (Options.SnapshotEntries > 0 && LastLogIndex - index >= snapshots * Options.SnapshotEntries)
        || (Options.SnapshotBytes > 0 && _log.BytesBetween(index, LastLogIndex) >= snapshots * Options.SnapshotBytes);

    /// <summary>
    /// Whether a follower whose log agrees up to its next index is to get the last snapshot: it must where the log begins behind that
    /// index, and may where the entries would be more bytes and more than a window of them.
    /// </summary>
    private bool NeedsSnapshot(Progress peer)
    {
        if (LastReadableSnapshot is not { } snapshot || _snapshotSequence > 0 || peer.Version < ProtocolVersion.Second)
        {
            return false;
        }

        return peer.NextIndex <= _log.LastIncludedIndex
            || (peer.State == ProgressState.Probe
                && peer.HasAnswered
                && peer.NextIndex <= snapshot.LastIncludedIndex
                && _log.BytesBetween(peer.NextIndex.Previous, snapshot.LastIncludedIndex)
                    > Math.Max(snapshot.SizeBytes, (long)Options.MaxInFlight * Options.MaxBatchBytes));
    }

    private void SendChunks(Progress peer)
    {
        var snapshot = peer.Installing!;
        var answers = _now - peer.LastContact < Options.ElectionTimeoutMax;
        var window = (long)(answers ? Options.MaxSnapshotChunksInFlight : 1) * Options.SnapshotChunkBytes;
        while (peer.SentBytes < snapshot.SizeBytes && peer.SentBytes - peer.StoredBytes < window)
        {
            var length = (int)Math.Min(Options.SnapshotChunkBytes, snapshot.SizeBytes - peer.SentBytes);
            Emit(new SendSnapshotChunk(peer.Id, snapshot, peer.SentBytes, length, CurrentTerm, _heartbeatSequence));
            peer.SentChunk(length);
        }
    }

    /// <summary>
    /// With each heartbeat: what was lost of a snapshot is sent again. When all of it is stored and nothing more is heard, the last part
    /// is, as a question: the follower may have lost everything since, in a restart or as the whole was of no use.
    /// </summary>
    private void ResendChunks(Progress peer)
    {
        if (peer.Installing is not null && _now - peer.LastInstallProgress >= Options.ElectionTimeoutMin)
        {
            if (!IsHeard(peer))
            {
                // Whoever is away for long needs the newest when it is back, and would be sent that after any older one.
                BeginWithNewest(peer);
            }

            peer.Ask(Options.SnapshotChunkBytes, _now);
            SendChunks(peer);
        }
    }

    /// <summary>Has a follower that has nothing of its snapshot yet sent the newest in its place.</summary>
    private void BeginWithNewest(Progress peer)
    {
        if (peer.StoredBytes == 0 && LastReadableSnapshot is { } newest && newest != peer.Installing && _snapshotSequence == 0)
        {
            peer.Install(newest, _now);
        }
    }

    private void OnInstallSnapshotReply(InstallSnapshotReply reply)
    {
        if (PeerOf(reply.From) is not { } peer || IsFromEarlierConfiguration(peer, reply.HeartbeatSequence))
        {
            return;
        }

        peer.Heard(reply.HeartbeatSequence, _now);
        if (reply.Installed)
        {
            OnMatch(peer, reply.HeartbeatSequence, reply.SnapshotIndex);
        }
        else if (peer.Installing?.LastIncludedIndex == reply.SnapshotIndex)
        {
            peer.Stored(reply.NextOffset, _now);

            // The one that it was sent may be damaged on this server's disk.
            BeginWithNewest(peer);
            SendChunks(peer);
        }

        ServeConfirmedReads();
    }

    /// <summary>A part of a snapshot from the leader of the current term (Raft paper, figure 13).</summary>
    private void OnInstallSnapshot(InstallSnapshot request)
    {
        FollowLeader(request.From);
        var index = request.Snapshot.LastIncludedIndex;
        if (_log.Holds(index, request.Snapshot.LastIncludedTerm) || index <= CommitIndex)
        {
            CommitTo(index);
            _incoming = _incoming?.Snapshot.LastIncludedIndex <= CommitIndex ? null : _incoming;
            AnswerInstalled(request.From, index, request.HeartbeatSequence);
            return;
        }

        if (_incoming is null || _incoming.Snapshot != request.Snapshot)
        {
            _incoming = new IncomingSnapshot(request.Snapshot);
        }

        _incoming.Asked = (CurrentTerm, request.HeartbeatSequence);
        if (request.Offset == _incoming.Accepted && request.Data.Length > 0
            && request.Offset + request.Data.Length <= request.Snapshot.SizeBytes && !_diskIsFull)
        {
            _incoming.Accepted += request.Data.Length;
            Emit(new StoreSnapshotChunk(request.Snapshot, request.Offset, request.Data));
        }
        else
        {
            AnswerStored(_incoming);
        }
    }

    private void OnSnapshotChunkStored(SnapshotChunkStored stored)
    {
        if (_incoming is not { } incoming || incoming.Snapshot != stored.Snapshot || stored.UpTo > incoming.Accepted)
        {
            return;
        }

        incoming.Stored = stored.UpTo;
        AnswerStored(incoming);
    }

    private void OnSnapshotReceptionFailed(SnapshotMetadata snapshot)
    {
        if (_incoming?.Snapshot == snapshot)
        {
            _incoming = new IncomingSnapshot(snapshot) { Asked = _incoming.Asked };
            AnswerStored(_incoming);
        }
    }

    /// <summary>
    /// Puts a snapshot in the place of the log up to its index, and of the whole log unless that holds the entry at its index.
    /// </summary>
    private void OnSnapshotReceived(SnapshotMetadata snapshot)
    {
        var asked = _incoming?.Snapshot == snapshot ? _incoming.Asked : default;
        _incoming = _incoming?.Snapshot == snapshot ? null : _incoming;
        var index = snapshot.LastIncludedIndex;
        if ((index <= CommitIndex && !Has(RaftFault.InstallOverNewerCommit)) || Role == RaftRole.Leader)
        {
            EmitCompact();
            return;
        }

        var keepsWhatFollows = _log.Holds(index, snapshot.LastIncludedTerm);
        ReplaceLog(snapshot, keepsWhatFollows);
        CommitIndex = index;
        _applyIssued = index;
        Restore(snapshot);
        ServeLocalReads();
        if (Leader is { } leader && asked.Term == CurrentTerm)
        {
            AnswerInstalled(leader, index, asked.HeartbeatSequence);
        }
    }

    private void ReplaceLog(SnapshotMetadata snapshot, bool keepsWhatFollows)
    {
        var index = snapshot.LastIncludedIndex;
        if (keepsWhatFollows)
        {
            _log.TrimTo(index);
        }
        else
        {
            _log.Reset(index, snapshot.LastIncludedTerm);
            _durableIndex = LogIndex.Min(_durableIndex, CommitIndex);
            _pendingWrites.Clear();
            _pendingWrites.Add(new PendingWrite(_issuedSequence + 1, LastLogIndex));
        }

        _configurations.Reset(index, snapshot.Configuration, keepsWhatFollows);
        Record(snapshot, installed: !keepsWhatFollows);
    }

    private void AnswerInstalled(ServerId leader, LogIndex index, long round) =>
        Post(new InstallSnapshotReply(Id, leader, CurrentTerm, index, 0, Installed: true, round), SequenceThatWrites(index));

    /// <summary>Says how far a snapshot has come, unless it came from another leader: the present one has not asked.</summary>
    private void AnswerStored(IncomingSnapshot incoming)
    {
        if (Leader is { } leader && Role == RaftRole.Follower
            && (incoming.Asked.Term == CurrentTerm || Has(RaftFault.AnswerFormerLeadersRound)))
        {
            Post(new InstallSnapshotReply(
                Id, leader, CurrentTerm, incoming.Snapshot.LastIncludedIndex, incoming.Stored, Installed: false, incoming.Asked.HeartbeatSequence));
        }
    }
}
