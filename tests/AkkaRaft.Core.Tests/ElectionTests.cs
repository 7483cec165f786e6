using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>
/// Terms, votes and candidates (sections 5.1, 5.2 and 5.4.1), with pre-vote and check-quorum off: the paper's own elections.
/// </summary>
public class ElectionTests
{
    private static readonly RaftOptions Plain = Settings with { PreVote = false, CheckQuorum = false };

    [Fact]
    public void Without_a_leader_a_follower_campaigns_and_asks_when_its_own_vote_is_durable()
    {
        var scene = Scene.Follower(term: 1, log: [1, 1], options: Plain);

        scene.ElectionTimeout().ShouldBe("Candidate in term 2, leader none", "write 1: term 2 vote s1", "timer Election");
        scene.DiskCatchesUp().ShouldBe("to s2: vote in 2? last 2/1", "to s3: vote in 2? last 2/1");
    }

    [Fact]
    public void A_majority_of_votes_makes_a_leader_which_appends_an_entry_of_its_term_at_once()
    {
        var scene = Scene.Candidate(members: 5, term: 2, log: [1], options: Plain);

        scene.Receive(new RequestVoteReply(S2, S1, T(2), true)).ShouldBe();
        scene.Receive(new RequestVoteReply(S3, S1, T(2), true)).ShouldBe(
            "Leader in term 2, leader s1",
            "write 2: entries [2/2]",
            "timer Heartbeat",
            "to s2: append [2/2] behind 1/1, commit 0, term 2",
            "to s3: append [2/2] behind 1/1, commit 0, term 2",
            "to s4: append [2/2] behind 1/1, commit 0, term 2",
            "to s5: append [2/2] behind 1/1, commit 0, term 2");
    }

    [Fact]
    public void A_candidate_does_not_count_its_own_vote_before_it_is_durable()
    {
        var scene = Scene.Follower(members: 1, term: 1, options: Plain);

        scene.ElectionTimeout();
        Assert.Equal(RaftRole.Candidate, scene.Server.Role);
        scene.DiskCatchesUp();

        Assert.Equal(RaftRole.Leader, scene.Server.Role);
    }

    [Fact]
    public void A_vote_is_granted_once_a_term_and_answered_when_it_is_durable()
    {
        var scene = Scene.Follower(term: 1, options: Plain);

        scene.Receive(Ask(S2, 2)).ShouldBe("Follower in term 2, leader none", "write 1: term 2 vote s2");
        scene.Receive(Ask(S3, 2)).ShouldBe();
        scene.DiskCatchesUp().ShouldBe("to s2: vote yes, term 2", "to s3: vote no, term 2");
        scene.Receive(Ask(S2, 2)).ShouldBe("to s2: vote yes, term 2");
    }

    [Fact]
    public void Scenario_1_a_vote_that_was_written_is_kept_through_a_crash()
    {
        var beforeTheAnswer = new Scene(Disk(Members(3), term: 2, vote: S2), Plain);

        beforeTheAnswer.Receive(Ask(S3, 2)).ShouldBe("to s3: vote no, term 2");
        beforeTheAnswer.Receive(Ask(S2, 2)).ShouldBe("to s2: vote yes, term 2");
    }

    [Fact]
    public void Scenario_1_a_vote_that_was_lost_with_the_disk_had_not_been_answered()
    {
        var cluster = new ScriptedCluster(3, Plain);
        cluster.StallDisk(S1);
        cluster.ElectionTimeout(S2);
        cluster.CutOff(S3);
        cluster.Settle();
        Assert.Equal(S2, cluster[S1].VotedFor);

        cluster.Restart(S1);

        Assert.Null(cluster[S1].VotedFor);
        Assert.Equal(RaftRole.Candidate, cluster[S2].Role);
    }

    [Fact]
    public void Scenario_2_a_vote_that_comes_twice_counts_once()
    {
        var scene = Scene.Candidate(members: 5, term: 2, options: Plain);

        scene.Receive(new RequestVoteReply(S2, S1, T(2), true));
        scene.Receive(new RequestVoteReply(S2, S1, T(2), true));

        Assert.Equal(RaftRole.Candidate, scene.Server.Role);
    }

    [Fact]
    public void Scenario_3_a_majority_of_refusals_ends_a_candidacy_at_once()
    {
        var scene = Scene.Candidate(members: 3, term: 2, options: Plain);

        scene.Receive(new RequestVoteReply(S2, S1, T(2), false)).ShouldBe();
        scene.Pass(150);
        scene.Receive(new RequestVoteReply(S3, S1, T(2), false)).ShouldBe("Follower in term 2, leader none");

        scene.Pass(100);
        scene.Step(new TimerElapsed(scene.Now, RaftTimer.Election)).ShouldBe("timer Election");
        scene.Pass(100);
        Assert.Equal("Candidate in term 3, leader none", EffectText.Of(scene.Step(new TimerElapsed(scene.Now, RaftTimer.Election))[0]));
    }

    [Fact]
    public void A_candidate_that_hears_the_leader_of_its_term_follows_it()
    {
        var scene = Scene.Candidate(term: 2, options: Plain);

        scene.Receive(scene.Append(S2, 0, 0, Nothing)).ShouldBe("Follower in term 2, leader s2", "to s2: match 0, term 2");
    }

