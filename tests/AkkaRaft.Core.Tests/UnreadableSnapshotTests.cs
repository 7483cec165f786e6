using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>A snapshot on the leader's disk that turns out to be damaged when a follower is to be sent it.</summary>
public class UnreadableSnapshotTests
{
    private static readonly RaftOptions SmallParts = Settings with { SnapshotChunkBytes = 10, MaxSnapshotChunksInFlight = 2 };

    private static readonly SnapshotMetadata Nine = Snapshot(9, 1, Members(3), size: 30);

    [Fact]
    public void A_snapshot_that_cannot_be_read_is_replaced_at_once_and_the_follower_gets_the_other()
    {
        var scene = LeaderBehindSnapshot();
        scene.Apply();
        RefuseAll(scene, S3);
        Beat(scene);

        scene.Step(new SnapshotUnreadable(scene.Now, Nine)).ShouldBe("take a snapshot at 10");
        Assert.True(scene.Server.Status().IsSnapshotUnreadable);
        Assert.Null(MemberOf(scene, S3).Installing);

        scene.Step(new SnapshotTaken(scene.Now, Snapshot(10, 2, Members(3), size: 30)));
        scene.DiskCatchesUp();
        Assert.False(scene.Server.Status().IsSnapshotUnreadable);
        Beat(scene).OfType<SendSnapshotChunk>().ToList().ShouldBe(
            "to s3: bytes 0 to 10 of snapshot 10/2", "to s3: bytes 10 to 20 of snapshot 10/2");
    }

    [Fact]
    public void One_of_the_same_entry_takes_the_place_of_the_one_that_cannot_be_read()
    {
        var scene = LeaderBehindSnapshot();
        scene.Apply();
        RefuseAll(scene, S3);
        Beat(scene);
        var ten = Snapshot(10, 2, Members(3), size: 30);
        scene.Step(new SnapshotTaken(scene.Now, ten));
        scene.DiskCatchesUp();

        scene.Step(new SnapshotUnreadable(scene.Now, Nine)).ShouldBe(
            "to s3: bytes 0 to 10 of snapshot 10/2", "to s3: bytes 10 to 20 of snapshot 10/2");
        scene.Step(new SnapshotUnreadable(scene.Now, ten)).ShouldBe("take a snapshot at 10");

        scene.Step(new SnapshotTaken(scene.Now, ten with { SizeBytes = 31 }));
        scene.DiskCatchesUp();
        Assert.False(scene.Server.Status().IsSnapshotUnreadable);
        Beat(scene).OfType<SendSnapshotChunk>().ToList().ShouldBe(
            "to s3: bytes 0 to 10 of snapshot 10/2", "to s3: bytes 10 to 20 of snapshot 10/2");
    }

    [Fact]
    public void The_same_bytes_written_again_are_readable_again()
    {
        using var mark = CoverageMark.Expect();
        var scene = LeaderBehindSnapshot();
        scene.Step(new SnapshotUnreadable(scene.Now, Nine));
        scene.Step(new SnapshotTaken(scene.Now, Nine));

        Assert.False(scene.Server.Status().IsSnapshotUnreadable);
        RefuseAll(scene, S3).ShouldBe("to s3: bytes 0 to 10 of snapshot 9/1", "to s3: bytes 10 to 20 of snapshot 9/1");
    }

    [Fact]
    public void A_leader_that_cannot_take_another_hands_over_and_tries_again_after_a_pause()
    {
        var scene = LeaderBehindSnapshot();
        scene.Apply();
        RefuseAll(scene, S3);
        Beat(scene);
        scene.Step(new SnapshotUnreadable(scene.Now, Nine)).ShouldBe("take a snapshot at 10");
        scene.Step(new SnapshotFailed(scene.Now)).ShouldBe();
        List<RaftEffect> effects = [];
        for (var beat = 0; beat < 1000 && !effects.OfType<TakeSnapshot>().Any(); beat++)
        {
            effects.AddRange(Beat(scene));
        }

        Assert.Single(effects.OfType<TakeSnapshot>());
        Assert.Contains(scene.Step(new SnapshotFailed(scene.Now)).Sent<TimeoutNow>(), word => word.To == S2);
    }

    [Fact]
    public void A_snapshot_that_is_needed_no_more_may_be_gone()
    {
        var scene = LeaderBehindSnapshot();
        scene.Step(new SnapshotUnreadable(scene.Now, Snapshot(5, 1, Members(3)))).ShouldBe();
        Assert.False(scene.Server.Status().IsSnapshotUnreadable);
    }

    private static Scene LeaderBehindSnapshot()
    {
        var disk = Disk(Members(3), 1, null, [1]);
        disk.Replay(new SnapshotRecorded(Nine, Installed: true));
        var scene = new Scene(disk, SmallParts with { PreVote = false });
        scene.Apply();
        scene.ElectionTimeout();
        scene.DiskCatchesUp();
        scene.Receive(new RequestVoteReply(S2, S1, T(2), Granted: true));
        scene.DiskCatchesUp();
        scene.Accept(S2, 10);
        return scene;
    }

    private static MemberStatus MemberOf(Scene scene, ServerId id) => scene.Server.Status().Members.Single(member => member.Id == id);

    private static IReadOnlyList<RaftEffect> RefuseAll(Scene scene, ServerId follower) =>
        scene.Refuse(follower, rejected: 9, hint: 0, conflictTerm: 0);

    private static List<RaftEffect> Beat(Scene scene) =>
        [.. scene.HeartbeatTimeout(), .. scene.Accept(S2, scene.Server.LastLogIndex.Value)];
}
