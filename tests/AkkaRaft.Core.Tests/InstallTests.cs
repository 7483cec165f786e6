using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>How a snapshot gets to a follower, and what becomes of the log there (section 7, figure 13).</summary>
public class InstallTests
{
    /// <summary>A snapshot of 100 bytes goes in parts of 10, at most two at a time.</summary>
    private static readonly RaftOptions SmallParts = Settings with { SnapshotChunkBytes = 10, MaxSnapshotChunksInFlight = 2 };

    private static readonly SnapshotMetadata Nine = Snapshot(9, 1, Members(3), size: 30);

    [Fact]
    public void A_follower_behind_the_logs_beginning_is_sent_the_snapshot_in_parts_as_far_as_the_window_reaches()
    {
        var scene = LeaderBehindSnapshot();

        RefuseAll(scene, S3).ShouldBe("to s3: bytes 0 to 10 of snapshot 9/1", "to s3: bytes 10 to 20 of snapshot 9/1");
    }

    [Fact]
    public void Each_part_that_is_stored_makes_room_for_another()
    {
        var scene = LeaderBehindSnapshot();
        RefuseAll(scene, S3);

        Stored(scene, S3, 10).ShouldBe("to s3: bytes 20 to 30 of snapshot 9/1");
        Stored(scene, S3, 20).ShouldBe();
        Stored(scene, S3, 30).ShouldBe();
        Assert.Equal((30, Nine), (MemberOf(scene, S3).InstalledBytes, MemberOf(scene, S3).Installing));
    }

    [Fact]
    public void When_it_is_installed_entries_follow()
    {
        var scene = LeaderBehindSnapshot();
        RefuseAll(scene, S3);

        Installed(scene, S3).ShouldBe("to s3: append [10/2] behind 9/1, commit 10, term 2");
        Assert.Null(MemberOf(scene, S3).Installing);
    }

    [Fact]
    public void Meanwhile_heartbeats_ask_for_the_place_where_entries_would_go_on()
    {
        var scene = LeaderBehindSnapshot();
        RefuseAll(scene, S3);

        scene.HeartbeatTimeout().ShouldBe(
            "timer Heartbeat",
            "to s2: append [] behind 10/2, commit 10, term 2",
            "to s3: append [] behind 9/1, commit 10, term 2");
        scene.Refuse(S3, rejected: 9, hint: 0, conflictTerm: 0).ShouldBe();
    }

    [Fact]
    public void A_follower_that_turns_out_to_have_the_snapshots_entry_needs_no_more_of_it()
    {
        var scene = LeaderBehindSnapshot();
        RefuseAll(scene, S3);

        scene.Accept(S3, 9).ShouldBe("to s3: append [10/2] behind 9/1, commit 10, term 2");
    }

    [Fact]
    public void Entries_keep_flowing_to_the_others_meanwhile()
    {
        var scene = LeaderBehindSnapshot();
        RefuseAll(scene, S3);

        Assert.Equal([S2], scene.Propose(1).Sent<AppendEntries>().Select(append => append.To));
    }

    [Fact]
    public void What_was_lost_is_sent_again_once_nothing_has_moved_for_an_election_timeout()
    {
        var scene = LeaderBehindSnapshot();
        RefuseAll(scene, S3);
        Stored(scene, S3, 10);
        for (var beat = 0; beat < 3; beat++)
        {
            Assert.Empty(Beat(scene).OfType<SendSnapshotChunk>());
        }

        Beat(scene).OfType<SendSnapshotChunk>().ToList().ShouldBe("to s3: bytes 10 to 20 of snapshot 9/1");
    }

    [Fact]
    public void A_late_answer_takes_nothing_back()
    {
        var scene = LeaderBehindSnapshot();
        RefuseAll(scene, S3);
        Stored(scene, S3, 20);

        Stored(scene, S3, 10).ShouldBe();
        Assert.Equal(20, MemberOf(scene, S3).InstalledBytes);
    }

