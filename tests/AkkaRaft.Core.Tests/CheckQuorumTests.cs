using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>
/// A leader that no quorum answers gives up, and who hears a leader helps nobody else (dissertation, sections 6.2 and 4.2.3).
/// </summary>
public class CheckQuorumTests
{
    [Fact]
    public void A_leader_that_nobody_answers_for_an_election_timeout_gives_up_in_the_same_term()
    {
        var scene = Scene.SettledLeader(term: 2);

        scene.ElectionTimeout().ShouldBe("Follower in term 2, leader none", "timer Election");
    }

    [Fact]
    public void A_leader_that_a_quorum_answers_goes_on_and_looks_again_when_their_answers_are_old()
    {
        var scene = Scene.SettledLeader(members: 3, term: 2);
        scene.Pass(150);
        scene.Accept(S2, 1);

        scene.Pass(50);
        scene.Step(new TimerElapsed(scene.Now, RaftTimer.Election)).ShouldBe("timer Election");
        Assert.Equal(RaftRole.Leader, scene.Server.Role);

        scene.Pass(150);
        scene.Step(new TimerElapsed(scene.Now, RaftTimer.Election));
        Assert.Equal(RaftRole.Follower, scene.Server.Role);
    }

    [Fact]
    public void One_follower_of_four_is_no_quorum()
    {
        var scene = Scene.SettledLeader(members: 5, term: 2);
        scene.Pass(150);
        scene.Accept(S2, 1);

        scene.Pass(50);
        scene.Step(new TimerElapsed(scene.Now, RaftTimer.Election));

        Assert.Equal(RaftRole.Follower, scene.Server.Role);
    }

    [Fact]
    public void A_refusal_is_an_answer_too()
    {
        var scene = Scene.SettledLeader(members: 3, term: 2);
        scene.Pass(150);
        scene.Refuse(S2, rejected: 1, hint: 0, conflictTerm: 0);

        scene.Pass(50);
        scene.Step(new TimerElapsed(scene.Now, RaftTimer.Election));

        Assert.Equal(RaftRole.Leader, scene.Server.Role);
    }

    [Fact]
    public void Scenario_9_a_leader_that_was_paused_acknowledges_nothing_when_it_wakes()
    {
        var scene = Scene.SettledLeader(members: 3, term: 2);
        scene.Propose(1);
        scene.DiskCatchesUp();
        scene.Read(2);
        scene.Pass(400);

        scene.Accept(S2, 2, round: 99).ShouldBe(
            "Follower in term 2, leader none", "indeterminate #1: LeadershipLost", "reject #2: NoLeaderKnown, leader none");

        Assert.Equal(I(1), scene.Server.CommitIndex);
    }

    [Fact]
    public void Scenario_9_whatever_a_leader_hears_first_when_it_wakes_it_leads_no_more()
    {
        Func<Scene, IReadOnlyList<RaftEffect>>[] inputs =
        [
            scene => scene.Step(new Applied(scene.Now, I(1))),
            scene => scene.Propose(7),
            scene => scene.Read(7),
            scene => scene.DiskCatchesUp(),
            scene => scene.HeartbeatTimeout(),
            scene => scene.Receive(new PreVoteReply(S2, S1, T(1), T(1), true)),
            scene => scene.Receive(new AppendEntries(S2, S1, T(1), I(0), T(0), Nothing, I(0), 1)),
        ];

        foreach (var input in inputs)
        {
            var scene = Scene.SettledLeader(members: 3, term: 2);
            scene.Pass(400);
            Assert.Equal("Follower in term 2, leader none", EffectText.Of(input(scene)[0]));
        }
    }

    [Fact]
    public void A_leader_of_one_has_its_quorum_always()
    {
        var scene = Scene.Leader(members: 1, term: 2);

        scene.ElectionTimeout().ShouldBe("timer Election");
        scene.ElectionTimeout().ShouldBe("timer Election");

        Assert.Equal(RaftRole.Leader, scene.Server.Role);
    }

    [Fact]
    public void With_check_quorum_off_a_leader_stays_and_its_timer_does_not_spin()
    {
        var scene = Scene.SettledLeader(term: 2, options: Settings with { CheckQuorum = false });

        scene.ElectionTimeout();
        var timer = scene.ElectionTimeout().OfType<SetTimer>().Single();

        Assert.Equal((RaftRole.Leader, TimeSpan.FromMilliseconds(200)), (scene.Server.Role, timer.After));
    }

    [Fact]
    public void A_follower_that_hears_its_leader_does_not_even_take_the_term_of_a_candidate()
    {
        using var mark = CoverageMark.Expect();
        var scene = Scene.FollowerOf(S2, term: 3);
        scene.Pass(199);
        scene.Receive(Ask(S3, 9)).ShouldBe();
        Assert.Equal(T(3), scene.Server.CurrentTerm);

        scene.Pass(1);
        scene.Receive(Ask(S3, 9)).ShouldBe("Follower in term 9, leader none", "write 1: term 9 vote s3");
    }

    [Fact]
    public void A_leader_with_a_quorum_does_not_take_the_term_of_a_candidate_either()
    {
        var scene = Scene.SettledLeader(term: 2);
        scene.Pass(150);
        scene.Receive(Ask(S3, 9)).ShouldBe();

        Assert.Equal((RaftRole.Leader, T(2)), (scene.Server.Role, scene.Server.CurrentTerm));
    }

    [Fact]
    public void An_election_that_the_leader_itself_asked_for_goes_through()
    {
        var scene = Scene.FollowerOf(S2, term: 3);

        scene.Receive(Ask(S3, 4) with { LeadershipTransfer = true });

        Assert.Equal((T(4), S3), (scene.Server.CurrentTerm, scene.Server.VotedFor));
    }

    [Fact]
    public void With_check_quorum_off_a_candidate_of_a_later_term_is_heard_though_a_leader_is()
    {
        var scene = Scene.FollowerOf(S2, term: 3, options: Settings with { CheckQuorum = false });

        scene.Receive(Ask(S3, 4));

        Assert.Equal((T(4), S3), (scene.Server.CurrentTerm, scene.Server.VotedFor));
    }

    [Fact]
    public void A_leader_that_hears_a_later_term_in_an_answer_follows_whatever_its_quorum_says()
    {
        var scene = Scene.SettledLeader(term: 2);

        scene.Receive(new AppendEntriesReply(S2, S1, T(5), 0, false, I(0), I(0), I(0), T(0))).ShouldBe(
            "Follower in term 5, leader none", "write 3: term 5 vote none");
    }

    private static RequestVote Ask(ServerId candidate, long term) => new(candidate, S1, T(term), I(9), T(term), LeadershipTransfer: false);
}
