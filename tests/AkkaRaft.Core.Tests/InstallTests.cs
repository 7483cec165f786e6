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
        scene.Refuse(S3, rejected: 9, hint: 0, hintTerm: 0).ShouldBe();
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

            var effects = scene.Refuse(S3, rejected: 8, hint: 0, hintTerm: 0);

            Assert.Equal(isSent, effects.OfType<SendSnapshotChunk>().Any());
            Assert.Equal(isSent, !effects.Sent<AppendEntries>().Any());
        }
    }

    [Fact]
    public void A_part_is_handed_on_in_order_and_answered_when_it_is_stored()
    {
        var scene = Scene.ModernFollower();

        Part(scene, 0).ShouldBe("store bytes 0 to 10 of snapshot 9/1");
        Part(scene, 10).ShouldBe("store bytes 10 to 20 of snapshot 9/1");
        scene.Step(new SnapshotChunkStored(scene.Now, Nine, 10)).ShouldBe("to s2: 10 bytes of snapshot 9 stored, term 1");
        scene.Step(new SnapshotChunkStored(scene.Now, Nine, 20)).ShouldBe("to s2: 20 bytes of snapshot 9 stored, term 1");
    }

    [Fact]
    public void A_part_that_comes_twice_or_ahead_of_another_is_not_taken_and_the_answer_says_where_to_go_on()
    {
        var scene = Scene.ModernFollower();
        Part(scene, 0);
        scene.Step(new SnapshotChunkStored(scene.Now, Nine, 10));

        Part(scene, 0).ShouldBe("to s2: 10 bytes of snapshot 9 stored, term 1");
        Part(scene, 20).ShouldBe("to s2: 10 bytes of snapshot 9 stored, term 1");
        Part(scene, 10).ShouldBe("store bytes 10 to 20 of snapshot 9/1");
    }

    [Fact]
    public void A_part_of_an_earlier_term_is_refused()
    {
        var scene = Scene.ModernFollower(term: 3);

        scene.Receive(new InstallSnapshot(S2, S1, T(2), Nine, 0, new byte[10], Round: 1)).ShouldBe(
            "to s2: 0 bytes of snapshot 0 stored, term 3");
    }

    [Fact]
    public void A_part_keeps_an_election_away_as_a_heartbeat_does()
    {
        var scene = Scene.ModernFollower();
        scene.Pass(150);
        Part(scene, 0);
        scene.Pass(100);

        scene.Step(new TimerElapsed(scene.Now, RaftTimer.Election)).ShouldBe("timer Election");
        Assert.Equal(RaftRole.Follower, scene.Server.Role);
    }

    [Fact]
    public void A_candidate_follows_whoever_sends_a_snapshot_in_its_term()
    {
        var scene = Scene.Candidate(term: 1);

        Part(scene, 0).ShouldBe("Follower in term 1, leader s2", "store bytes 0 to 10 of snapshot 9/1");
    }

    [Fact]
    public void Another_snapshot_takes_the_place_of_the_one_that_has_come_in_part()
    {
        var scene = Scene.ModernFollower();
        Part(scene, 0);
        var newer = Snapshot(12, 1, Members(3), size: 30);

        scene.Receive(new InstallSnapshot(S2, S1, T(1), newer, 0, new byte[10], Round: 1)).ShouldBe(
            "store bytes 0 to 10 of snapshot 12/1");
        scene.Step(new SnapshotChunkStored(scene.Now, Nine, 10)).ShouldBe();
    }

    [Fact]
    public void What_could_not_be_stored_is_begun_anew()
    {
        var scene = Scene.ModernFollower();
        Part(scene, 0);
        Part(scene, 10);

        scene.Step(new SnapshotReceptionFailed(scene.Now, Nine)).ShouldBe("to s2: 0 bytes of snapshot 9 stored, term 1");
        scene.Step(new SnapshotChunkStored(scene.Now, Nine, 10)).ShouldBe();
        Part(scene, 20).ShouldBe("to s2: 0 bytes of snapshot 9 stored, term 1");
        Part(scene, 0).ShouldBe("store bytes 0 to 10 of snapshot 9/1");
    }

    [Fact]
    public void A_whole_snapshot_replaces_a_log_that_does_not_reach_it_and_is_answered_once_that_is_durable()
    {
        var scene = Scene.ModernFollower(log: [1, 1]);
        PartsOf(scene);

        scene.Step(new SnapshotReceived(scene.Now, Nine)).ShouldBe(
            "write 1: term 1 vote none; snapshot 9/1 in place of the log", "restore snapshot 9/1");
        Assert.Equal((I(9), I(9), I(9)), (scene.Server.Status().BaseIndex, scene.Server.CommitIndex, scene.Server.LastLogIndex));
        scene.DiskCatchesUp().ShouldBe("to s2: installed 9, term 1", "compact up to 0, keep snapshot 9/1");
    }

    [Fact]
    public void Scenario_33_a_conflicting_entry_at_the_snapshots_index_takes_the_whole_log_with_it()
    {
        var scene = Scene.ModernFollower(term: 3, log: [1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2]);
        PartsOf(scene);

        scene.Step(new SnapshotReceived(scene.Now, Nine));

        Assert.Equal((I(9), null), (scene.Server.LastLogIndex, scene.Server.EntryAt(I(10))));
    }

    [Fact]
    public void A_log_that_holds_the_snapshots_entry_by_then_keeps_what_follows_it()
    {
        var scene = Scene.ModernFollower(log: [1, 1]);
        PartsOf(scene);
        scene.Receive(scene.Append(S2, 2, 1, LogFrom(3, 1, 1, 1, 1, 1, 1, 1, 1, 1)));

        scene.Step(new SnapshotReceived(scene.Now, Nine)).ShouldBe(
            "write 2: term 1 vote none; snapshot 9/1", "restore snapshot 9/1");

        Assert.Equal((I(9), I(11)), (scene.Server.CommitIndex, scene.Server.LastLogIndex));
        scene.Receive(scene.Append(S2, 11, 1, Nothing, commit: 11)).ShouldBe("apply [10/1 11/1]", "to s2: match 2, term 1");
    }

    [Fact]
    public void A_snapshot_of_what_is_committed_already_is_answered_at_once_and_never_takes_the_state_back()
    {
        var scene = Scene.ModernFollower(log: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1], commit: 10);

        Part(scene, 0).ShouldBe("to s2: installed 9, term 1");
        scene.Step(new SnapshotReceived(scene.Now, Nine)).ShouldBe("compact up to 0, keep ");
        Assert.Equal(I(10), scene.Server.CommitIndex);
    }

    [Fact]
    public void A_snapshot_whose_entry_the_log_holds_shows_that_it_is_committed_and_needs_no_bytes()
    {
        var scene = Scene.ModernFollower(log: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);

        Part(scene, 0).ShouldBe("apply [1/1 2/1 3/1 4/1 5/1 6/1 7/1 8/1 9/1]", "to s2: installed 9, term 1");
    }

    [Fact]
    public void The_members_are_those_of_the_snapshot_from_then_on()
    {
        var scene = Scene.ModernFollower();
        var snapshot = Snapshot(9, 1, Members(5), size: 10);
        scene.Receive(new InstallSnapshot(S2, S1, T(1), snapshot, 0, new byte[10], Round: 1));

        scene.Step(new SnapshotReceived(scene.Now, snapshot));

        Assert.Equal(Members(5), scene.Server.Configuration);
    }

    [Fact]
    public void A_leader_installs_nothing_that_was_on_its_way_when_it_was_elected()
    {
        var scene = Scene.ModernFollower(log: [1]);
        PartsOf(scene);
        scene.Receive(new TimeoutNow(S2, S1, T(1)));
        scene.DiskCatchesUp();
        scene.Receive(new RequestVoteReply(S2, S1, T(2), Granted: true));

        scene.Step(new SnapshotReceived(scene.Now, Nine)).ShouldBe("compact up to 0, keep ");
        Assert.Equal(I(2), scene.Server.LastLogIndex);
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

        Assert.True(cluster[leader].Status().BaseIndex > I(20));
        return cluster;
    }

    /// <summary>A leader in term 2 whose log begins behind entry 9 of term 1, and whose first own entry S2 has.</summary>
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
        scene.Refuse(follower, rejected: 9, hint: 0, hintTerm: 0);

    private static IReadOnlyList<RaftEffect> Stored(Scene scene, ServerId follower, long bytes) =>
        scene.Receive(new InstallSnapshotReply(
            follower, S1, scene.Server.CurrentTerm, scene.Server.Status().Members[1].Installing!.LastIncludedIndex, bytes, false, 1));

    private static IReadOnlyList<RaftEffect> Installed(Scene scene, ServerId follower) =>
        scene.Receive(new InstallSnapshotReply(follower, S1, scene.Server.CurrentTerm, I(9), 0, Installed: true, 1));

    private static List<RaftEffect> Beat(Scene scene) =>
        [.. scene.HeartbeatTimeout(), .. scene.Accept(S2, scene.Server.LastLogIndex.Value)];

    private static IReadOnlyList<RaftEffect> Part(Scene scene, long offset) =>
        scene.Receive(new InstallSnapshot(S2, S1, T(1), Nine, offset, new byte[10], Round: 1));

    private static void PartsOf(Scene scene)
    {
        var term = scene.Server.CurrentTerm;
        foreach (var offset in new[] { 0, 10, 20 })
        {
            scene.Receive(new InstallSnapshot(S2, S1, term, Nine, offset, new byte[10], Round: 1));
        }
    }
}
