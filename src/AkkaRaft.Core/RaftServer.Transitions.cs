namespace AkkaRaft.Core;

// The only places where the role changes. Each asserts that it is legal and resets what the role owns (Raft paper, figure 4).
public sealed partial class RaftServer
{
    /// <summary>From any role: a later term was heard of, another server leads, or a candidacy or a lead is given up.</summary>
    private void BecomeFollower(Term term, ServerId? leader)
    {
        Require(term >= CurrentTerm, $"cannot follow in the earlier term {term}");
        var former = Role;
        Role = RaftRole.Follower;
        Leader = leader;
        if (term > CurrentTerm)
        {
            SetTermAndVote(term, null);
        }

        _votes.Clear();
        if (former == RaftRole.Leader)
        {
            LeaveLead();
        }

        if (former != RaftRole.Follower)
        {
            // A follower's own wait goes on: hearing of a later term alone must not keep it from campaigning.
            ResetElectionTimer();
        }
    }

    /// <summary>From follower and both candidates: ask first whether an election could be won (dissertation, section 9.6).</summary>
    private void BecomePreCandidate()
    {
        Require(Role != RaftRole.Leader, $"a leader does not campaign");
        Require(MayBeNeededAsLeader, $"a server that does not vote does not campaign");
        Role = RaftRole.PreCandidate;
        Leader = null;
        ResetElectionTimer();
        _votes.Clear();
        foreach (var voter in OtherVoters())
        {
            Post(new PreVote(Id, voter, CurrentTerm, LastLogIndex, _log.LastTerm) { ToIncarnation = IncarnationOf(voter) });
        }

        CountPreVote(Id, granted: true);
    }

    /// <summary>From follower and both candidates: a new term, and the vote in it for oneself (section 5.2).</summary>
    /// <param name="isTransfer">Whether the leader itself wants it, so that voters who hear that leader answer too.</param>
    private void BecomeCandidate(bool isTransfer = false)
    {
        Require(Role != RaftRole.Leader, $"a leader does not campaign");
        Require(MayBeNeededAsLeader, $"a server that does not vote does not campaign");
        Role = RaftRole.Candidate;
        Leader = null;
        SetTermAndVote(CurrentTerm.Next, Id);
        ResetElectionTimer();
        _votes.Clear();
        foreach (var voter in OtherVoters())
        {
            Post(new RequestVote(Id, voter, CurrentTerm, LastLogIndex, _log.LastTerm, isTransfer) { ToIncarnation = IncarnationOf(voter) });
        }
    }

    /// <summary>
    /// From candidate alone, on a quorum of votes: an entry of the new term at once, to learn what is committed (sections 5.2 and 8).
    /// </summary>
    private void BecomeLeader()
    {
        Require(Role == RaftRole.Candidate, $"only a candidate becomes leader");
        Require(VotedFor == Id && TermAndVoteAreDurable, $"a leader has its own vote on disk");
        Role = RaftRole.Leader;
        Leader = Id;
        _votes.Clear();
        EnterLead();
    }

    private IEnumerable<ServerId> OtherMembers() => Configuration.Members.Where(member => member != Id);

    private IEnumerable<ServerId> OtherVoters() => OtherMembers().Where(Configuration.IsVoter);
}
