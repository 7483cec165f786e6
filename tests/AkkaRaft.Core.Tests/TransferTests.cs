using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>Handing the lead over (dissertation, section 3.10).</summary>
public class TransferTests
{
    [Fact]
    public void A_named_server_that_has_all_entries_is_told_to_campaign_at_once()
    {
        var scene = Scene.ModernLeader();

        scene.Transfer(9, S3).ShouldBe("to s3: campaign now, term 2");
    }

    [Fact]
    public void One_that_lags_behind_is_caught_up_first()
    {
        var scene = Scene.ModernLeader();
        scene.Propose(1, 2);
        scene.DiskCatchesUp();

        scene.Transfer(9, S3).ShouldBe();
        Assert.Empty(scene.Accept(S3, 2).Sent<TimeoutNow>());
        Assert.Equal(S3, Assert.Single(scene.Accept(S3, 3).Sent<TimeoutNow>()).To);
        Assert.Empty(scene.Accept(S3, 3).Sent<TimeoutNow>());
    }

    [Fact]
    public void Without_a_name_it_is_the_voter_with_the_most_of_the_log()
    {
        var scene = Scene.ModernLeader(members: 3);
        scene.Propose(1);
        scene.DiskCatchesUp();
        scene.Accept(S3, 2);

        scene.Transfer(9).ShouldBe("to s3: campaign now, term 2");
    }

    [Fact]
    public void A_higher_priority_comes_before_more_of_the_log()
    {
        var scene = Scene.ModernLeader(members: 3);
        AcceptWithPriority(scene, S2, match: 1, priority: 5);
        scene.Propose(1);
        scene.DiskCatchesUp();
        scene.Accept(S3, 2);

        scene.Transfer(9).ShouldBe();
        Assert.Equal(S2, Assert.Single(AcceptWithPriority(scene, S2, match: 2, priority: 5).Sent<TimeoutNow>()).To);
    }

    [Fact]
    public void One_with_a_priority_below_zero_is_not_chosen_and_may_be_named()
    {
        var scene = Scene.ModernLeader(members: 3);
        AcceptWithPriority(scene, S2, match: 1, priority: -1);
        AcceptWithPriority(scene, S3, match: 1, priority: -1);

        scene.Transfer(8).ShouldBe("reject #8: TransferFailed, leader s1");
        scene.Transfer(9, S2).ShouldBe("to s2: campaign now, term 2");
    }

    [Fact]
    public void A_server_that_was_not_heard_lately_is_not_chosen()
    {
        var scene = Scene.ModernLeader(members: 3);
        scene.Pass(150);
        scene.Accept(S2, 1);
        scene.Pass(100);

        scene.Transfer(9).ShouldBe("to s2: campaign now, term 2");
    }

    [Fact]
    public void The_leader_itself_leads_already()
    {
        Scene.ModernLeader().Transfer(9, S1).ShouldBe("done #9");
    }

    [Fact]
    public void A_server_that_does_not_vote_cannot_lead()
    {
        var scene = Scene.ModernLeader();

        scene.Transfer(9, new ServerId("s9")).ShouldBe("reject #9: TransferFailed, leader s1");
    }

    [Fact]
    public void There_is_one_transfer_at_a_time()
    {
        var scene = Scene.ModernLeader();
        scene.Transfer(8, S2);

        scene.Transfer(9, S3).ShouldBe("reject #9: TransferFailed, leader s1");
    }

    [Fact]
    public void A_follower_passes_the_wish_on()
    {
        Scene.ModernFollower().Transfer(9, S3).ShouldBe("forward #9 to s2");
    }

    [Fact]
    public void Proposals_wait_and_enter_the_log_when_the_transfer_is_given_up()
    {
        var scene = Scene.ModernLeader();
        scene.Transfer(9, S3);

        scene.Propose(1, 2).ShouldBe();

        Assert.Equal([I(2), I(3)], Assert.Single(GiveUp(scene).Written<EntriesAppended>()).Entries.Select(entry => entry.Index));
    }

    [Fact]
    public void A_transfer_is_given_up_after_an_election_timeout_and_says_why()
    {
        var scene = Scene.ModernLeader();
        scene.Transfer(9, S3);

        var failure = Assert.IsType<Rejected>(Assert.Single(GiveUp(scene).OfType<Reply>()).Failure);

        Assert.Equal(RejectionReason.TransferFailed, failure.Reason);
        Assert.Equal("s3 has not become leader within an election timeout", failure.Detail);
        Assert.Equal(RaftRole.Leader, scene.Server.Role);
    }

