using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>Members who receive the log and do not count, and how they become voters (dissertation, section 4.2.1).</summary>
public class LearnerTests
{
    private static readonly AddMember AddS4 = new(S4, "there", 0, AsLearner: false);

    [Fact]
    public void A_new_member_is_a_learner_first_and_whoever_asked_is_told_when_that_is_committed()
    {
        var scene = Scene.ModernLeader();

        scene.Change(7, AddS4).ShouldBe(
            "write 3: entries [2/2]",
            "to s2: append [2/2] behind 1/2, commit 1, term 2",
            "to s3: append [2/2] behind 1/2, commit 1, term 2");
        Assert.Equal("voters {s1, s2, s3}, learners {s4}, to be promoted {s4}", scene.Server.Configuration.ToString());

        scene.DiskCatchesUp();
        Assert.Contains("apply [2/2] #7", scene.Accept(S2, 2).Select(EffectText.Of));
    }

    [Fact]
    public void A_learner_counts_neither_for_commits_nor_for_the_lead()
    {
        var scene = LeaderWithLearner(asLearner: true);
        scene.Propose(8);
        scene.DiskCatchesUp();

        Assert.Empty(AcceptOfS4(scene, 3).Applied());
        scene.Pass(150);
        AcceptOfS4(scene, 3);
        scene.Pass(100);
        AcceptOfS4(scene, 3);
        Assert.Equal(RaftRole.Follower, scene.Server.Role);
    }

    [Fact]
    public void A_learner_does_not_campaign_and_its_pre_vote_would_not_count()
    {
        var scene = new Scene(Disk(new ClusterConfiguration([S2, S3], [], [S1], []), 1));

        scene.ElectionTimeout().ShouldBe("timer Election");
    }

    [Fact]
    public void A_learner_that_was_to_stay_one_is_never_promoted()
    {
        var scene = LeaderWithLearner(asLearner: true);
        for (var beat = 0; beat < 20; beat++)
        {
            Beat(scene, 2);
        }

        Assert.Equal(S4, Assert.Single(scene.Server.Configuration.Learners));
    }

    [Fact]
    public void A_learner_becomes_a_voter_by_itself_when_a_round_was_quicker_than_an_election_timeout()
    {
        var scene = LeaderWithLearner();
        Beat(scene, 2);
        AcceptOfS4(scene, 2);

        scene.Pass(10);
        AcceptOfS4(scene, 2);

        Assert.Equal("voters {s1, s2, s3, s4}, outgoing {s1, s2, s3}", scene.Server.Configuration.ToString());
        scene.DiskCatchesUp();
        scene.Accept(S2, 3);
        Assert.True(scene.Server.Configuration.IsJoint);
        AcceptOfS4(scene, 3);
        Assert.Equal("voters {s1, s2, s3, s4}", scene.Server.Configuration.ToString());
    }

    [Fact]
    public void And_not_when_each_round_takes_longer()
    {
        var scene = LeaderWithLearner();
        for (var index = 3; index < 10; index++)
        {
            AcceptOfS4(scene, index - 1);
            scene.Propose(index);
            scene.DiskCatchesUp();
            foreach (var _ in Enumerable.Range(0, 5))
            {
                Beat(scene, index);
            }
        }

        Assert.Equal(S4, Assert.Single(scene.Server.Configuration.Learners));
    }

    [Fact]
    public void A_learner_is_made_a_voter_on_request_once_it_has_caught_up()
    {
        var scene = LeaderWithLearner(asLearner: true);
        scene.Change(8, new PromoteMember(S4));
        scene.DiskCatchesUp();
        Assert.Contains("apply [3/2] #8", scene.Accept(S2, 3).Select(EffectText.Of));
        Assert.Equal(S4, Assert.Single(scene.Server.Configuration.Promotable));

        AcceptOfS4(scene, 3);
        AcceptOfS4(scene, 3);

        Assert.True(scene.Server.Configuration.IsJoint);
    }

    [Fact]
    public void Scenario_29_a_learner_that_has_not_heard_that_it_was_promoted_votes()
    {
        var scene = new Scene(Disk(new ClusterConfiguration([S2, S3], [], [S1], []), 1));

        scene.Receive(new RequestVote(S2, S1, T(2), I(5), T(1), LeadershipTransfer: false));

        scene.DiskCatchesUp().ShouldBe("to s2: vote yes, term 2");
    }

    /// <summary>A leader whose learner s4 is committed and has not answered yet.</summary>
    private static Scene LeaderWithLearner(bool asLearner = false)
    {
        var scene = Scene.ModernLeader();
        scene.Change(7, AddS4 with { AsLearner = asLearner });
        scene.DiskCatchesUp();
        scene.Accept(S2, 2);
        scene.Accept(S3, 2);
        scene.Receive(new PreVoteReply(S4, S1, T(2), T(1), Granted: false));
        return scene;
    }

    /// <summary>Whoever is new answers what it was sent since it was added.</summary>
    private static IReadOnlyList<RaftEffect> AcceptOfS4(Scene scene, long match) => scene.Accept(S4, match, round: 99);

    private static void Beat(Scene scene, long match)
    {
        scene.HeartbeatTimeout();
        scene.Accept(S2, match);
        scene.Accept(S3, match);
    }
}
