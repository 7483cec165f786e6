namespace AkkaRaft.Core;

/// <summary>Asks whether an election could be won, without raising the term (dissertation, section 9.6).</summary>
internal sealed class PreCandidateState(ServerState state, ITransitions transitions) : CampaignState(state, transitions)
{
    /// <inheritdoc />
    public override RaftRole Role => RaftRole.PreCandidate;

    /// <summary>Asks all voters, and counts this server's own answer.</summary>
    public void Begin()
    {
        State.Timer.Reset();
        foreach (var voter in State.OtherVoters)
        {
            State.Outbox.Post(new PreVote(State.Id, voter, State.Term.CurrentTerm, State.Log.LastIndex, State.Log.LastTerm)
            {
                ToIncarnation = State.IncarnationOf(voter),
            });
        }

        Count(State.Id, granted: true);
    }

    /// <inheritdoc />
    public override void OnMessage(MessageReceived received)
    {
        if (received.Message is not PreVoteReply reply)
        {
            base.OnMessage(received);
        }
        else if (reply.RequestTerm == State.Term.CurrentTerm)
        {
            Count(reply.From, reply.Granted);
        }
    }

    /// <inheritdoc />
    public override void OnElectionTimer()
    {
        if (State.Timer.DeadlineHasCome())
        {
            Campaign();
        }
    }

    /// <inheritdoc />
    protected override void Win() => Transitions.BecomeCandidate();
}