    [Fact]
    public void What_waits_is_bounded_in_number()
    {
        var scene = Scene.ModernLeader(options: Settings with { MaxUncommittedEntries = 2 });
        scene.Transfer(9, S3);

        scene.Propose(1, 2, 3).ShouldBe("reject #3: Overloaded, leader s1");
    }

    /// <summary>Once only the number was bounded, and so many large commands could fill the memory.</summary>
    [Fact]
    public void What_waits_is_bounded_in_bytes()
    {
        var scene = Scene.ModernLeader(options: Settings with { MaxUncommittedBytes = 30 });
        scene.Transfer(9, S3);

        scene.Propose(1, 2, 3).ShouldBe("reject #2: Overloaded, leader s1", "reject #3: Overloaded, leader s1");
    }

    /// <summary>Once whoever asked was told of success by any later term, and what had waited was refused for want of a leader.</summary>
    [Fact]
    public void When_the_target_leads_whoever_asked_is_told_and_what_has_waited_is_passed_on()
    {
        var scene = Scene.ModernLeader();
        scene.Transfer(9, S3);
        scene.Propose(1);

        scene.Receive(new RequestVote(S3, S1, T(3), I(1), T(2), LeadershipTransfer: true)).ShouldBe(
            "Follower in term 3, leader none", "write 3: term 3 vote s3");
        scene.DiskCatchesUp();
        scene.Receive(scene.Append(S3, 1, 2, LogFrom(2, 3))).ShouldBe(
            "Follower in term 3, leader s3", "write 4: entries [2/3]", "done #9", "forward #1 to s3");
    }

    [Fact]
    public void When_another_leads_whoever_asked_is_told_who()
    {
        var scene = Scene.ModernLeader();
        scene.Transfer(9, S3);
        scene.Propose(1);

        var effects = scene.Receive(scene.Append(S2, 1, 2, Nothing, term: 3));

        Assert.Contains(new Forward(R(1), S2), effects);
        var failure = Assert.IsType<Rejected>(Assert.Single(effects.OfType<Reply>()).Failure);
        Assert.Equal("s2 became leader instead of s3", failure.Detail);
    }

    [Fact]
    public void When_nobody_leads_in_time_whoever_asked_is_told_so()
    {
        var scene = Scene.ModernLeader();
        scene.Transfer(9, S3);
        scene.Propose(1);
        scene.Receive(new RequestVote(S3, S1, T(3), I(1), T(2), LeadershipTransfer: true));
        scene.DiskCatchesUp();

        scene.ElectionTimeout().OfType<Reply>().ToList().ShouldBe(
            "reject #9: TransferFailed, leader none", "reject #1: NoLeaderKnown, leader none");
    }

    [Fact]
    public void Whoever_is_told_to_campaign_asks_no_pre_votes()
    {
        var scene = Scene.ModernFollower(log: [1]);

        scene.Receive(new TimeoutNow(S2, S1, T(1))).ShouldBe(
            "Candidate in term 2, leader none", "write 1: term 2 vote s1");
        scene.DiskCatchesUp().ShouldBe(
            "to s2: vote in 2? last 1/1, as the leader wants", "to s3: vote in 2? last 1/1, as the leader wants");
    }

    [Fact]
    public void Voters_who_hear_the_leader_answer_such_a_candidate_and_no_other()
    {
        var scene = Scene.ModernFollower(members: 3, log: [1]);

        scene.Receive(new RequestVote(S3, S1, T(2), I(1), T(1), LeadershipTransfer: false)).ShouldBe();
        scene.Receive(new RequestVote(S3, S1, T(2), I(1), T(1), LeadershipTransfer: true));
        scene.DiskCatchesUp().ShouldBe("to s3: vote yes, term 2");
    }

    [Fact]
    public void The_word_of_an_earlier_term_is_void()
    {
        Scene.ModernFollower(term: 3).Receive(new TimeoutNow(S2, S1, T(2))).ShouldBe();
    }

    [Fact]
    public void A_learner_a_full_disk_and_a_stalled_one_do_not_campaign()
    {
        var learner = new Scene(Disk(new ClusterConfiguration([S2, S3], [], [S1], []), 1));
        learner.Receive(new TimeoutNow(S2, S1, T(1))).ShouldBe();

        var full = Scene.ModernFollower(log: [1]);
        full.DiskIsFull();
        full.Receive(new TimeoutNow(S2, S1, T(1))).ShouldBe();

        var stalled = Scene.ModernFollower(log: [1]);
        stalled.Receive(stalled.Append(S2, 1, 1, LogFrom(2, 1)));
        stalled.Pass(3000);
        stalled.Receive(new TimeoutNow(S2, S1, T(1))).ShouldBe();
    }

