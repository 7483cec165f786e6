namespace AkkaRaft.Core;

/// <summary>Answers leaders and candidates (Raft paper, section 5.2), and waits for the outcome of a transfer that it began as leader.</summary>
/// <param name="state">What all roles share.</param>
/// <param name="transitions">The ways out of the role.</param>
/// <param name="receiver">Takes snapshots from the leader.</param>
/// <param name="localReads">Reads that this server answers itself.</param>
/// <param name="transfer">A transfer that this server began as leader and whose outcome is not known yet.</param>
internal sealed class FollowerState(
    ServerState state, ITransitions transitions, SnapshotReceiver receiver, LocalReads localReads, LeadershipTransfer? transfer)
    : RoleState(state, transitions)
{
    private LeadershipTransfer? _transfer = transfer;

    /// <inheritdoc />
    public override RaftRole Role => RaftRole.Follower;

    /// <inheritdoc />
    public override void OnMessage(MessageReceived received)
    {
        switch (received.Message)
        {
            case AppendEntries append:
                OnAppendEntries(append);
                break;
            case InstallSnapshot install:
                FollowLeader(install.From);
                receiver.OnInstallSnapshot(install);
                break;
            case TimeoutNow:
                OnTimeoutNow();
                break;
            case ReadIndexReply reply:
                localReads.OnReadIndexReply(reply, this);
                break;
            case PreVoteReply or RequestVoteReply or AppendEntriesReply or InstallSnapshotReply:
                // Replies to requests of a candidacy or a leadership that has ended.
                break;
            case ReadIndexRequest:
                // The sender believes in a leadership that is over. It asks again.
                break;
            default:
                base.OnMessage(received);
                break;
        }
    }

    /// <inheritdoc />
    public override void OnElectionTimer()
    {
        if (State.Timer.DeadlineHasCome())
        {
            EndTransfer();
            Campaign();
        }
    }

    /// <summary>AppendEntries of the current term (Raft paper, figure 2, "receiver implementation").</summary>
    private void OnAppendEntries(AppendEntries request)
    {
        FollowLeader(request.From);
        State.Versions.NoteClusterVersion(request.ClusterVersion, State.OtherMembers);
        if (!State.Rules.HoldsPrevious(State.Log, request.PrevLogIndex, request.PrevLogTerm))
        {
            RejectAppend(request);
            return;
        }

        if (State.Writes.DiskIsFull && !LetsANewLeaderServe(request))
        {
            // As if the request had been lost: the leader sends it again until there is room.
            CoverageMark.Hit("DiskFullTests.A_follower_takes_no_entries_and_answers_heartbeats");
            return;
        }

        AppendNewEntries(request.Entries);
        var lastCovered = request.PrevLogIndex + request.Entries.Count;
        State.Commits.CommitTo(LogIndex.Min(request.LeaderCommit, lastCovered));
        Acknowledge(request, lastCovered);
    }

    /// <summary>
    /// Whether a request brings nothing but what a new leader must commit before it can answer reads: its own first entries, and what it has
    /// of earlier terms beyond the commit index. That is little, and there is always room for it, as for votes.
    /// </summary>
    private bool LetsANewLeaderServe(AppendEntries request) => request.Entries.All(
        entry => entry.Index > request.LeaderCommit && (entry.Term < request.Term || entry.Payload is NoOp || BeginsHistory(entry)));

    private bool BeginsHistory(LogEntry entry) =>
        entry.Payload is ConfigurationChange { Configuration.History: > 0 } && State.Configuration.History <= 0;

    private void FollowLeader(ServerId leader)
    {
        State.Require(
            State.Term.Leader is null || State.Term.Leader == leader, $"{leader} leads in the same term as {State.Term.Leader}");
        State.Term.HearLeader(leader, State.Now);
        State.Timer.Reset();
        EndTransfer();
    }

    /// <summary>
    /// Appends what the log does not hold yet. Only an entry that really conflicts cuts the log: a request may be old, and what follows
    /// the entries that it carries may have come since (section 5.3).
    /// </summary>
    private void AppendNewEntries(IReadOnlyList<LogEntry> entries)
    {
        // What a snapshot stands for is committed, and so the same everywhere.
        var held = 0;
        while (held < entries.Count && State.Rules.Keeps(State.Log, entries[held]))
        {
            held++;
        }

        if (held == entries.Count)
        {
            return;
        }

        if (entries[held].Index <= State.Log.LastIndex)
        {
            State.CutFrom(entries[held].Index);
        }

        State.Append(held == 0 ? entries : [.. entries.Skip(held)]);
    }

    /// <summary>
    /// Answers a heartbeat at once with what is durable, so that a slow disk does not make the follower look unresponsive. Answers entries
    /// when the last of them is durable, and never for more than the request covered.
    /// </summary>
    private void Acknowledge(AppendEntries request, LogIndex lastCovered)
    {
        var isHeartbeat = request.Entries.Count == 0;
        var covered = isHeartbeat ? LogIndex.Min(lastCovered, State.Writes.DurableIndex) : lastCovered;
        var match = State.Rules.Acknowledged(covered, State.Writes.DurableIndex);
        State.Outbox.Post(
            new AppendEntriesReply(
                State.Id,
                request.From,
                State.Term.CurrentTerm,
                request.HeartbeatSequence,
                true,
                match,
                LogIndex.Zero,
                LogIndex.Zero,
                Term.Zero)
            {
                Priority = State.Options.Priority,
            },
            State.Writes.SequenceThatWrites(match));
    }

    private void RejectAppend(AppendEntries request)
    {
        var conflict = State.Log.LastIndexWithTermAtMost(request.PrevLogTerm, request.PrevLogIndex) ?? State.Log.LastIncludedIndex;
        State.Outbox.Post(new AppendEntriesReply(
            State.Id,
            request.From,
            State.Term.CurrentTerm,
            request.HeartbeatSequence,
            false,
            LogIndex.Zero,
            request.PrevLogIndex,
            conflict,
            State.Log.TermAt(conflict)));
    }

    /// <summary>The leader of this term wants this server to lead (dissertation, section 3.10).</summary>
    private void OnTimeoutNow()
    {
        if (State.Configuration.IsVoter(State.Id)
            && !State.Writes.HasStalled
            && !State.Writes.DiskIsFull
            && !State.HasStaleIncarnation)
        {
            EndTransfer();
            Transitions.BecomeCandidate(isTransfer: true);
        }
    }

    /// <summary>
    /// It has come out who leads, or that nobody does in time: answers whoever waits for that, and lets the proposals go on that were held
    /// back.
    /// </summary>
    private void EndTransfer()
    {
        var transfer = _transfer;
        _transfer = null;
        transfer?.Answer(State);
        transfer?.ForwardHeldBack(State);
    }
}
