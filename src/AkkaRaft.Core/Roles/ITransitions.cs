namespace AkkaRaft.Core;

/// <summary>The changes of role (Raft paper, figure 4). Nothing else changes the role.</summary>
internal interface ITransitions
{
    /// <summary>From any role: a later term was heard of, another server leads, or a candidacy or a leadership ends.</summary>
    FollowerState BecomeFollower(Term term, ServerId? leader);

    /// <summary>From follower and both candidates: asks first whether an election could be won (dissertation, section 9.6).</summary>
    void BecomePreCandidate();

    /// <summary>From follower and both candidates: a new term, and the vote in it for this server (section 5.2).</summary>
    /// <param name="isTransfer">Whether the leader itself wants it, so that voters who hear that leader answer too.</param>
    void BecomeCandidate(bool isTransfer = false);

    /// <summary>From candidate alone, on a quorum of votes (section 5.2).</summary>
    void BecomeLeader();
}
