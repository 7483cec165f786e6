using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>Changes of members at one server (dissertation, chapter 4).</summary>
public class MembershipTests
{
    private static readonly AddMember AddS4 = new(S4, "there", 0, AsLearner: false);

    [Fact]
    public void The_configuration_is_in_force_from_the_moment_it_is_in_the_log()
    {
        var scene = Scene.ModernLeader(members: 3);
        scene.Change(7, new RemoveMember(S3));

        Assert.Equal("voters {s1, s2}, outgoing {s1, s2, s3}", scene.Server.Configuration.ToString());
        Assert.True(scene.Server.Status().IsChangingMembers);
    }

    [Fact]
    public void A_joint_configuration_is_left_when_it_is_committed_and_only_then_whoever_asked_is_told()
    {
        var scene = Scene.ModernLeader(members: 3);
        scene.Change(7, new RemoveMember(S3));
        scene.DiskCatchesUp();

        scene.Accept(S2, 2).ShouldBe(
            "write 4: entries [3/2]",
            "apply [2/2]",
            "to s2: append [3/2] behind 2/2, commit 2, term 2",
            "to s3: append [3/2] behind 2/2, commit 2, term 2");
        Assert.Equal("voters {s1, s2}", scene.Server.Configuration.ToString());

        scene.DiskCatchesUp();
        Assert.Contains("apply [3/2] #7", scene.Accept(S2, 3).Select(EffectText.Of));
        Assert.False(scene.Server.Status().IsChangingMembers);
    }

    [Fact]
    public void Scenario_27_a_joint_configuration_needs_both_majorities()
    {
        var scene = Scene.ModernLeader(members: 5);
        scene.Change(7, new RemoveMember(S3), new RemoveMember(S4), new RemoveMember(S5));
        scene.DiskCatchesUp();

        Assert.Empty(scene.Accept(S3, 2).Applied());
        Assert.Empty(AcceptOfS4(scene, 2).Applied());
        Assert.Equal([I(2)], scene.Accept(S2, 2).Applied());
    }

    [Fact]
    public void And_so_does_an_election_under_one()
    {
        var disk = Disk(Members(5), 1);
        disk.Replay(new EntriesAppended([Changed(1, 1, Joint([S1, S2], [S1, S2, S3, S4, S5]))]));
        var scene = new Scene(disk, Settings with { PreVote = false });
        scene.ElectionTimeout();
        scene.DiskCatchesUp();

        Vote(scene, S3);
        Vote(scene, S4);
        Assert.Equal(RaftRole.Candidate, scene.Server.Role);
        Vote(scene, S2);
        Assert.Equal(RaftRole.Leader, scene.Server.Role);
    }

    [Fact]
    public void Scenario_26_a_change_waits_for_the_leaders_first_commit_in_its_term()
    {
        var scene = Scene.Leader();

        scene.Change(7, AddS4).ShouldBe("reject #7: LeaderNotReady, leader s1");
    }

    [Fact]
    public void There_is_one_change_at_a_time()
    {
        var scene = Scene.ModernLeader();
        scene.Change(7, AddS4);

        scene.Change(8, new RemoveMember(S3)).ShouldBe("reject #8: ChangeInProgress, leader s1");
    }

    [Fact]
    public void And_none_while_the_lead_is_handed_over()
    {
        var scene = Scene.ModernLeader();
        scene.Transfer(7, S2);

        scene.Change(8, AddS4).ShouldBe("reject #8: ChangeInProgress, leader s1");
    }

    [Fact]
    public void A_change_that_makes_no_sense_is_refused_and_nothing_is_written()
    {
        var scene = Scene.ModernLeader();

        var effects = scene.Change(7, new RemoveMember(S5));

        effects.ShouldBe("reject #7: InvalidChange, leader s1");
        Assert.Equal(
            "s5 is no member; the members are s1, s2, s3",
            Assert.IsType<Rejected>(Assert.Single(effects.OfType<Reply>()).Failure).Detail);
    }

