using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>Scenario 42: a full disk refuses writes with that reason, reads go on, and all recovers when there is room.</summary>
public class DiskFullTests
{
    [Fact]
    public void A_leader_whose_disk_runs_full_hands_over_to_one_who_has_room()
    {
        Scene.ModernLeader().DiskIsFull().ShouldBe("to s2: campaign now, term 2");
    }

    [Fact]
    public void Where_nobody_takes_the_lead_proposals_are_refused_with_that_reason_and_reads_go_on()
    {
        var scene = FullLeader();

        scene.Propose(1).ShouldBe("reject #1: DiskFull, leader s1");
        scene.Change(2, new RemoveMember(S3)).ShouldBe("reject #2: DiskFull, leader s1");
        var round = scene.Read(3).Sent<AppendEntries>().First().HeartbeatSequence;
        scene.Accept(S2, 1, round).ShouldBe("serve #3 at 1");
    }

    [Fact]
    public void Proposals_that_waited_for_the_transfer_are_refused_too_when_it_is_given_up()
    {
        var scene = Scene.ModernLeader();
        scene.DiskIsFull();
        scene.Propose(1).ShouldBe();

        Assert.Contains("reject #1: DiskFull, leader s1", Beats(scene, 4).Select(EffectText.Of));
    }

    [Fact]
    public void When_there_is_room_again_proposals_are_taken()
    {
        var scene = FullLeader();

        scene.DiskIsFull(false).ShouldBe();
        Assert.Single(scene.Propose(1).Written<EntriesAppended>());
    }

    [Fact]
    public void A_follower_takes_no_entries_and_answers_heartbeats()
    {
        using var mark = CoverageMark.Expect();
        var scene = Scene.ModernFollower(log: [1]);
        scene.DiskIsFull();

        scene.Receive(scene.Append(S2, 1, 1, LogFrom(2, 1))).ShouldBe();
        scene.Receive(scene.Append(S2, 1, 1, Nothing, commit: 1)).ShouldBe("apply [1/1]", "to s2: match 1, term 1");

        scene.DiskIsFull(false);
        scene.Receive(scene.Append(S2, 1, 1, LogFrom(2, 1))).ShouldBe("write 1: entries [2/1]");
    }

    [Fact]
    public void But_what_a_new_leader_has_to_commit_before_it_answers_reads_it_takes()
    {
        var scene = Scene.ModernFollower(log: [1]);
        scene.DiskIsFull();

        IReadOnlyList<LogEntry> left = [.. LogFrom(2, 1), new LogEntry(I(3), T(2), NoOp.Instance)];
        Assert.Single(scene.Receive(scene.Append(S2, 1, 1, left, commit: 1, term: 2)).Written<EntriesAppended>());

        scene.Receive(scene.Append(S2, 3, 2, LogFrom(4, 2), commit: 1, term: 2)).ShouldBe();
    }

    [Fact]
    public void Nor_parts_of_a_snapshot()
    {
        var scene = Scene.ModernFollower();
        scene.DiskIsFull();

        scene.Receive(new InstallSnapshot(S2, S1, T(1), Snapshot(9, 1, Members(3)), 0, new byte[10], HeartbeatSequence: 1)).ShouldBe(
            "to s2: 0 bytes of snapshot 9 stored, term 1");
    }

    [Fact]
    public void It_votes_all_the_same()
    {
        var scene = Scene.Follower(log: [1]);
        scene.DiskIsFull();
        scene.Receive(new RequestVote(S2, S1, T(2), I(1), T(1), LeadershipTransfer: false));

        scene.DiskCatchesUp().ShouldBe("to s2: vote yes, term 2");
    }

    [Fact]
    public void A_cluster_whose_disks_fill_and_empty_again_loses_nothing()
    {
        var cluster = new ScriptedCluster(3);
        cluster.RunFor(TimeSpan.FromSeconds(2));
        var leader = Assert.Single(cluster.Leaders());
        foreach (var id in Members(3).Voters.Where(id => id != leader))
        {
            cluster.DiskIsFull(id);
        }

        cluster.Propose(leader, 1);
        cluster.RunFor(TimeSpan.FromSeconds(2));
        Assert.Equal(leader, Assert.Single(cluster.Leaders()));
        Assert.DoesNotContain(cluster.AppliedBy(leader), entry => entry.Payload is Command);

        foreach (var id in Members(3).Voters)
        {
            cluster.DiskIsFull(id, isFull: false);
        }

        cluster.RunFor(TimeSpan.FromSeconds(1));
        Assert.All(Members(3).Voters, id => Assert.Single(cluster.AppliedBy(id), entry => entry.Payload is Command));
    }

    /// <summary>A leader with a full disk from whom nobody has taken the lead.</summary>
    private static Scene FullLeader()
    {
        var scene = Scene.ModernLeader();
        scene.DiskIsFull();
        Beats(scene, 4);
        return scene;
    }

    private static List<RaftEffect> Beats(Scene scene, int count)
    {
        List<RaftEffect> effects = [];
        for (var beat = 0; beat < count; beat++)
        {
            scene.Accept(S2, scene.Server.LastLogIndex.Value);
            effects.AddRange(scene.HeartbeatTimeout());
        }

        return effects;
    }
}
