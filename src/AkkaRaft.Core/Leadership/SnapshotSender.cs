namespace AkkaRaft.Core;

/// <summary>Sends snapshots to followers that the log does not reach any more (Raft paper, section 7).</summary>
internal sealed class SnapshotSender(
    ServerState state, SnapshotKeeper keeper, ProgressTracker progress, HeartbeatSequence sequence) : ISnapshotUsers
{
    /// <inheritdoc />
    public IEnumerable<SnapshotMetadata> Installing => progress.Peers.Select(peer => peer.Installing).OfType<SnapshotMetadata>();

    /// <summary>
    /// Where the entries begin that followers will ask for behind the snapshots on their way to them. Not for ever: a follower that is not
    /// heard, or a log that has grown to several snapshots, holds up nothing.
    /// </summary>
    public LogIndex FirstIndexNeeded
    {
        get
        {
            var first = state.Log.LastIndex;
            foreach (var peer in progress.Peers)
            {
                if (peer.Installing is { } installing
                    && progress.IsHeard(peer)
                    && !HasGrownBehind(installing.LastIncludedIndex, snapshots: 4))
                {
                    first = LogIndex.Min(first, installing.LastIncludedIndex);
                }
            }

            return first;
        }
    }

    /// <summary>
    /// Whether a follower whose log agrees up to its next index is to get the last snapshot: it must where the log begins behind that
    /// index, and may where the entries would be more bytes and more than a window of them.
    /// </summary>
    public bool Needs(Progress peer)
    {
        if (keeper.LastReadable is not { } snapshot || keeper.IsRecordPending || peer.Contact.Version < ProtocolVersion.Second)
        {
            return false;
        }

        return peer.NextIndex <= state.Log.LastIncludedIndex
            || (peer.State == ProgressState.Probe
                && peer.Contact.HasAnswered
                && peer.NextIndex <= snapshot.LastIncludedIndex
                && state.Log.BytesBetween(peer.NextIndex.Previous, snapshot.LastIncludedIndex)
                    > Math.Max(snapshot.SizeBytes, (long)state.Options.MaxInFlight * state.Options.MaxBatchBytes));
    }

    /// <summary>Begins to send the last snapshot to a follower that needs it.</summary>
    public void Begin(Progress peer)
    {
        peer.BeginInstall(keeper.LastReadable!, state.Now);
        SendChunks(peer);
    }

    /// <summary>
    /// With each heartbeat: what was lost of a snapshot is sent again. When all of it is stored and nothing more is heard, the last part
    /// is sent as a probe: the follower may have lost everything since, in a restart or because the whole was of no use.
    /// </summary>
    public void Resend(Progress peer)
    {
        if (peer.Install is { } install && state.Now - install.LastProgress >= state.Options.ElectionTimeoutMin)
        {
            if (!progress.IsHeard(peer))
            {
                // A follower that is away for long needs the newest when it is back, and would be sent that after any older one.
                CoverageMark.Hit("InstallTests.Whoever_is_away_while_a_newer_snapshot_is_taken_gets_that");
                BeginWithNewest(peer);
            }

            peer.Install.Resend(state.Options.SnapshotChunkBytes, state.Now);
            SendChunks(peer);
        }
    }

    /// <summary>The follower has stored a part.</summary>
    public void OnStored(Progress peer, long nextOffset)
    {
        peer.Install!.Stored(nextOffset, state.Now);

        // The one that it was sent may be damaged on this server's disk.
        BeginWithNewest(peer);
        SendChunks(peer);
    }

    /// <summary>Has a follower that has nothing of its snapshot yet sent the newest in its place.</summary>
    private void BeginWithNewest(Progress peer)
    {
        if (peer.Install!.StoredBytes == 0 && keeper.LastReadable is { } newest && newest != peer.Installing && !keeper.IsRecordPending)
        {
            peer.BeginInstall(newest, state.Now);
        }
    }

    private void SendChunks(Progress peer)
    {
        var install = peer.Install!;
        var snapshot = install.Snapshot;
        var answers = state.Now - peer.Contact.Last < state.Options.ElectionTimeoutMax;
        var window = (long)(answers ? state.Options.MaxSnapshotChunksInFlight : 1) * state.Options.SnapshotChunkBytes;
        while (install.SentBytes < snapshot.SizeBytes && install.SentBytes - install.StoredBytes < window)
        {
            var length = (int)Math.Min(state.Options.SnapshotChunkBytes, snapshot.SizeBytes - install.SentBytes);
            state.Step.Emit(
                new SendSnapshotChunk(peer.Id, snapshot, install.SentBytes, length, state.Term.CurrentTerm, sequence.Current));
            install.SentChunk(length);
        }
    }

    /// <summary>Whether so much lies behind an index that it would have been reason enough for some snapshots.</summary>
    private bool HasGrownBehind(LogIndex index, int snapshots) =>
        (state.Options.SnapshotEntries > 0 && state.Log.LastIndex - index >= snapshots * state.Options.SnapshotEntries)
        || (state.Options.SnapshotBytes > 0
            && state.Log.BytesBetween(index, state.Log.LastIndex) >= snapshots * state.Options.SnapshotBytes);
}