    /// <summary>Once such a change was begun, could never be committed, and let nothing else be.</summary>
    [Fact]
    public void A_change_that_leaves_a_majority_of_voters_who_cannot_be_reached_is_refused()
    {
        var scene = Scene.ModernLeader();
        for (var beat = 0; beat < 10; beat++)
        {
            scene.HeartbeatTimeout();
            scene.Accept(S2, 1);
        }

        var effects = scene.Change(7, new RemoveMember(S2));

        effects.ShouldBe("reject #7: InvalidChange, leader s1");
        var failure = Assert.IsType<Rejected>(Assert.Single(effects.OfType<Reply>()).Failure);
        Assert.StartsWith("of the voters that it leaves, s3 cannot be reached", failure.Detail);
        Assert.NotEmpty(scene.Change(8, new RemoveMember(S3)).Written<EntriesAppended>());
    }

    [Fact]
    public void A_follower_passes_a_change_on_once()
    {
        var scene = Scene.ModernFollower();

        scene.Change(7, AddS4).ShouldBe("forward #7 to s2");
        scene.Step(new ChangeMembers(scene.Now, R(8), [AddS4], Forwarded: true)).ShouldBe("reject #8: NotLeader, leader s2");
    }

    [Fact]
    public void A_follower_that_is_removed_is_told_and_then_sent_nothing_more()
    {
        var scene = Scene.ModernLeader(members: 3);
        scene.Change(7, new RemoveMember(S3));
        scene.DiskCatchesUp();
        scene.Accept(S2, 2);
        scene.DiskCatchesUp();

        Assert.Contains("to s3: append [] behind 3/2, commit 3, term 2", scene.Accept(S2, 3).Select(EffectText.Of));

        scene.Accept(S3, 3).ShouldBe();
        Assert.DoesNotContain(scene.HeartbeatTimeout().Sent<AppendEntries>(), append => append.To == S3);
        Assert.Equal([S2], scene.Server.Status().Members.Select(member => member.Id));
    }

    [Fact]
    public void A_leader_that_is_removed_leads_until_it_is_committed_without_counting_itself_then_hands_over_and_leaves()
    {
        using var mark = CoverageMark.Expect();
        var scene = Scene.ModernLeader(members: 3);
        scene.Change(7, new RemoveMember(S1));
        scene.DiskCatchesUp();
        scene.Accept(S2, 2);
        scene.Accept(S3, 2);
        scene.DiskCatchesUp();

        Assert.Empty(scene.Accept(S3, 3).Applied());
        Assert.Equal(RaftRole.Leader, scene.Server.Role);
        scene.Accept(S2, 3).ShouldBe(
            "Follower in term 2, leader none", "apply [3/2] #7", "to s2: campaign now, term 2");

        scene.Propose(9).ShouldBe("reject #9: NotAMember, leader none");
        scene.ElectionTimeout().ShouldBe("timer Election");
    }

    /// <summary>Once the one of the highest priority was asked, though it could not be elected.</summary>
    [Fact]
    public void A_leader_that_leaves_asks_a_server_with_all_of_the_log()
    {
        var scene = Scene.ModernLeader(members: 4);
        scene.Change(7, new RemoveMember(S1));
        scene.DiskCatchesUp();
        scene.Accept(S2, 2);
        scene.Accept(S3, 2);

        scene.DiskCatchesUp();
        scene.Receive(new AppendEntriesReply(S4, S1, T(2), 1, true, I(1), I(0), I(0), T(0)) { Priority = 9 });
        scene.Accept(S3, 3);

        Assert.Equal(S2, Assert.Single(scene.Accept(S2, 3).Sent<TimeoutNow>()).To);
    }

    /// <summary>Once such a server waited for ever, and with it the cluster: nobody else could be elected.</summary>
    [Fact]
    public void A_server_whose_removal_may_not_be_committed_campaigns_as_it_may_be_the_only_one_that_has_the_change()
    {
        var disk = Disk(Members(1), 1);
        var joint = Joint([S2], [S1]);
        disk.Replay(new EntriesAppended([Changed(1, 1, joint), Changed(2, 1, MembershipArithmetic.Leave(joint))]));
        var scene = new Scene(disk);

        scene.ElectionTimeout().ShouldBe("PreCandidate in term 1, leader none", "timer Election", "to s2: pre-vote in 1? last 2/1");
        scene.Receive(new PreVoteReply(S2, S1, T(1), T(1), Granted: true));
        scene.DiskCatchesUp();
        Vote(scene, S2);
        Assert.Equal(RaftRole.Leader, scene.Server.Role);

        scene.DiskCatchesUp();
        scene.Accept(S2, 3);
        Assert.Equal((RaftRole.Follower, I(3)), (scene.Server.Role, scene.Server.CommitIndex));
        scene.ElectionTimeout().ShouldBe("timer Election");
    }

