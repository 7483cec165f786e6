using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>A snapshot from the leader: how its parts come in, and what becomes of the log (section 7, figure 13).</summary>
public class ReceivedSnapshotTests
{
    private static readonly SnapshotMetadata Nine = Snapshot(9, 1, Members(3), size: 30);

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

        scene.Receive(new InstallSnapshot(S2, S1, T(2), Nine, 0, new byte[10], HeartbeatSequence: 1)).ShouldBe(
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

        scene.Receive(new InstallSnapshot(S2, S1, T(1), newer, 0, new byte[10], HeartbeatSequence: 1)).ShouldBe(
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
        Assert.Equal((I(9), I(9), I(9)), (scene.Server.Status().LastIncludedIndex, scene.Server.CommitIndex, scene.Server.LastLogIndex));
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
        using var mark = CoverageMark.Expect();
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
        scene.Receive(new InstallSnapshot(S2, S1, T(1), snapshot, 0, new byte[10], HeartbeatSequence: 1));

        scene.Step(new SnapshotReceived(scene.Now, snapshot));

        Assert.Equal(Members(5), scene.Server.Configuration);
    }

    /// <summary>Once the file of one was let go when two more had come before the state machine had read it.</summary>
    [Fact]
    public void A_snapshot_stays_until_the_state_machine_has_restored_it()
    {
        var scene = Scene.ModernFollower();
        foreach (var index in new[] { 9, 12, 15 })
        {
            scene.Step(new SnapshotReceived(scene.Now, Snapshot(index, 1, Members(3))));
        }

        scene.DiskCatchesUp().ShouldBe("compact up to 12, keep snapshot 12/1, snapshot 15/1, snapshot 9/1");

        scene.Step(new Applied(scene.Now, I(9)));
        scene.Step(new SnapshotReceived(scene.Now, Snapshot(18, 1, Members(3))));
        scene.DiskCatchesUp().ShouldBe("compact up to 15, keep snapshot 15/1, snapshot 18/1, snapshot 12/1");
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

    /// <summary>
    /// Once the next leader was told of it with a round of the last one's, and took that for the answer to a read: seed 5829 of the
    /// simulation.
    /// </summary>
    [Fact]
    public void What_came_from_another_leader_is_not_answered_to_the_next_before_that_asks()
    {
        var scene = UnderTheNextLeader();

        scene.Step(new SnapshotChunkStored(scene.Now, Nine, 10)).ShouldBe();
        scene.Step(new SnapshotReceptionFailed(scene.Now, Nine)).ShouldBe();
        scene.Receive(new InstallSnapshot(S3, S1, T(2), Nine, 10, new byte[10], HeartbeatSequence: 2)).ShouldBe(
            "to s3: 0 bytes of snapshot 9 stored, term 2");
    }

    [Fact]
    public void Nor_is_the_next_leader_told_that_the_whole_is_installed()
    {
        var scene = UnderTheNextLeader();

        scene.Step(new SnapshotReceived(scene.Now, Nine));

        Assert.Empty(scene.DiskCatchesUp().Sent<InstallSnapshotReply>());
    }

    private static IReadOnlyList<RaftEffect> Part(Scene scene, long offset) =>
        scene.Receive(new InstallSnapshot(S2, S1, T(1), Nine, offset, new byte[10], HeartbeatSequence: 1));

    /// <summary>All parts have come from S2, and S3 leads before they are stored.</summary>
    private static Scene UnderTheNextLeader()
    {
        var scene = Scene.ModernFollower();
        PartsOf(scene);
        scene.Receive(new AppendEntries(S3, S1, T(2), I(0), T(0), [], I(0), HeartbeatSequence: 1));
        scene.DiskCatchesUp();
        return scene;
    }

    private static void PartsOf(Scene scene)
    {
        var term = scene.Server.CurrentTerm;
        foreach (var offset in new[] { 0, 10, 20 })
        {
            scene.Receive(new InstallSnapshot(S2, S1, term, Nine, offset, new byte[10], HeartbeatSequence: 1));
        }
    }
}
