namespace AkkaRaft.Core;

/// <summary>Asks for votes in a term of its own (Raft paper, section 5.2).</summary>
internal sealed class CandidateState(ServerState state, ITransitions transitions) : CampaignState(state, transitions)
{
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
        if (received.Message is RequestVoteReply reply)
        {
            Count(reply.From, reply.Granted);
        }
        else
        {
            base.OnMessage(received);
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
        if (State.Writes.TermAndVoteAreDurable && !Votes.HasAnswerOf(State.Id))
        {
            // The requests have gone out with this write: the wait for replies begins now.
            State.Timer.Reset();
            Count(State.Id, granted: true);
        }
    }

    /// <inheritdoc />
    protected override void Win() => Transitions.BecomeLeader();
}
