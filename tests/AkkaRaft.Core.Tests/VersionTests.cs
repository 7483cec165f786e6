using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>A cluster works at the lowest version of its members.</summary>
public class VersionTests
{
    [Fact]
    public void A_leader_works_at_the_first_version_until_it_has_heard_every_member()
    {
        var scene = Scene.Leader();
        scene.Accept(S2, 1);
        scene.HeartbeatTimeout();
        Assert.Equal(ProtocolVersion.First, scene.Server.Status().ClusterVersion);

        scene.Accept(S3, 1);
        Assert.Equal(ProtocolVersion.Latest, ClusterVersionSaid(scene));
    }

    [Fact]
    public void A_member_that_never_comes_does_not_keep_the_cluster_there_for_ever()
    {
        var scene = Scene.Leader();
        for (var heartbeats = 0; heartbeats < 1000; heartbeats++)
        {
            scene.HeartbeatTimeout();
            scene.Accept(S2, 1);
        }

        scene.Accept(S2, 1);
        Assert.Equal(ProtocolVersion.Latest, ClusterVersionSaid(scene));
        Assert.DoesNotContain(scene.Change(7, new RemoveMember(S3)), effect => effect is Reply);
    }

    [Fact]
    public void One_member_of_the_first_version_keeps_the_cluster_there()
    {
        var scene = LeaderWithOldMember();

        Assert.Equal(ProtocolVersion.First, ClusterVersionSaid(scene));
        Assert.Equal(ProtocolVersion.First, scene.Server.Status().ClusterVersion);
    }

    [Fact]
    public void Then_no_snapshot_is_taken_as_that_member_could_not_be_sent_one()
    {
        var scene = LeaderWithOldMember(Settings with { SnapshotEntries = 1 });

        scene.Apply().ShouldBe();
    }

    [Fact]
    public void Nor_are_members_changed_or_the_lead_handed_over()
    {
        var scene = LeaderWithOldMember();

        scene.Change(7, new RemoveMember(S3)).ShouldBe("reject #7: Unsupported, leader s1");
        scene.Transfer(8, S2).ShouldBe("reject #8: TransferFailed, leader s1");
    }

    [Fact]
    public void Nor_is_a_member_of_the_first_version_sent_a_snapshot_that_there_is_already()
    {
        var disk = Disk(Members(3), 1, null, [1]);
        disk.Replay(new SnapshotRecorded(Snapshot(9, 1, Members(3)), Installed: true));
        var scene = new Scene(disk, Settings with { PreVote = false });
        scene.ElectionTimeout();
        scene.DiskCatchesUp();
        scene.Receive(new RequestVoteReply(S2, S1, T(2), Granted: true));
        scene.DiskCatchesUp();

        var refusal = new AppendEntriesReply(S3, S1, T(2), 1, false, I(0), I(9), I(0), T(0));

        Assert.Empty(scene.Step(new MessageReceived(scene.Now, refusal) { Version = ProtocolVersion.First }).OfType<SendSnapshotChunk>());
    }

    [Fact]
    public void A_follower_goes_by_what_its_leader_says()
    {
        var scene = Scene.Follower(log: [1, 1], options: Settings with { SnapshotEntries = 1 });
        scene.Receive(scene.Append(S2, 2, 1, Nothing, commit: 2) with { ClusterVersion = ProtocolVersion.First });
        scene.Apply().ShouldBe();
        LocalRead(scene).ShouldBe("reject #5: Unsupported, leader s2");

        scene.Receive(scene.Append(S2, 2, 1, Nothing, commit: 2));
        scene.Apply().ShouldBe("take a snapshot at 2");
        Assert.Single(LocalRead(scene).Sent<ReadIndexRequest>());
    }

    [Fact]
    public void When_the_last_member_has_been_brought_up_to_date_all_is_there()
    {
        var scene = LeaderWithOldMember(Settings with { SnapshotEntries = 1 });
        scene.Accept(S3, 1);
        scene.HeartbeatTimeout();

        scene.Apply().ShouldBe("take a snapshot at 1");
        scene.Transfer(8, S2).ShouldBe("to s2: campaign now, term 2");
    }

    [Fact]
    public void A_member_that_was_admitted_by_its_directory_is_known_to_speak_the_second_version()
    {
        var incarnations = new Dictionary<ServerId, long> { [S1] = 10, [S2] = 20, [S3] = 30 };
        var members = new ClusterConfiguration(Members(3).Voters, [], [], [], [], incarnations);
        var scene = new Scene(Disk(members, 1), Settings with { PreVote = false }, incarnation: 10);
        scene.ElectionTimeout();
        scene.DiskCatchesUp();

        scene.Receive(new RequestVoteReply(S2, S1, T(2), Granted: true));

        Assert.Equal(ProtocolVersion.Second, scene.Server.Status().ClusterVersion);
    }

    [Fact]
    public void A_leader_that_died_young_counts_as_what_it_spoke_while_it_led()
    {
        var scene = Scene.Follower(options: Settings with { PreVote = false });
        scene.Receive(scene.Append(S2, 1, 0, Nothing) with { ClusterVersion = ProtocolVersion.First });
        scene.ElectionTimeout();
        scene.DiskCatchesUp();

        scene.Receive(new RequestVoteReply(S3, S1, T(2), Granted: true));

        Assert.Equal(ProtocolVersion.Latest, scene.Server.Status().ClusterVersion);
    }

    [Fact]
    public void A_member_that_was_never_heard_counts_as_what_the_leader_before_knew_of_it()
    {
        var scene = Scene.Follower(options: Settings with { PreVote = false });
        scene.Receive(scene.Append(S2, 1, 0, Nothing));
        scene.ElectionTimeout();
        scene.DiskCatchesUp();

        scene.Receive(new RequestVoteReply(S2, S1, T(2), Granted: true));

        Assert.Equal(ProtocolVersion.Latest, scene.Server.Status().ClusterVersion);
    }

    private static IReadOnlyList<RaftEffect> LocalRead(Scene scene) => scene.Step(
        new Read(scene.Now, R(5), Forwarded: false) { Consistency = ReadConsistency.LinearizableLocal });

    private static int ClusterVersionSaid(Scene scene) => scene.HeartbeatTimeout().Sent<AppendEntries>().First().ClusterVersion;

    /// <summary>A leader of s2, and of s3 that speaks the first version.</summary>
    private static Scene LeaderWithOldMember(RaftOptions? options = null)
    {
        var scene = Scene.Leader(options: options);
        scene.Accept(S2, 1);
        var accepted = new AppendEntriesReply(S3, S1, T(2), 1, true, I(1), I(0), I(0), T(0));
        scene.Step(new MessageReceived(scene.Now, accepted) { Version = ProtocolVersion.First });
        scene.HeartbeatTimeout();
        return scene;
    }
}
