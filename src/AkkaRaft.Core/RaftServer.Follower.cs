namespace AkkaRaft.Core;

public sealed partial class RaftServer
{
    private void StepFollower(RaftInput input)
    {
        switch (input)
        {
            case MessageReceived { Message: AppendEntries append }:
                OnAppendEntries(append);
                break;
            case MessageReceived { Message: InstallSnapshot install }:
                OnInstallSnapshot(install);
                break;
            case MessageReceived { Message: TimeoutNow }:
                OnTimeoutNow();
                break;
            case MessageReceived { Message: ReadIndexReply reply }:
                OnReadIndexReply(reply);
                break;
            case MessageReceived { Message: PreVote request }:
                AnswerPreVote(request);
                break;
            case MessageReceived { Message: RequestVote request }:
                AnswerRequestVote(request);
                break;
            case MessageReceived { Message: PreVoteReply or RequestVoteReply or AppendEntriesReply or InstallSnapshotReply }:
                // Answers to what it asked before it gave up a candidacy or a lead.
                break;
            case MessageReceived { Message: ReadIndexRequest }:
                // The asking server believes in a lead that is over; it asks again.
                break;
            case TimerElapsed { Timer: RaftTimer.Election }:
                if (ElectionDeadlineHasCome())
                {
                    Campaign();
                }

                break;
            case TimerElapsed { Timer: RaftTimer.Heartbeat }:
                // Of a lead that is over.
                break;
            case Propose propose:
                ForwardOrReject(propose);
                break;
            case Read read:
                ForwardOrReject(read.Request, read.Forwarded);
                break;
            case TransferLeadership transfer:
                ForwardOrReject(transfer);
                break;
            case ChangeMembers change:
                ForwardOrReject(change.Request, change.Forwarded);
                break;
            case Persisted:
                // The messages that waited for it have been released.
                break;
            default:
                throw Broken($"unexpected input {input}");
        }
    }

    /// <summary>AppendEntries of the current term (Raft paper, figure 2, "receiver implementation").</summary>
    private void OnAppendEntries(AppendEntries request)
    {
        FollowLeader(request.From);
        NoteClusterVersion(request.ClusterVersion);
        var holdsPrevious = request.PrevLogIndex < _log.LastIncludedIndex
            || _log.Holds(request.PrevLogIndex, request.PrevLogTerm)
            || (Has(RaftFault.SkipLogCheck) && request.PrevLogIndex <= LastLogIndex);
        if (!holdsPrevious)
        {
            Refuse(request);
            return;
        }

        if (_diskIsFull && !LetsANewLeaderServe(request))
        {
            // As if it had been lost on the way: the leader sends it again until there is room.
            return;
        }

        AppendNewEntries(request.Entries);
        var lastCovered = request.PrevLogIndex + request.Entries.Count;
        CommitTo(LogIndex.Min(request.LeaderCommit, lastCovered));
        Acknowledge(request, lastCovered);
    }

    /// <summary>
    /// Whether a request brings nothing but what a new leader must commit before it can answer reads: its own first entries, and what it has
    /// of earlier terms beyond the commit index. That is little, and there is always room for it, as for votes.
    /// </summary>
    private bool LetsANewLeaderServe(AppendEntries request) => request.Entries.All(
        entry => entry.Index > request.LeaderCommit && (entry.Term < request.Term || entry.Payload is NoOp || BeginsHistory(entry)));

    private bool BeginsHistory(LogEntry entry) =>
        entry.Payload is ConfigurationChange { Configuration.History: > 0 } && Configuration.History <= 0;

    private void FollowLeader(ServerId leader)
    {
        Require(Leader is null || Leader == leader, $"{leader} leads in the same term as {Leader}");
        Leader = leader;
        _lastLeaderContact = _now;
        ResetElectionTimer();
        EndTransfer();
    }

    /// <summary>
    /// Appends what the log does not hold yet. Only an entry that really conflicts cuts the log: a request may be old, and what follows
    /// the entries that it carries may have come since.
    /// </summary>
    private void AppendNewEntries(IReadOnlyList<LogEntry> entries)
    {
        // What lies ahead of the log's base is committed, and so the same everywhere.
        var held = 0;
        while (held < entries.Count
            && (entries[held].Index <= _log.LastIncludedIndex
                || (_log.Holds(entries[held].Index, entries[held].Term) && !Has(RaftFault.CutOnPrefix))))
        {
            held++;
        }

        if (held == entries.Count)
        {
            return;
        }

        if (entries[held].Index <= LastLogIndex)
        {
            CutLogFrom(entries[held].Index);
        }

        AppendToLog(held == 0 ? entries : [.. entries.Skip(held)]);
    }

    /// <summary>
    /// Answers a heartbeat at once with what is durable, so that a slow disk hides no follower from its leader; answers entries when the
    /// last of them is durable, and never for more than the request covered.
    /// </summary>
    private void Acknowledge(AppendEntries request, LogIndex lastCovered)
    {
        var isHeartbeat = request.Entries.Count == 0;
        var match = isHeartbeat ? LogIndex.Min(lastCovered, _durableIndex) : lastCovered;
        match = Has(RaftFault.AcknowledgeBeyondRequest) ? _durableIndex : match;
        Post(
            new AppendEntriesReply(Id, request.From, CurrentTerm, request.HeartbeatSequence, true, match, LogIndex.Zero, LogIndex.Zero, Term.Zero)
            {
                Priority = Options.Priority,
            },
            SequenceThatWrites(match));
    }

    private void Refuse(AppendEntries request)
    {
        var hint = _log.LastIndexWithTermAtMost(request.PrevLogTerm, request.PrevLogIndex) ?? _log.LastIncludedIndex;
        Post(new AppendEntriesReply(
            Id, request.From, CurrentTerm, request.HeartbeatSequence, false, LogIndex.Zero, request.PrevLogIndex, hint, _log.TermAt(hint)));
    }
}
