using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>What becomes of a proposal, and what its client is told.</summary>
public class ProposalTests
{
    [Fact]
    public void A_follower_passes_a_proposal_on_to_the_leader() =>
        Scene.FollowerOf(S2, term: 2).Propose(1, 2).ShouldBe("forward #1 to s2", "forward #2 to s2");

    [Fact]
    public void A_proposal_is_passed_on_only_once()
    {
        var scene = Scene.FollowerOf(S2, term: 2);

        scene.Step(new Propose(scene.Now, [new Proposal(R(1), Put("x"), Forwarded: true)])).ShouldBe("reject #1: NotLeader, leader s2");
    }

    [Fact]
    public void With_forwarding_off_the_client_is_told_who_leads() =>
        Scene.FollowerOf(S2, term: 2, options: Settings with { ForwardToLeader = false }).Propose(1).ShouldBe(
            "reject #1: NotLeader, leader s2");

    [Fact]
    public void Without_a_leader_it_is_rejected()
    {
        Scene.Follower(term: 2).Propose(1).ShouldBe("reject #1: NoLeaderKnown, leader none");
        Scene.PreCandidate(term: 2).Propose(1).ShouldBe("reject #1: NoLeaderKnown, leader none");
        Scene.Candidate(term: 2).Propose(1).ShouldBe("reject #1: NoLeaderKnown, leader none");
        Scene.PreCandidate(term: 2).Read(1).ShouldBe("reject #1: NoLeaderKnown, leader none");
        Scene.Candidate(term: 2).Read(1).ShouldBe("reject #1: NoLeaderKnown, leader none");
    }

    [Fact]
    public void A_server_that_belongs_to_no_cluster_says_so() =>
        new Scene(Disk(ClusterConfiguration.Empty)).Propose(1).ShouldBe("reject #1: NotAMember, leader none");

    [Fact]
    public void Scenario_24_a_command_above_the_bound_is_rejected_before_it_enters_the_log()
    {
        var scene = Scene.SettledLeader(members: 3, term: 2, options: Settings with { MaxCommandBytes = 30 });

        scene.Step(new Propose(
            scene.Now, [new Proposal(R(1), Put(new string('x', 31)), false), new Proposal(R(2), Put("small"), false)])).ShouldBe(
            "write 3: entries [2/2]",
            "reject #1: TooLarge, leader s1",
            "to s2: append [2/2] behind 1/2, commit 1, term 2",
            "to s3: append [2/2] behind 1/2, commit 1, term 2");
    }

    [Fact]
    public void Scenario_23_too_many_uncommitted_entries_are_rejected_as_overloaded_and_taken_again_when_they_drain()
    {
        var scene = Scene.SettledLeader(members: 3, term: 2, options: Settings with { MaxUncommittedEntries = 2 });
        scene.Propose(1, 2);

        scene.Propose(3).ShouldBe("reject #3: Overloaded, leader s1");
        Assert.Equal(3, scene.HeartbeatTimeout().Count);

        scene.DiskCatchesUp();
        scene.Accept(S2, 2);
        Assert.Empty(scene.Propose(4).OfType<Reply>());
        scene.Propose(5).ShouldBe("reject #5: Overloaded, leader s1");
    }

    [Fact]
    public void Scenario_23_too_many_uncommitted_bytes_are_rejected_as_overloaded_and_taken_again_when_they_drain()
    {
        var size = new LogEntry(I(1), T(1), Put("value 1")).SizeBytes;
        var scene = Scene.SettledLeader(members: 3, term: 2, options: Settings with { MaxUncommittedBytes = 2 * size });
        scene.Propose(1, 2);

        scene.Propose(3).ShouldBe("reject #3: Overloaded, leader s1");

        scene.DiskCatchesUp();
        scene.Accept(S2, 3);
        Assert.Empty(scene.Propose(4, 5).OfType<Reply>());
        scene.Propose(6).ShouldBe("reject #6: Overloaded, leader s1");
    }

    [Fact]
    public void Proposals_are_rejected_as_overloaded_while_the_state_machine_is_too_far_behind()
    {
        var scene = Scene.SettledLeader(members: 3, term: 2, options: Settings with { MaxUnappliedEntries = 3 });
        scene.Apply();
        scene.Propose(1, 2, 3);
        scene.DiskCatchesUp();
        scene.Accept(S2, 4);
        Assert.Equal(I(4), scene.Server.CommitIndex);

        scene.Propose(4).ShouldBe("reject #4: Overloaded, leader s1");
        Assert.Equal(3, scene.HeartbeatTimeout().Count);
        Assert.Equal(3, scene.Server.Status().UnappliedEntries);

        scene.Apply();
        Assert.Equal((0, 0), (scene.Server.Status().UnappliedEntries, scene.Server.Status().UnappliedBytes));
        Assert.Empty(scene.Propose(5, 6, 7).OfType<Reply>());
    }

    [Fact]
    public void Bytes_that_the_state_machine_has_not_applied_have_a_bound_of_their_own()
    {
        var size = new LogEntry(I(1), T(1), Put("value 1")).SizeBytes;
        var scene = Scene.SettledLeader(members: 3, term: 2, options: Settings with { MaxUnappliedBytes = 2 * size });
        scene.Apply();
        scene.Propose(1, 2);
        scene.DiskCatchesUp();
        scene.Accept(S2, 3);
        Assert.Equal(2 * size, scene.Server.Status().UnappliedBytes);

        scene.Propose(3).ShouldBe("reject #3: Overloaded, leader s1");

        scene.Apply();
        Assert.Empty(scene.Propose(4, 5).OfType<Reply>());
        scene.Propose(6).ShouldBe("reject #6: Overloaded, leader s1");
    }

    [Fact]
    public void What_an_earlier_leader_left_uncommitted_does_not_count_against_the_bound()
    {
        var scene = Scene.Leader(members: 3, term: 2, log: [1, 1, 1, 1], options: Settings with { MaxUncommittedEntries = 2 });

        Assert.Empty(scene.Propose(1).OfType<Reply>());
        scene.Propose(2).ShouldBe("reject #2: Overloaded, leader s1");
    }

    [Fact]
    public void A_leader_that_gives_up_says_of_uncommitted_proposals_that_their_fate_is_not_known()
    {
        var scene = Scene.SettledLeader(members: 3, term: 2);
        scene.Propose(1, 2);
        scene.DiskCatchesUp();
        scene.Accept(S2, 2);

        scene.Receive(scene.Append(S3, 2, 2, LogFrom(3, 3), term: 3)).ShouldBe(
            "Follower in term 3, leader s3", "write 4: term 3 vote none; entries [3/3]", "indeterminate #2: LeadershipLost");
    }
}
