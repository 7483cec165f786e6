namespace AkkaRaft.Core;

// A leader's way to have entries on a quorum (sections 5.3 and 5.4.2). A lost request, a lost answer and a restarted follower all show in
// the next heartbeat: it asks for the entry ahead of nextIndex, so its answer either acknowledges what is durable or sends the leader back
// to probing.
public sealed partial class RaftServer
{
    private static readonly IReadOnlyList<LogEntry> NoEntries = [];

    private void SendHeartbeats()
    {
        BeginLeaseRound();
        ReplaceUnreadableSnapshot();
        foreach (var peer in _peers)
        {
            Send(peer, NoEntries);
            ResendChunks(peer);
            if (peer.NextIndex <= _log.LastIncludedIndex)
            {
                SendEntries(peer);
            }
        }
    }

    /// <summary>Sends as much as the follower's window allows: entries, or a snapshot where they are gone or cost more.</summary>
    private void SendEntries(Progress peer)
    {
        if (peer.State != ProgressState.Snapshot && NeedsSnapshot(peer))
        {
            peer.Install(LastReadableSnapshot!, _now);
            SendChunks(peer);
        }

        while (peer.NextIndex <= LastLogIndex && peer.NextIndex > _log.LastIncludedIndex
            && peer.MaySendEntries(Options.MaxInFlight, Options.MaxInFlightBytes))
        {
            Send(peer, _log.Batch(peer.NextIndex, Options.MaxBatchEntries, Options.MaxBatchBytes));
        }
    }

    /// <summary>
    /// Sends entries behind the follower's next index, or none of them as a heartbeat. While a snapshot is on its way to it, or the log
    /// begins behind that index, a heartbeat asks for the place where entries would go on.
    /// </summary>
    private void Send(Progress peer, IReadOnlyList<LogEntry> entries)
    {
        var (previous, term) = peer.Installing is { } installing
            ? (installing.LastIncludedIndex, installing.LastIncludedTerm)
            : peer.NextIndex <= _log.LastIncludedIndex
                ? (_log.LastIncludedIndex, _log.LastIncludedTerm)
                : (peer.NextIndex.Previous, _log.TermAt(peer.NextIndex.Previous));
        Post(new AppendEntries(Id, peer.Id, CurrentTerm, previous, term, entries, CommitIndex, _heartbeatSequence)
        {
            ClusterVersion = _clusterVersion,
        });
        if (peer.Installing is null)
        {
            var bytes = entries.Count == 0 ? 0 : _log.BytesBetween(previous, previous + entries.Count);
            peer.Sent(entries.Count, bytes, CommitIndex);
        }
    }

    /// <summary>
    /// Whether an answer was meant for an earlier membership of the follower: it was removed and added again within the term, and what it
    /// acknowledged then may be lost.
    /// </summary>
    private bool IsFromEarlierConfiguration(Progress peer, long round) => round < peer.SinceSequence && !Has(RaftFault.AcceptOldMembership);

    private void OnAppendEntriesReply(AppendEntriesReply reply)
    {
        if (PeerOf(reply.From) is not { } peer || IsFromEarlierConfiguration(peer, reply.HeartbeatSequence))
        {
            return;
        }

        peer.Heard(reply.HeartbeatSequence, _now);
        if (reply.Success)
        {
            peer.Priority = reply.Priority;
            OnAccepted(peer, reply);
        }
        else if (!peer.IsStaleReply(reply.HeartbeatSequence, reply.RejectedIndex))
        {
            OnAppendRejected(peer, reply);
        }

        ServeConfirmedReads();
    }

    private void OnAccepted(Progress peer, AppendEntriesReply reply)
    {
        Require(reply.MatchIndex <= LastLogIndex, $"{peer.Id} acknowledges {reply.MatchIndex}");
        var match = LogIndex.Min(reply.MatchIndex, LastLogIndex);
        OnMatch(peer, reply.HeartbeatSequence, match);
        if (Has(RaftFault.LetMatchFall))
        {
            peer.LetMatchFall(match);
        }
    }

    /// <summary>The follower's durable log is this one up to an index.</summary>
    private void OnMatch(Progress peer, long round, LogIndex match)
    {
        var hasRisen = peer.Accepted(round, match);
        var hasCommitted = hasRisen && AdvanceCommit();
        if (Role != RaftRole.Leader)
        {
            // What was committed has removed this server from the cluster.
            return;
        }

        NoteCatchingUp(peer);
        SendEntries(peer);
        AskTargetIfCaughtUp(peer);
        if (hasCommitted)
        {
            AnnounceCommit();
        }
        else
        {
            TellCommitIfIdle(peer);
        }
    }

    /// <summary>
    /// The logs disagree at the request's previous entry. They cannot agree behind the hint, nor where the leader's term is later than the
    /// hint's: a refusal skips a whole term at least (section 5.3).
    /// </summary>
    private void OnAppendRejected(Progress peer, AppendEntriesReply reply)
    {
        var upTo = LogIndex.Min(reply.ConflictIndex, reply.RejectedIndex.Previous);
        peer.Probe(_log.LastIndexWithTermAtMost(reply.ConflictTerm, upTo) ?? LogIndex.Zero, ++_heartbeatSequence);
        SendEntries(peer);
    }

    /// <summary>
    /// Commits what a quorum has on disk, if it is of the current term; what is ahead of it is committed with it (sections 5.3 and 5.4.2).
    /// The leader itself counts only up to what it has on disk.
    /// </summary>
    /// <returns>Whether anything was committed.</returns>
    private bool AdvanceCommit()
    {
        var reached = new LogIndex(Quorum.Reached(QuorumConfiguration, this, static (server, id) => server.MatchOf(id).Value));
        if (reached <= CommitIndex || (_log.TermAt(reached) != CurrentTerm && !Has(RaftFault.CommitEarlierTerm)))
        {
            return false;
        }

        CommitTo(reached);
        MoveChangeOn();
        return true;
    }

    /// <summary>The commit index has risen: reads may have waited for the first of the term, and followers can apply.</summary>
    private void AnnounceCommit()
    {
        if (_reads.AnyWaiting && !_reads.AnyOutstanding && HasCommittedInItsTerm)
        {
            BeginReadRound();
        }

        foreach (var peer in _peers)
        {
            TellCommitIfIdle(peer);
        }
    }

    /// <summary>
    /// A follower that has answered everything hears of a new commit index at once; one that has not hears of it with what follows. So the
    /// extra messages are bounded by the answers, and under load there are none.
    /// </summary>
    private void TellCommitIfIdle(Progress peer)
    {
        if (peer.IsIdle && peer.SentCommit < LogIndex.Min(CommitIndex, peer.MatchIndex))
        {
            Send(peer, NoEntries);
        }
    }

    private LogIndex MatchOf(ServerId id)
    {
        if (id == Id)
        {
            return Has(RaftFault.LeaderCountsUnwrittenEntries) ? LastLogIndex : _durableIndex;
        }

        return PeerOf(id)?.MatchIndex ?? LogIndex.Zero;
    }
}
