using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>
/// What each role does with what was meant for another: answers that come late, timers of a lead that is over, votes that it cannot give.
/// </summary>
public class RoleTests
{
    [Fact]
    public void A_leader_ignores_late_votes_and_gives_none()
    {
        var scene = Scene.SettledLeader(term: 2);

        scene.Receive(new RequestVoteReply(S3, S1, T(2), true)).ShouldBe();
        scene.Receive(new PreVoteReply(S3, S1, T(1), T(1), true)).ShouldBe();
        scene.Receive(new RequestVote(S3, S1, T(2), I(9), T(2), false)).ShouldBe("to s3: vote no, term 2");
        scene.Receive(new PreVote(S3, S1, T(2), I(9), T(2))).ShouldBe("to s3: pre-vote no for 2, term 2");

        Assert.Equal(RaftRole.Leader, scene.Server.Role);
    }

    [Fact]
    public void A_leader_whose_quorum_is_silent_would_vote_for_another()
    {
        var scene = Scene.SettledLeader(term: 2, options: Settings with { CheckQuorum = false });
        scene.Pass(200);

        scene.Receive(new PreVote(S3, S1, T(2), I(9), T(2))).ShouldBe("to s3: pre-vote yes for 2, term 2");
    }

    [Fact]
    public void A_candidate_ignores_late_answers_and_has_no_other_vote_to_give()
    {
        var scene = Scene.Candidate(term: 2);

        scene.Receive(new PreVoteReply(S2, S1, T(1), T(1), true)).ShouldBe();
        scene.Accept(S2, 0).ShouldBe();
        scene.DiskCatchesUp().ShouldBe();
        scene.HeartbeatTimeout().ShouldBe();
        scene.Receive(new RequestVote(S3, S1, T(2), I(9), T(2), false)).ShouldBe("to s3: vote no, term 2");
        scene.Receive(new PreVote(S3, S1, T(1), I(9), T(1))).ShouldBe("to s3: pre-vote no for 1, term 2");

        Assert.Equal(RaftRole.Candidate, scene.Server.Role);
    }

    [Fact]
    public void A_pre_candidate_ignores_late_answers_and_would_vote_for_another()
    {
        var scene = Scene.PreCandidate(term: 2);

        scene.Receive(new RequestVoteReply(S2, S1, T(2), true)).ShouldBe();
        scene.Accept(S2, 0).ShouldBe();
        scene.DiskCatchesUp().ShouldBe();
        scene.HeartbeatTimeout().ShouldBe();
        scene.Receive(new PreVote(S3, S1, T(2), I(9), T(2))).ShouldBe("to s3: pre-vote yes for 2, term 2");

        Assert.Equal(RaftRole.PreCandidate, scene.Server.Role);
    }

    [Fact]
    public void A_former_leader_ignores_answers_to_what_it_sent_and_the_timer_of_its_heartbeats()
    {
        var scene = Scene.SettledLeader(term: 2);
        scene.ElectionTimeout();

        scene.Accept(S2, 1).ShouldBe();
        scene.HeartbeatTimeout().ShouldBe();

        Assert.Empty(scene.Server.Status().Members);
    }

    [Fact]
    public void A_vote_that_was_given_in_a_term_of_which_the_leader_is_known_is_given_again_to_the_same_server_only()
    {
        var scene = Scene.Follower(term: 2, vote: S2);
        scene.Receive(scene.Append(S2, 0, 0, Nothing));

        scene.Receive(new RequestVote(S2, S1, T(2), I(0), T(0), false)).ShouldBe("to s2: vote yes, term 2");
        scene.Receive(new RequestVote(S3, S1, T(2), I(0), T(0), false)).ShouldBe("to s3: vote no, term 2");
    }
}