    [Fact]
    public void A_candidate_without_an_outcome_campaigns_in_a_new_term()
    {
        var scene = Scene.Candidate(term: 2, options: Plain);

        scene.ElectionTimeout().ShouldBe("Candidate in term 3, leader none", "write 2: term 3 vote s1", "timer Election");
    }

    [Fact]
    public void A_candidate_whose_own_vote_is_not_durable_waits_for_its_disk_and_not_for_another_term()
    {
        using var mark = CoverageMark.Expect();
        var scene = Scene.Follower(term: 1, options: Plain);
        scene.ElectionTimeout();

        scene.ElectionTimeout().ShouldBe("timer Election");

        Assert.Equal(T(2), scene.Server.CurrentTerm);
    }

    [Fact]
    public void Votes_of_an_earlier_term_do_not_count()
    {
        var scene = Scene.Candidate(term: 3, options: Plain);

        scene.Receive(new RequestVoteReply(S2, S1, T(2), true)).ShouldBe();

        Assert.Equal(RaftRole.Candidate, scene.Server.Role);
    }

    [Theory]
    [InlineData(3, 2, true)]
    [InlineData(4, 2, true)]
    [InlineData(2, 2, false)]
    [InlineData(1, 3, true)]
    [InlineData(9, 1, false)]
    public void A_vote_needs_a_log_that_is_at_least_as_up_to_date(long lastIndex, long lastTerm, bool granted)
    {
        var scene = Scene.Follower(term: 3, log: [1, 2, 2], options: Plain);

        scene.Receive(new RequestVote(S2, S1, T(3), I(lastIndex), T(lastTerm), false));

        Assert.Equal(granted ? S2 : null, scene.Server.VotedFor);
    }

    [Fact]
    public void A_refused_candidate_of_a_later_term_still_moves_the_term_but_not_the_wait_for_a_leader()
    {
        var scene = Scene.Follower(term: 3, log: [1, 2, 2], options: Plain);
        scene.Pass(150);

        scene.Receive(new RequestVote(S2, S1, T(5), I(1), T(1), false)).ShouldBe(
            "Follower in term 5, leader none", "write 1: term 5 vote none");

        scene.Pass(50);
        Assert.Equal("Candidate in term 6, leader none", EffectText.Of(scene.Step(new TimerElapsed(scene.Now, RaftTimer.Election))[0]));
    }

    [Fact]
    public void A_candidate_of_an_earlier_term_hears_the_current_one()
    {
        var scene = Scene.Follower(term: 5, options: Plain);

        scene.Receive(Ask(S2, 4)).ShouldBe("to s2: vote no, term 5");
    }

    [Fact]
    public void A_server_that_follows_a_leader_gives_its_free_vote_of_that_term_to_nobody()
    {
        var scene = Scene.FollowerOf(S2, term: 2, options: Plain);

        scene.Receive(Ask(S3, 2)).ShouldBe("to s3: vote no, term 2");
    }

    [Fact]
    public void A_leader_that_hears_of_a_later_term_follows()
    {
        var scene = Scene.Leader(term: 2, options: Plain);

        scene.Receive(Ask(S2, 3, lastIndex: 9, lastTerm: 2)).ShouldBe(
            "Follower in term 3, leader none", "write 3: term 3 vote s2");
    }

    [Fact]
    public void A_server_that_is_no_voter_never_campaigns()
    {
        var learner = new ClusterConfiguration([S2, S3], [], [S1], []);

        new Scene(Disk(learner, term: 1), Plain).ElectionTimeout().ShouldBe("timer Election");
        new Scene(Disk(ClusterConfiguration.Empty), Plain).ElectionTimeout().ShouldBe("timer Election");
    }

    [Fact]
    public void A_server_that_does_not_know_yet_that_it_votes_votes_all_the_same()
    {
        var scene = new Scene(Disk(new ClusterConfiguration([S2, S3], [], [S1], []), term: 1), Plain);

        scene.Receive(Ask(S2, 2));

        scene.DiskCatchesUp().ShouldBe("to s2: vote yes, term 2");
    }

    [Fact]
    public void In_a_joint_configuration_a_leader_needs_both_majorities()
    {
        var joint = new ClusterConfiguration([S1, S2, S3], [S1, S4, S5], [], []);
        var scene = new Scene(Disk(joint, term: 1), Plain);
        scene.ElectionTimeout();
        Assert.Equal([S2, S3, S4, S5], scene.DiskCatchesUp().Sent<RequestVote>().Select(message => message.To));

        scene.Receive(new RequestVoteReply(S2, S1, T(2), true));
        scene.Receive(new RequestVoteReply(S3, S1, T(2), true));
        Assert.Equal(RaftRole.Candidate, scene.Server.Role);
        scene.Receive(new RequestVoteReply(S4, S1, T(2), true));

        Assert.Equal(RaftRole.Leader, scene.Server.Role);
    }

    private static RequestVote Ask(ServerId candidate, long term, long lastIndex = 0, long lastTerm = 0) =>
        new(candidate, S1, T(term), I(lastIndex), T(lastTerm), LeadershipTransfer: false);
}