    [Fact]
    public void A_leader_hands_over_to_a_voter_of_a_higher_priority_once_it_has_led_for_a_while()
    {
        var scene = Scene.ModernLeader();
        for (var beat = 0; beat < 36; beat++)
        {
            Assert.Empty(Heartbeat(scene, priority: 1).Sent<TimeoutNow>());
        }

        Assert.Contains(Enumerable.Range(0, 5).SelectMany(_ => Heartbeat(scene, priority: 1)).Sent<TimeoutNow>(), now => now.To == S3);
    }

    [Fact]
    public void A_leader_whose_disk_has_stopped_hands_over_to_a_server_with_all_of_the_log()
    {
        var scene = Scene.ModernLeader();
        scene.Propose(1);
        for (var waited = 0; scene.Server.Role == RaftRole.Leader; waited += 50)
        {
            Assert.True(waited < 5000, "still leads");
            AcceptWithPriority(scene, S2, match: 1, priority: 5);
            var effects = scene.Accept(S3, 2).Concat(scene.HeartbeatTimeout()).ToList();
            if (scene.Server.Role != RaftRole.Leader)
            {
                Assert.Equal(S3, Assert.Single(effects.Sent<TimeoutNow>()).To);
            }
        }
    }

    [Fact]
    public void And_asks_nobody_where_those_with_all_that_is_committed_are_not_heard()
    {
        var scene = Scene.ModernLeader(members: 3);
        scene.Propose(1);
        scene.DiskCatchesUp();
        scene.Accept(S3, 2);
        scene.Propose(2);
        List<RaftEffect> effects = [];
        while (scene.Server.Role == RaftRole.Leader)
        {
            scene.Accept(S2, 1);
            effects.AddRange(scene.HeartbeatTimeout());
        }

        Assert.Empty(effects.Sent<TimeoutNow>());
    }

    [Fact]
    public void A_refusal_does_not_say_how_much_a_server_is_wanted()
    {
        var scene = Scene.ModernLeader();
        AcceptWithPriority(scene, S2, match: 1, priority: -1);
        AcceptWithPriority(scene, S3, match: 1, priority: -1);
        scene.Propose(1);
        scene.Refuse(S2, rejected: 1, hint: 1, conflictTerm: 2);

        scene.Transfer(9).ShouldBe("reject #9: TransferFailed, leader s1");
    }

    [Fact]
    public void Scenario_35_the_lead_goes_round_under_load_and_no_proposal_is_lost()
    {
        var cluster = new ScriptedCluster(3);
        cluster.RunFor(TimeSpan.FromSeconds(2));
        for (var turn = 0; turn < 9; turn++)
        {
            var leader = Assert.Single(cluster.Leaders());
            var target = S(((leader.Value[1] - '0') % 3) + 1);
            cluster.Propose(leader, (turn * 10) + 1, (turn * 10) + 2);
            cluster.Transfer(leader, 1000 + turn, target);
            cluster.Settle();
            cluster.RunFor(TimeSpan.FromMilliseconds(100));

            Assert.Equal(target, Assert.Single(cluster.Leaders()));
            Assert.Contains(new Done(R(1000 + turn)), cluster.AnswersOf(leader));
        }

        cluster.RunFor(TimeSpan.FromSeconds(1));
        Assert.All(Members(3).Voters, id => Assert.Equal(18, cluster.AppliedBy(id).Count(entry => entry.Payload is Command)));
    }

    private static IReadOnlyList<RaftEffect> AcceptWithPriority(Scene scene, ServerId follower, long match, int priority) =>
        scene.Receive(new AppendEntriesReply(follower, S1, scene.Server.CurrentTerm, 1, true, I(match), I(0), I(0), T(0))
        {
            Priority = priority,
        });

    private static List<RaftEffect> Heartbeat(Scene scene, int priority) =>
        [.. scene.HeartbeatTimeout(), .. scene.Accept(S2, 1), .. AcceptWithPriority(scene, S3, match: 1, priority)];

    private static List<RaftEffect> GiveUp(Scene scene)
    {
        List<RaftEffect> effects = [];
        for (var beat = 0; beat < 4; beat++)
        {
            scene.Accept(S2, scene.Server.LastLogIndex.Value);
            effects.AddRange(scene.HeartbeatTimeout());
        }

        return effects;
    }
}
