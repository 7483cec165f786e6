namespace AkkaRaft.Core;

/// <summary>Asks whether an election could be won, without raising the term (dissertation, section 9.6).</summary>
internal sealed class PreCandidateState(ServerState state, ITransitions transitions) : RoleState(state, transitions)
{
    private readonly VoteTally _votes = new(state);

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
        switch (received.Message)
        {
            case PreVoteReply reply:
                if (reply.RequestTerm == State.Term.CurrentTerm)
                {
                    Count(reply.From, reply.Granted);
                }

                break;
            case AppendEntries or InstallSnapshot:
                Transitions.BecomeFollower(State.Term.CurrentTerm, received.Message.From).OnMessage(received);
                break;
            case RequestVoteReply or AppendEntriesReply or InstallSnapshotReply:
                // Replies to requests of a candidacy or a leadership of this term that has ended.
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
        if (State.Timer.DeadlineHasCome())
        {
            Campaign();
        }
    }

    private void Count(ServerId voter, bool granted)
    {
        switch (_votes.Count(voter, granted))
        {
            case VoteResult.Won:
                Transitions.BecomeCandidate();
                break;
            case VoteResult.Lost:
                Transitions.BecomeFollower(State.Term.CurrentTerm, null);
                break;
            case VoteResult.Pending:
                break;
        }
    }
}
