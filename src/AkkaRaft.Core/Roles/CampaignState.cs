namespace AkkaRaft.Core;

/// <summary>What both candidates do in the same way: count votes, and follow whoever turns out to lead.</summary>
internal abstract class CampaignState(ServerState state, ITransitions transitions) : RoleState(state, transitions)
{
    /// <summary>The answers so far.</summary>
    protected VoteTally Votes { get; } = new(state);

    /// <inheritdoc />
    public override void OnMessage(MessageReceived received)
    {
        switch (received.Message)
        {
            case AppendEntries or InstallSnapshot:
                Transitions.BecomeFollower(State.Term.CurrentTerm, received.Message.From).OnMessage(received);
                break;
            case PreVoteReply or RequestVoteReply or AppendEntriesReply or InstallSnapshotReply:
                // Late replies to requests of a candidacy or a leadership that has ended.
                break;
            case TimeoutNow or ReadIndexRequest or ReadIndexReply:
                // Of a leadership that this server knows nothing of any more.
                break;
            default:
                base.OnMessage(received);
                break;
        }
    }

    /// <summary>A quorum has granted its votes.</summary>
    protected abstract void Win();

    /// <summary>Counts an answer, and ends the campaign if it decides.</summary>
    protected void Count(ServerId voter, bool granted)
    {
        switch (Votes.Count(voter, granted))
        {
            case VoteResult.Won:
                Win();
                break;
            case VoteResult.Lost:
                Transitions.BecomeFollower(State.Term.CurrentTerm, null);
                break;
            case VoteResult.Pending:
                break;
        }
    }
}