    [Fact]
    public void A_follower_that_was_restarted_in_the_middle_gets_it_from_the_beginning()
    {
        using var mark = CoverageMark.Expect();
        var scene = LeaderBehindSnapshot();
        RefuseAll(scene, S3);
        Stored(scene, S3, 20);

        Stored(scene, S3, 0).ShouldBe("to s3: bytes 0 to 10 of snapshot 9/1", "to s3: bytes 10 to 20 of snapshot 9/1");
    }

    /// <summary>Once nothing more was sent when all was stored: a follower that then lost it waited for ever.</summary>
    [Fact]
    public void When_all_is_stored_and_no_more_is_heard_the_last_part_is_sent_again_as_a_question()
    {
        var scene = LeaderBehindSnapshot();
        RefuseAll(scene, S3);
        Stored(scene, S3, 10);
        Stored(scene, S3, 30);

        var effects = Enumerable.Range(0, 4).SelectMany(_ => Beat(scene)).ToList();
        effects.OfType<SendSnapshotChunk>().ToList().ShouldBe("to s3: bytes 20 to 30 of snapshot 9/1");

        Stored(scene, S3, 0).ShouldBe("to s3: bytes 0 to 10 of snapshot 9/1", "to s3: bytes 10 to 20 of snapshot 9/1");
    }

    /// <summary>Once a last part shorter than the others was sent from where it did not begin: seed 340 of the simulation.</summary>
    [Fact]
    public void A_short_last_part_that_was_lost_is_sent_again_from_where_it_begins()
    {
        var scene = LeaderBehindSnapshot(SmallParts with { SnapshotChunkBytes = 12 });
        RefuseAll(scene, S3);
        Stored(scene, S3, 12).ShouldBe("to s3: bytes 24 to 30 of snapshot 9/1");
        Stored(scene, S3, 24);

        var effects = Enumerable.Range(0, 4).SelectMany(_ => Beat(scene)).ToList();
        effects.OfType<SendSnapshotChunk>().ToList().ShouldBe("to s3: bytes 24 to 30 of snapshot 9/1");
    }

    [Fact]
    public void Less_than_a_late_answer_of_a_former_life_has_said_is_believed_when_it_is_asked_for()
    {
        var scene = LeaderBehindSnapshot();
        RefuseAll(scene, S3);
        Stored(scene, S3, 0);
        Stored(scene, S3, 20);
        Stored(scene, S3, 10).ShouldBe();

        var effects = Enumerable.Range(0, 4).SelectMany(_ => Beat(scene)).ToList();
        effects.OfType<SendSnapshotChunk>().ToList().ShouldBe("to s3: bytes 20 to 30 of snapshot 9/1");
        Stored(scene, S3, 10).ShouldBe("to s3: bytes 10 to 20 of snapshot 9/1", "to s3: bytes 20 to 30 of snapshot 9/1");
    }

    /// <summary>Once a snapshot that was damaged on the leader's disk was sent for ever, whatever newer one there was.</summary>
    [Fact]
    public void Whoever_begins_anew_gets_the_newest_snapshot()
    {
        var scene = LeaderBehindSnapshot();
        RefuseAll(scene, S3);
        Stored(scene, S3, 10);
        scene.Step(new SnapshotTaken(scene.Now, Snapshot(10, 2, Members(3), size: 20)));
        scene.DiskCatchesUp();

        Stored(scene, S3, 0).ShouldBe("to s3: bytes 0 to 10 of snapshot 10/2", "to s3: bytes 10 to 20 of snapshot 10/2");
    }