    /// <summary>
    /// Once a server that had begun anew from a snapshot of before it voted waited for ever, if it had been removed since: seed 26037 of
    /// the simulation.
    /// </summary>
    [Fact]
    public void So_does_one_that_knows_neither_its_removal_nor_its_promotion_to_be_committed()
    {
        var disk = Disk(ClusterConfiguration.Of([S2]), 1);
        var joint = Joint([S2], [S1, S2]);
        disk.Replay(new EntriesAppended(
        [
            Changed(1, 1, ClusterConfiguration.Of([S1, S2])), Changed(2, 1, joint), Changed(3, 1, MembershipArithmetic.Leave(joint)),
        ]));
        var scene = new Scene(disk);

        scene.ElectionTimeout().ShouldBe("PreCandidate in term 1, leader none", "timer Election", "to s2: pre-vote in 1? last 3/1");
    }

    [Fact]
    public void A_new_leader_finishes_the_change_that_it_finds()
    {
        var disk = Disk(Members(3), 1);
        disk.Replay(new EntriesAppended([Changed(1, 1, Joint([S1, S2], [S1, S2, S3]))]));
        var scene = new Scene(disk, Settings with { PreVote = false });
        scene.ElectionTimeout();
        scene.DiskCatchesUp();
        Vote(scene, S2);
        scene.DiskCatchesUp();

        scene.Accept(S2, 2);

        Assert.Equal("voters {s1, s2}", scene.Server.Configuration.ToString());
    }

    [Fact]
    public void A_joint_configuration_is_left_on_a_full_disk_too()
    {
        var scene = Scene.ModernLeader(members: 3);
        scene.Change(7, new RemoveMember(S3));
        scene.DiskCatchesUp();
        scene.DiskIsFull();

        scene.Accept(S2, 2);

        Assert.Equal("voters {s1, s2}", scene.Server.Configuration.ToString());
    }

    [Fact]
    public void When_the_lead_is_lost_whoever_asked_for_a_change_cannot_know_its_fate()
    {
        var scene = Scene.ModernLeader();
        scene.Change(7, new RemoveMember(S3));

        Assert.Contains(
            "indeterminate #7: LeadershipLost",
            scene.Receive(scene.Append(S2, 1, 2, Nothing, term: 3)).Select(EffectText.Of));
    }

    [Fact]
    public void A_configuration_that_is_cut_off_gives_way_to_the_one_before()
    {
        var scene = Scene.ModernFollower(log: [1]);
        scene.Receive(scene.Append(S2, 1, 1, [Changed(2, 1, Members(5))]));
        Assert.Equal(Members(5), scene.Server.Configuration);

        scene.Receive(scene.Append(S3, 1, 1, LogFrom(2, 2), term: 2));

        Assert.Equal(Members(3), scene.Server.Configuration);
    }

    [Fact]
    public void A_server_that_is_restarted_in_a_joint_configuration_is_in_it_again()
    {
        var joint = Joint([S1, S2], [S1, S2, S3]);
        var disk = Disk(Members(3), 1);
        disk.Replay(new EntriesAppended([Changed(1, 1, joint)]));

        Assert.Equal(joint, new Scene(disk).Server.Configuration);
    }

    [Fact]
    public void Scenario_28_answers_from_before_a_removal_do_not_count_when_the_server_is_added_again()
    {
        var scene = LeaderWithLearner(asLearner: true);
        AcceptOfS4(scene, 2);
        scene.Change(8, new RemoveMember(S4));
        scene.DiskCatchesUp();
        scene.Accept(S2, 3);
        scene.Change(9, AddS4);
        scene.DiskCatchesUp();
        scene.Accept(S2, 4);

        scene.Accept(S4, 3, round: 2).ShouldBe();

        Assert.Equal(I(0), scene.Server.Status().Members.Single(member => member.Id == S4).MatchIndex);
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

    private static void Vote(Scene scene, ServerId voter) =>
        scene.Receive(new RequestVoteReply(voter, S1, scene.Server.CurrentTerm, Granted: true));

    private static ClusterConfiguration Joint(ServerId[] voters, ServerId[] outgoing) => new(voters, outgoing, [], []);

    private static LogEntry Changed(long index, long term, ClusterConfiguration configuration) =>
        new(I(index), T(term), new ConfigurationChange(configuration));
}
