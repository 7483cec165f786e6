namespace AkkaRaft.Core;

/// <summary>Asks for votes in a term of its own (Raft paper, section 5.2).</summary>
internal sealed class CandidateState(ServerState state, ITransitions transitions) : RoleState(state, transitions)
{
    private readonly VoteTally _votes = new(state);

    /// <inheritdoc />
    public override RaftRole Role => RaftRole.Candidate;

    /// <summary>Begins a term with the vote for this server, and asks all voters. The requests wait until that vote is durable.</summary>
    /// <param name="isTransfer">Whether the leader wants it.</param>
    public void Begin(bool isTransfer)
    {
        State.SetTermAndVote(State.Term.CurrentTerm.Next, State.Id);
        State.Timer.Reset();
        foreach (var voter in State.OtherVoters)
        {
            State.Outbox.Post(
                new RequestVote(State.Id, voter, State.Term.CurrentTerm, State.Log.LastIndex, State.Log.LastTerm, isTransfer)
                {
                    ToIncarnation = State.IncarnationOf(voter),
                });
        }
    }

    /// <inheritdoc />
    public override void OnMessage(MessageReceived received)
    {
        switch (received.Message)
        {
            case RequestVoteReply reply:
                Count(reply.From, reply.Granted);
                break;
            case AppendEntries or InstallSnapshot:
                Transitions.BecomeFollower(State.Term.CurrentTerm, received.Message.From).OnMessage(received);
                break;
            case PreVoteReply or AppendEntriesReply or InstallSnapshotReply:
                // Late replies to requests from before it campaigned.
                break;
            case TimeoutNow or ReadIndexRequest or ReadIndexReply:
                // Of a leadership that this server knows nothing of any more.
                break;
            default:
                base.OnMessage(received);
                break;
        }
    }

    /// <inheritdoc />
    public override void OnElectionTimer()
    {
        if (!State.Timer.DeadlineHasCome())
        {
            return;
        }

        if (State.Writes.TermAndVoteAreDurable)
        {
            Campaign();
        }
        else
        {
            // The disk is slower than an election: nobody has been asked yet, and another term would not be written sooner.
            CoverageMark.Hit("ElectionTests.A_candidate_whose_own_vote_is_not_durable_waits_for_its_disk_and_not_for_another_term");
            State.Timer.Reset();
        }
    }

    /// <inheritdoc />
    public override void OnPersisted()
    {
        if (State.Writes.TermAndVoteAreDurable && !_votes.HasAnswerOf(State.Id))
        {
            // The requests have gone out with this write: the wait for replies begins now.
            State.Timer.Reset();
            Count(State.Id, granted: true);
        }
    }

    private void Count(ServerId voter, bool granted)
    {
        switch (_votes.Count(voter, granted))
        {
            case VoteResult.Won:
                Transitions.BecomeLeader();
                break;
            case VoteResult.Lost:
                Transitions.BecomeFollower(State.Term.CurrentTerm, null);
                break;
            case VoteResult.Pending:
                break;
        }
    }
}
