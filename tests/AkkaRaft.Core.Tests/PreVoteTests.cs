using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>Pre-vote (dissertation, section 9.6): asking does not cost a term.</summary>
public class PreVoteTests
{
    /// <summary>Once two servers without a memory, one of them waiting to be added, elected a leader: seed 162 of the simulation.</summary>
    [Fact]
    public void A_server_that_waits_to_be_added_votes_for_nobody()
    {
        var scene = new Scene(new PersistentState());
        scene.DiskCatchesUp();

        var asked = scene.Receive(new PreVote(S2, S1, T(1), new LogIndex(5), T(1)));
        var effects = scene.Receive(new RequestVote(S2, S1, T(2), new LogIndex(5), T(1), false));

        Assert.DoesNotContain(asked.OfType<Send>(), send => send.Message is PreVoteReply { Granted: true });
        Assert.Null(scene.Server.VotedFor);
        Assert.DoesNotContain(effects.OfType<Send>(), send => send.Message is RequestVoteReply { Granted: true });
    }

    [Fact]
    public void Without_a_leader_a_server_asks_whether_it_could_win_and_raises_no_term()
    {
        var scene = Scene.Follower(term: 3, log: [1, 2]);

        scene.ElectionTimeout().ShouldBe(
            "PreCandidate in term 3, leader none",
            "timer Election",
            "to s2: pre-vote in 3? last 2/2",
            "to s3: pre-vote in 3? last 2/2");
    }

    [Fact]
    public void A_majority_that_would_vote_makes_a_candidate()
    {
        var scene = Scene.PreCandidate(members: 3, term: 3);

        scene.Receive(new PreVoteReply(S2, S1, T(3), T(3), true)).ShouldBe("Candidate in term 4, leader none", "write 1: term 4 vote s1");
    }

    [Fact]
    public void A_majority_that_would_not_ends_it_at_once()
    {
        var scene = Scene.PreCandidate(members: 3, term: 3);

        scene.Receive(new PreVoteReply(S2, S1, T(3), T(3), false)).ShouldBe();
        scene.Receive(new PreVoteReply(S3, S1, T(3), T(3), false)).ShouldBe("Follower in term 3, leader none");
    }

    [Fact]
    public void A_late_refusal_does_not_undo_a_grant()
    {
        var scene = Scene.PreCandidate(members: 5, term: 3);

        scene.Receive(new PreVoteReply(S2, S1, T(3), T(3), false));
        scene.Receive(new PreVoteReply(S2, S1, T(3), T(3), true));
        scene.Receive(new PreVoteReply(S2, S1, T(3), T(3), false));
        scene.Receive(new PreVoteReply(S3, S1, T(3), T(3), true));

        Assert.Equal(RaftRole.Candidate, scene.Server.Role);
    }

    [Fact]
    public void An_answer_to_a_question_of_another_term_does_not_count()
    {
        var scene = Scene.PreCandidate(members: 3, term: 3);

        scene.Receive(new PreVoteReply(S2, S1, T(2), T(2), true)).ShouldBe();

        Assert.Equal(RaftRole.PreCandidate, scene.Server.Role);
    }

    [Fact]
    public void A_server_that_is_behind_counts_although_its_term_is_an_earlier_one()
    {
        var scene = Scene.PreCandidate(members: 3, term: 3);

        scene.Receive(new PreVoteReply(S2, S1, T(1), T(3), true));

        Assert.Equal(RaftRole.Candidate, scene.Server.Role);
    }

    [Fact]
    public void An_answer_of_a_later_term_is_learned_from()
    {
        var scene = Scene.PreCandidate(members: 3, term: 3);

        scene.Receive(new PreVoteReply(S2, S1, T(6), T(3), false)).ShouldBe(
            "Follower in term 6, leader none", "write 1: term 6 vote none");
    }

    [Fact]
    public void Being_asked_changes_nothing()
    {
        var scene = Scene.Follower(term: 1);

        scene.Receive(Ask(S2, 9)).ShouldBe("to s2: pre-vote yes for 9, term 1");
        scene.Receive(Ask(S3, 9)).ShouldBe("to s3: pre-vote yes for 9, term 1");

        Assert.Equal((T(1), null), (scene.Server.CurrentTerm, scene.Server.VotedFor));
    }

    [Theory]
    [InlineData(3, 3, 2, true)]
    [InlineData(4, 3, 2, true)]
    [InlineData(2, 3, 2, false)]
    [InlineData(3, 2, 2, false)]
    [InlineData(3, 9, 1, false)]
    [InlineData(3, 1, 3, true)]
    public void It_is_granted_to_one_of_this_term_at_least_whose_log_is_up_to_date(long term, long lastIndex, long lastTerm, bool granted)
    {
        var scene = Scene.Follower(term: 3, log: [1, 2, 2]);

        var reply = scene.Receive(new PreVote(S2, S1, T(term), I(lastIndex), T(lastTerm))).Sent<PreVoteReply>().Single();

        Assert.Equal(granted, reply.Granted);
    }

    [Fact]
    public void A_follower_that_hears_its_leader_would_not_vote_and_one_that_has_not_for_a_timeout_would()
    {
        var scene = Scene.FollowerOf(S2, term: 3);
        scene.Pass(199);
        scene.Receive(Ask(S3, 3)).ShouldBe("to s3: pre-vote no for 3, term 3");

        scene.Pass(1);
        scene.Receive(Ask(S3, 3)).ShouldBe("to s3: pre-vote yes for 3, term 3");
    }

    [Fact]
    public void A_pre_candidate_that_hears_a_leader_follows_it()
    {
        var scene = Scene.PreCandidate(term: 3);

        scene.Receive(scene.Append(S2, 0, 0, Nothing)).ShouldBe("Follower in term 3, leader s2", "to s2: match 0, term 3");
    }

    [Fact]
    public void A_pre_candidate_that_votes_for_another_waits_for_that_election()
    {
        var scene = Scene.PreCandidate(term: 3);

        scene.Receive(new RequestVote(S2, S1, T(3), I(0), T(0), false)).ShouldBe(
            "Follower in term 3, leader none", "write 1: term 3 vote s2");
        scene.Receive(new PreVoteReply(S3, S1, T(3), T(3), true)).ShouldBe();
    }

    [Fact]
    public void A_pre_candidate_that_hears_nothing_asks_again_in_the_same_term()
    {
        var scene = Scene.PreCandidate(members: 3, term: 3);

        scene.ElectionTimeout().ShouldBe("timer Election", "to s2: pre-vote in 3? last 0/0", "to s3: pre-vote in 3? last 0/0");
    }

    [Fact]
    public void A_candidate_that_got_no_answer_asks_first_before_it_takes_another_term()
    {
        var scene = Scene.PreCandidate(members: 3, term: 3);
        scene.Receive(new PreVoteReply(S2, S1, T(3), T(3), true));
        scene.DiskCatchesUp();

        scene.ElectionTimeout();

        Assert.Equal((RaftRole.PreCandidate, T(4)), (scene.Server.Role, scene.Server.CurrentTerm));
    }

    private static PreVote Ask(ServerId from, long term) => new(from, S1, T(term), I(9), T(term));
}