    /// <summary>Once a server that came back was sent the snapshot of the time when it left, and then the newest.</summary>
    [Fact]
    public void Whoever_is_away_while_a_newer_snapshot_is_taken_gets_that()
    {
        using var mark = CoverageMark.Expect();
        var scene = LeaderBehindSnapshot();
        RefuseAll(scene, S3);
        scene.Step(new SnapshotTaken(scene.Now, Snapshot(10, 2, Members(3), size: 20)));
        scene.DiskCatchesUp();

        var sent = new List<RaftEffect>();
        for (var beats = 0; beats < 2 * (Settings.ElectionTimeoutMax / Settings.HeartbeatInterval) + 6; beats++)
        {
            scene.Accept(S2, 10);
            sent.AddRange(Beat(scene));
        }

        Assert.Equal(Snapshot(10, 2, Members(3), size: 20), MemberOf(scene, S3).Installing);
        Assert.Equal([9L, 10L], sent.OfType<SendSnapshotChunk>().Select(chunk => chunk.Snapshot.LastIncludedIndex.Value).Distinct());
    }

    [Fact]
    public void A_snapshot_on_its_way_is_kept_and_so_are_the_entries_behind_it()
    {
        var scene = LeaderBehindSnapshot();
        RefuseAll(scene, S3);
        foreach (var (request, index) in new[] { (1, 11), (2, 12), (3, 13) })
        {
            scene.Propose(request);
            scene.DiskCatchesUp();
            scene.Accept(S2, index);
            scene.Apply();
        }

        Stored(scene, S3, 10);
        scene.Step(new SnapshotTaken(scene.Now, Snapshot(11, 2, Members(3))));
        scene.DiskCatchesUp();
        scene.Step(new SnapshotTaken(scene.Now, Snapshot(13, 2, Members(3))));

        scene.DiskCatchesUp().ShouldBe("compact up to 9, keep snapshot 11/2, snapshot 13/2, snapshot 9/1");
    }

    [Fact]
    public void A_follower_that_is_heard_no_more_holds_nothing_up()
    {
        var scene = LeaderBehindSnapshot();
        RefuseAll(scene, S3);
        scene.Propose(1);
        scene.DiskCatchesUp();
        scene.Accept(S2, 11);
        scene.Apply();
        for (var beat = 0; beat < 10; beat++)
        {
            scene.HeartbeatTimeout();
            scene.Accept(S2, 11);
        }

        scene.Step(new SnapshotTaken(scene.Now, Snapshot(10, 2, Members(3))));
        scene.DiskCatchesUp();
        scene.Step(new SnapshotTaken(scene.Now, Snapshot(11, 2, Members(3))));

        scene.DiskCatchesUp().ShouldBe("compact up to 10, keep snapshot 10/2, snapshot 11/2, snapshot 9/1");
    }

    /// <summary>Once only a bound in bytes ended that, which need not be set.</summary>
    [Fact]
    public void Nor_does_one_that_takes_so_long_that_the_log_has_grown_to_several_snapshots()
    {
        var scene = LeaderBehindSnapshot(SmallParts with { SnapshotEntries = 2 });
        RefuseAll(scene, S3);
        for (var index = 11; index <= 17; index++)
        {
            scene.Propose(index);
            scene.DiskCatchesUp();
            scene.Accept(S2, index);
            scene.Apply();
        }

        Stored(scene, S3, 10);
        scene.Step(new SnapshotTaken(scene.Now, Snapshot(12, 2, Members(3))));
        scene.DiskCatchesUp();
        scene.Step(new SnapshotTaken(scene.Now, Snapshot(16, 2, Members(3))));

        Assert.Equal("compact up to 12, keep snapshot 12/2, snapshot 16/2, snapshot 9/1", EffectText.Of(scene.DiskCatchesUp()[0]));
    }

