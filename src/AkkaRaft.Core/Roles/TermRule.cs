namespace AkkaRaft.Core;

/// <summary>
/// The rule for all servers of the paper's figure 2: whoever hears of a later term follows; what was said in an earlier one is void.
/// </summary>
internal static class TermRule
{
    /// <summary>Applies the rule to a message. A later term makes the server a follower.</summary>
    /// <returns>Whether the message is for the role to handle.</returns>
    public static bool Passes(RaftMessage message, RoleState role, ServerState state, ITransitions transitions)
    {
        var currentTerm = state.Term.CurrentTerm;
        if (message is PreVote)
        {
            // It only asks "what if": its term neither moves ours nor is void.
            return true;
        }

        if (message.Term < currentTerm)
        {
            ReplyToEarlierTerm(message, state);
            return message is PreVoteReply;
        }

        if (message.Term == currentTerm)
        {
            return true;
        }

        if (message is RequestVote { LeadershipTransfer: false }
            && state.Options.CheckQuorum
            && (role.HearsLeader || state.MustHonourLease))
        {
            // A server that hears its leader does not let others end the term (dissertation, section 4.2.3).
            CoverageMark.Hit("CheckQuorumTests.A_follower_that_hears_its_leader_does_not_even_take_the_term_of_a_candidate");
            return false;
        }

        transitions.BecomeFollower(message.Term, message is AppendEntries or InstallSnapshot ? message.From : null);
        return true;
    }

    /// <summary>Tells the sender of a request that its term is over, so that it catches up; a late reply needs nothing.</summary>
    private static void ReplyToEarlierTerm(RaftMessage message, ServerState state)
    {
        var (id, term) = (state.Id, state.Term.CurrentTerm);
        RaftMessage? reply = message switch
        {
            AppendEntries => new AppendEntriesReply(
                id, message.From, term, 0, false, LogIndex.Zero, LogIndex.Zero, LogIndex.Zero, Term.Zero),
            InstallSnapshot => new InstallSnapshotReply(id, message.From, term, LogIndex.Zero, 0, false, 0),
            RequestVote => new RequestVoteReply(id, message.From, term, false),
            _ => null,
        };
        if (reply is not null)
        {
            state.Outbox.Post(reply);
        }
    }
}
