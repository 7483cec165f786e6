namespace AkkaRaft.Core;

/// <summary>
/// Sends entries and heartbeats (Raft paper, section 5.3). A lost request, a lost reply and a restarted follower all show in the next
/// heartbeat: it asks for the entry ahead of nextIndex, so its reply either acknowledges what is durable or makes the leader probe again.
/// </summary>
internal sealed class Replicator(ServerState state, ProgressTracker progress, HeartbeatSequence sequence, SnapshotSender snapshots)
{
    private static readonly IReadOnlyList<LogEntry> NoEntries = [];

    /// <summary>Sends a heartbeat to each member, and what it lacks.</summary>
    public void SendHeartbeats()
    {
        foreach (var peer in progress.Peers)
        {
            Send(peer, NoEntries);
            snapshots.Resend(peer);
            if (peer.NextIndex <= state.Log.LastIncludedIndex)
            {
                SendEntries(peer);
            }
        }
    }

    /// <summary>Sends each member what its window allows.</summary>
    public void SendEntries()
    {
        foreach (var peer in progress.Peers)
        {
            SendEntries(peer);
        }
    }

    /// <summary>Sends as much as the follower's window allows: entries, or a snapshot where they are gone or cost more.</summary>
    public void SendEntries(Progress peer)
    {
        if (peer.State != ProgressState.Snapshot && snapshots.Needs(peer))
        {
            snapshots.Begin(peer);
        }

        while (peer.NextIndex <= state.Log.LastIndex
            && peer.NextIndex > state.Log.LastIncludedIndex
            && peer.MaySendEntries(state.Options.MaxInFlight, state.Options.MaxInFlightBytes))
        {
            Send(peer, state.Log.Batch(peer.NextIndex, state.Options.MaxBatchEntries, state.Options.MaxBatchBytes));
        }
    }

    /// <summary>
    /// The logs disagree at the request's previous entry. They cannot agree behind the conflict index, nor where the leader's term is later
    /// than the conflict's: a rejection skips a whole term at least (section 5.3).
    /// </summary>
    public void OnAppendRejected(Progress peer, AppendEntriesReply reply)
    {
        var upTo = LogIndex.Min(reply.ConflictIndex, reply.RejectedIndex.Previous);
        peer.Probe(state.Log.LastIndexWithTermAtMost(reply.ConflictTerm, upTo) ?? LogIndex.Zero, sequence.Next());
        SendEntries(peer);
    }

    /// <summary>Gives up a snapshot that cannot be read, and probes again.</summary>
    public void CancelInstalls(SnapshotMetadata snapshot)
    {
        foreach (var peer in progress.Peers.Where(peer => peer.Installing == snapshot))
        {
            peer.CancelInstall(sequence.Next());
            SendEntries(peer);
        }
    }

    /// <summary>
    /// A follower that has answered everything hears of a new commit index at once. Another one hears of it with what follows. So the
    /// extra messages are bounded by the replies, and under load there are none.
    /// </summary>
    public void TellCommitIfIdle(Progress peer)
    {
        if (peer.IsIdle && peer.SentCommit < LogIndex.Min(state.Commits.CommitIndex, peer.MatchIndex))
        {
            Send(peer, NoEntries);
        }
    }

    /// <summary>Tells all idle followers of a new commit index.</summary>
    public void TellCommit()
    {
        foreach (var peer in progress.Peers)
        {
            TellCommitIfIdle(peer);
        }
    }

    /// <summary>Tells those who are no members any more, and forgets them.</summary>
    public void DismissFormerMembers()
    {
        if (!Array.Exists(progress.Peers, peer => !state.Configuration.IsMember(peer.Id)))
        {
            return;
        }

        foreach (var leaving in progress.Peers.Where(peer => !state.Configuration.IsMember(peer.Id)))
        {
            Send(leaving, NoEntries);
        }

        progress.RemoveFormerMembers();
    }

    /// <summary>
    /// Sends entries behind the follower's next index, or none of them as a heartbeat. While a snapshot is on its way to it, or the log
    /// begins behind that index, a heartbeat asks for the place where entries would go on.
    /// </summary>
    private void Send(Progress peer, IReadOnlyList<LogEntry> entries)
    {
        var (previous, term) = peer.Installing is { } installing
            ? (installing.LastIncludedIndex, installing.LastIncludedTerm)
            : peer.NextIndex <= state.Log.LastIncludedIndex
                ? (state.Log.LastIncludedIndex, state.Log.LastIncludedTerm)
                : (peer.NextIndex.Previous, state.Log.TermAt(peer.NextIndex.Previous));
        state.Outbox.Post(new AppendEntries(
            state.Id, peer.Id, state.Term.CurrentTerm, previous, term, entries, state.Commits.CommitIndex, sequence.Current)
        {
            ClusterVersion = state.Versions.ClusterVersion,
        });
        if (peer.Installing is null)
        {
            var bytes = entries.Count == 0 ? 0 : state.Log.BytesBetween(previous, previous + entries.Count);
            peer.Sent(entries.Count, bytes, state.Commits.CommitIndex);
        }
    }
}