    [Fact]
    public void A_follower_gets_entries_where_they_cost_less_and_a_snapshot_where_they_cost_more()
    {
        foreach (var (size, isSent) in new[] { (100_000, false), (10, true) })
        {
            var options = SmallParts with { MaxBatchBytes = 40, MaxInFlight = 2 };
            var scene = Scene.Leader(log: [1, 1, 1, 1, 1, 1, 1, 1], options: options);
            scene.Accept(S2, 9);
            scene.Apply();
            scene.Step(new SnapshotTaken(scene.Now, Snapshot(8, 1, Members(3), size)));
            scene.DiskCatchesUp();
            scene.Propose(1);

            var effects = scene.Refuse(S3, rejected: 8, hint: 0, conflictTerm: 0);

            Assert.Equal(isSent, effects.OfType<SendSnapshotChunk>().Any());
            Assert.Equal(isSent, !effects.Sent<AppendEntries>().Any());
        }
    }

    [Fact]
    public void Scenario_30_a_server_that_was_away_while_the_log_was_cut_gets_a_snapshot_and_then_entries()
    {
        foreach (var lost in new[] { 0, 3, 4, 5, 7 })
        {
            var cluster = Lagging(out var leader);
            var sent = 0;
            cluster.Heal();
            cluster.LoseOnTheWay(message => message is InstallSnapshot or InstallSnapshotReply && lost > 0 && ++sent % lost == 0);
            cluster.RunFor(TimeSpan.FromSeconds(10));

            Assert.Equal(cluster.AppliedBy(leader), cluster.AppliedBy(S3));
            Assert.NotEmpty(cluster.SnapshotsOf(S3));
        }
    }

    [Fact]
    public void And_it_does_when_it_is_restarted_again_and_again_and_the_leader_once()
    {
        var cluster = Lagging(out var leader);
        cluster.SnapshotSize = 5000;
        cluster.Heal();
        for (var life = 0; life < 5; life++)
        {
            cluster.HeartbeatTimeout(leader);
            for (var step = 0; step < 20 * life; step++)
            {
                cluster.DeliverNext();
            }

            cluster.Restart(S3);
        }

        cluster.Restart(leader);
        cluster.RunFor(TimeSpan.FromSeconds(10));

        Assert.Equal(cluster.AppliedBy(S1), cluster.AppliedBy(S3));
    }

    /// <summary>S3 has missed so much that no other server has the entries.</summary>
    private static ScriptedCluster Lagging(out ServerId leader)
    {
        var options = new RaftOptions { SnapshotEntries = 5, SnapshotChunkBytes = 10, MaxSnapshotChunksInFlight = 3 };
        var cluster = new ScriptedCluster(3, id => id == S3 ? options with { Priority = -1 } : options);
        cluster.RunFor(TimeSpan.FromSeconds(2));
        cluster.CutOff(S3);
        leader = Assert.Single(cluster.Leaders());
        for (var request = 1; request <= 30; request++)
        {
            cluster.Propose(leader, request);
            cluster.Settle();
        }

        Assert.True(cluster[leader].Status().LastIncludedIndex > I(20));
        return cluster;
    }

    /// <summary>A leader in term 2 whose log begins behind entry 9 of term 1, and whose first own entry S2 has.</summary>
    private static Scene LeaderBehindSnapshot(RaftOptions? options = null)
    {
        var disk = Disk(Members(3), 1, null, [1]);
        disk.Replay(new SnapshotRecorded(Nine, Installed: true));
        var scene = new Scene(disk, (options ?? SmallParts) with { PreVote = false });
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

    private static IReadOnlyList<RaftEffect> Stored(Scene scene, ServerId follower, long bytes) =>
        scene.Receive(new InstallSnapshotReply(
            follower, S1, scene.Server.CurrentTerm, scene.Server.Status().Members[1].Installing!.LastIncludedIndex, bytes, false, 1));

    private static IReadOnlyList<RaftEffect> Installed(Scene scene, ServerId follower) =>
        scene.Receive(new InstallSnapshotReply(follower, S1, scene.Server.CurrentTerm, I(9), 0, Installed: true, 1));

    private static List<RaftEffect> Beat(Scene scene) =>
        [.. scene.HeartbeatTimeout(), .. scene.Accept(S2, scene.Server.LastLogIndex.Value)];
}
