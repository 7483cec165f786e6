using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>When a snapshot is taken, and what may go once it is on disk (section 7; dissertation, section 5.1).</summary>
public class SnapshotTests
{
    private static readonly RaftOptions EachThreeEntries = Settings with { SnapshotEntries = 3 };

    /// <summary>Once its snapshot said that there were no members: seed 300385 of the simulation.</summary>
    [Fact]
    public void A_server_that_was_added_takes_no_snapshot_before_it_knows_the_members()
    {
        var scene = new Scene(new PersistentState(), Settings with { SnapshotEntries = 1 });
        scene.Receive(scene.Append(S2, 0, 0, LogFrom(1, 1), commit: 1, term: 1) with { ClusterVersion = ProtocolVersion.Latest });
        scene.DiskCatchesUp();
        Assert.Empty(scene.Step(new Applied(scene.Now, I(1))).OfType<TakeSnapshot>());

        LogEntry[] members = [new LogEntry(I(2), T(1), new ConfigurationChange(Members(3)))];
        scene.Receive(scene.Append(S2, 1, 1, members, commit: 2, term: 1) with { ClusterVersion = ProtocolVersion.Latest });
        scene.DiskCatchesUp();
        Assert.Single(scene.Step(new Applied(scene.Now, I(2))).OfType<TakeSnapshot>());
    }

    [Fact]
    public void A_snapshot_is_asked_for_when_enough_entries_were_applied_since_the_last()
    {
        var scene = Scene.ModernLeader(options: EachThreeEntries);
        Commit(scene, 1).ShouldBe();

        Commit(scene, 2).ShouldBe("take a snapshot at 3");
    }

    [Fact]
    public void Or_when_enough_bytes_were()
    {
        var scene = Scene.ModernLeader(options: Settings with { SnapshotBytes = 150 });
        Commit(scene, 1).ShouldBe();
        Commit(scene, 2).ShouldBe();

        Commit(scene, 3).ShouldBe("take a snapshot at 4");
    }

    [Fact]
    public void None_is_taken_unless_it_is_wanted()
    {
        var scene = Scene.ModernLeader();
        for (var request = 1; request < 20; request++)
        {
            Commit(scene, request).ShouldBe();
        }
    }

    [Fact]
    public void One_that_somebody_wants_is_taken_though_none_is_due_and_only_once_and_of_something_new()
    {
        var scene = Scene.ModernLeader();
        Commit(scene, 1).ShouldBe();

        var asked = Assert.Single(scene.Step(new SnapshotWanted(scene.Now)).OfType<TakeSnapshot>());
        Assert.Equal(I(2), asked.AtLeast);
        Assert.Empty(scene.Step(new SnapshotWanted(scene.Now)));

        scene.Step(new SnapshotTaken(scene.Now, Snapshot(2, scene.Server.CurrentTerm.Value, Members(3))));
        scene.DiskCatchesUp();
        Assert.Empty(scene.Step(new SnapshotWanted(scene.Now)));
    }

    [Fact]
    public void A_follower_takes_its_own_and_asks_nobody()
    {
        var scene = Scene.ModernFollower(log: [1, 1, 1], options: EachThreeEntries);
        scene.Receive(scene.Append(S2, 3, 1, Nothing, commit: 3));

        scene.Apply().ShouldBe("take a snapshot at 3");
    }

    [Fact]
    public void One_is_asked_for_at_a_time()
    {
        var scene = Scene.ModernLeader(options: EachThreeEntries);
        Commit(scene, 1, 2).ShouldBe("take a snapshot at 3");

        Commit(scene, 3, 4, 5, 6).ShouldBe();
    }

    [Fact]
    public void A_snapshot_that_failed_is_asked_for_again_only_when_as_much_has_been_applied_once_more()
    {
        var scene = Scene.ModernLeader(options: EachThreeEntries);
        Commit(scene, 1, 2).ShouldBe("take a snapshot at 3");
        scene.Step(new SnapshotFailed(scene.Now)).ShouldBe();

        Commit(scene, 3).ShouldBe();
        Commit(scene, 4).ShouldBe();
        Commit(scene, 5).ShouldBe("take a snapshot at 6");
    }

    [Fact]
    public void A_snapshot_is_recorded_with_the_term_and_the_vote_as_their_records_will_go()
    {
        var scene = Scene.ModernLeader(term: 2, options: EachThreeEntries);
        Commit(scene, 1, 2);

        Taken(scene, 3).ShouldBe("write 4: term 2 vote s1; snapshot 3/2");
        Assert.Equal(I(3), scene.Server.Status().Snapshot!.LastIncludedIndex);
    }

    [Fact]
    public void The_first_snapshot_lets_nothing_go_as_it_may_turn_out_to_be_damaged()
    {
        var scene = Scene.ModernLeader(options: EachThreeEntries);
        Commit(scene, 1, 2);
        Taken(scene, 3);

        scene.DiskCatchesUp().ShouldBe("compact up to 0, keep snapshot 3/2");
        Assert.Equal(I(0), scene.Server.Status().LastIncludedIndex);
    }

    [Fact]
    public void Behind_the_second_the_log_goes_up_to_the_first_and_not_before_the_record_is_durable()
    {
        var scene = WithTwoSnapshots();
        scene.Step(new Persisted(scene.Now, 1)).ShouldBe();
        Assert.Equal(I(0), scene.Server.Status().LastIncludedIndex);

        scene.DiskCatchesUp().ShouldBe("compact up to 3, keep snapshot 3/2, snapshot 6/2");

        Assert.Equal(I(3), scene.Server.Status().LastIncludedIndex);
        Assert.Null(scene.Server.EntryAt(I(3)));
        Assert.NotNull(scene.Server.EntryAt(I(4)));
    }

    [Fact]
    public void The_third_takes_the_place_of_the_first()
    {
        var scene = WithTwoSnapshots();
        scene.DiskCatchesUp();
        Commit(scene, 6, 7, 8);
        Taken(scene, 9);

        scene.DiskCatchesUp().ShouldBe("compact up to 6, keep snapshot 6/2, snapshot 9/2");
    }

    [Fact]
    public void The_next_is_asked_for_only_when_the_last_is_durable()
    {
        var scene = Scene.ModernLeader(options: EachThreeEntries);
        Commit(scene, 1, 2);
        Propose(scene, 3, 4, 5);
        Taken(scene, 3);
        Accept(scene);
        scene.Apply().ShouldBe();

        Assert.Contains(new TakeSnapshot(I(6)), scene.DiskCatchesUp());
    }

    [Fact]
    public void A_snapshot_may_stand_for_more_than_was_asked_for()
    {
        var scene = Scene.ModernLeader(options: EachThreeEntries);
        Commit(scene, 1, 2).ShouldBe("take a snapshot at 3");
        Commit(scene, 3);

        Taken(scene, 4).ShouldBe("write 5: term 2 vote s1; snapshot 4/2");
    }

    [Fact]
    public void A_snapshot_of_what_is_not_committed_stops_the_server()
    {
        var scene = Scene.ModernLeader(options: EachThreeEntries);
        Propose(scene, 1, 2);

        Assert.Throws<InvariantViolationException>(() => Taken(scene, 3));
    }

    [Fact]
    public void A_snapshot_of_another_entry_than_the_logs_stops_the_server()
    {
        var scene = Scene.ModernLeader(options: EachThreeEntries);
        Commit(scene, 1, 2);

        Assert.Throws<InvariantViolationException>(
            () => scene.Step(new SnapshotTaken(scene.Now, Snapshot(3, 1, scene.Server.Configuration))));
    }

    [Fact]
    public void A_snapshot_with_other_members_than_the_log_has_there_stops_the_server()
    {
        var scene = Scene.ModernLeader(options: EachThreeEntries);
        Commit(scene, 1, 2);

        Assert.Throws<InvariantViolationException>(() => scene.Step(new SnapshotTaken(scene.Now, Snapshot(3, 2, Members(5)))));
    }

    [Fact]
    public void A_snapshot_that_one_from_the_leader_has_overtaken_is_let_go()
    {
        using var mark = CoverageMark.Expect();
        var scene = Scene.ModernFollower(log: [1, 1, 1], commit: 3, options: EachThreeEntries);
        Install(scene, 9);
        scene.DiskCatchesUp();

        scene.Step(new SnapshotTaken(scene.Now, Snapshot(3, 1, Members(3)))).ShouldBe("compact up to 0, keep snapshot 9/1");
    }

    /// <summary>Once the snapshot before the last was let go on the word of one whose record was not durable yet.</summary>
    [Fact]
    public void Nothing_is_let_go_while_the_record_of_the_last_snapshot_is_not_durable()
    {
        using var mark = CoverageMark.Expect();
        var scene = Scene.ModernFollower(log: [1, 1, 1, 1], commit: 3, options: EachThreeEntries);
        scene.Step(new SnapshotTaken(scene.Now, Snapshot(2, 1, Members(3))));
        scene.DiskCatchesUp();
        Install(scene, 9);

        scene.Step(new SnapshotTaken(scene.Now, Snapshot(3, 1, Members(3)))).ShouldBe();

        Assert.Contains("compact up to 2, keep snapshot 2/1, snapshot 9/1", scene.DiskCatchesUp().Select(EffectText.Of));
    }

    [Fact]
    public void A_server_starts_with_its_last_snapshot_and_the_entries_behind_the_one_before()
    {
        var disk = Disk(Members(3), 2, null, [1, 1, 1, 2, 2, 2, 2, 2]);
        disk.Replay(new SnapshotRecorded(Snapshot(3, 1, Members(3)), Installed: false));
        disk.Replay(new SnapshotRecorded(Snapshot(6, 2, Members(3)), Installed: false));

        var scene = new Scene(disk);

        scene.Opening.ShouldBe("Follower in term 2, leader none", "restore snapshot 6/2", "timer Election");
        Assert.Equal((I(3), I(6), I(8)), (scene.Server.Status().LastIncludedIndex, scene.Server.CommitIndex, scene.Server.LastLogIndex));
        scene.Receive(scene.Append(S2, 8, 2, Nothing, commit: 8)).ShouldBe(
            "Follower in term 2, leader s2", "apply [7/2 8/2]", "to s2: match 8, term 2");
    }

    [Fact]
    public void A_log_that_begins_behind_a_snapshot_elects_and_replicates_as_any_other()
    {
        var disk = Disk(Members(3), 1, null, [1, 1]);
        disk.Replay(new SnapshotRecorded(Snapshot(9, 1, Members(3)), Installed: true));
        var scene = new Scene(disk, Settings with { PreVote = false });

        scene.ElectionTimeout();
        scene.DiskCatchesUp().ShouldBe(
            "to s2: vote in 2? last 9/1", "to s3: vote in 2? last 9/1");
        scene.Receive(new RequestVoteReply(S2, S1, T(2), Granted: true)).ShouldBe(
            "Leader in term 2, leader s1",
            "write 2: entries [10/2]",
            "timer Heartbeat",
            "to s2: append [10/2] behind 9/1, commit 9, term 2",
            "to s3: append [10/2] behind 9/1, commit 9, term 2");
    }

    [Fact]
    public void Entries_ahead_of_the_logs_base_are_committed_and_so_taken_as_held()
    {
        var disk = Disk(Members(3), 1, null, [1, 1]);
        disk.Replay(new SnapshotRecorded(Snapshot(9, 1, Members(3)), Installed: true));
        var scene = new Scene(disk);

        scene.Receive(scene.Append(S2, 7, 1, LogFrom(8, 1), commit: 9)).ShouldBe(
            "Follower in term 1, leader s2", "to s2: match 8, term 1");
        scene.Receive(scene.Append(S2, 7, 1, LogFrom(8, 1, 1, 1), commit: 10)).ShouldBe(
            "write 1: entries [10/1]", "apply [10/1]");
        scene.DiskCatchesUp().ShouldBe("to s2: match 10, term 1");
    }

    [Fact]
    public void A_refusal_never_points_ahead_of_the_logs_base()
    {
        var disk = Disk(Members(3), 1, null, [1, 1]);
        disk.Replay(new SnapshotRecorded(Snapshot(9, 1, Members(3)), Installed: true));
        var scene = new Scene(disk);

        scene.Receive(scene.Append(S2, 12, 1, Nothing)).ShouldBe(
            "Follower in term 1, leader s2", "to s2: no match at 12, conflict 9/1, term 1");
    }

    [Fact]
    public void Servers_that_are_killed_again_and_again_come_back_from_snapshots_and_trimmed_journals()
    {
        var cluster = new ScriptedCluster(3, new RaftOptions { SnapshotEntries = 5 });
        var request = 0;
        for (var round = 0; round < 12; round++)
        {
            var killed = S((round % 3) + 1);
            cluster.Restart(killed);
            cluster.RunFor(TimeSpan.FromSeconds(2));
            var leader = Assert.Single(cluster.Leaders());
            cluster.Propose(leader, ++request, ++request, ++request);
            cluster.RunFor(TimeSpan.FromSeconds(1));
        }

        Assert.All(cluster.Servers, server => Assert.True(server.Status().LastIncludedIndex > I(20)));
        Assert.All(Members(3).Voters, id => Assert.True(cluster.TrimmedOf(id) > 10));
        Assert.All(Members(3).Voters, id => Assert.InRange(cluster.SnapshotsOf(id).Count, 1, 2));
        Assert.Equal(36, cluster.AppliedBy(S1).Count(entry => entry.Payload is Command));
        Assert.All(Members(3).Voters, id => Assert.Equal(cluster.AppliedBy(S1), cluster.AppliedBy(id)));
    }

    [Fact]
    public void Scenario_38_a_server_whose_last_snapshot_is_damaged_begins_with_the_one_before()
    {
        var cluster = new ScriptedCluster(1, new RaftOptions { SnapshotEntries = 3 });
        cluster.RunFor(TimeSpan.FromSeconds(1));
        for (var request = 1; request <= 8; request++)
        {
            cluster.Propose(S1, request);
        }

        var applied = cluster.AppliedBy(S1).ToList();
        Assert.Equal(2, cluster.SnapshotsOf(S1).Count);
        cluster.DamageSnapshot(S1, cluster.SnapshotsOf(S1)[1]);

        cluster.Restart(S1);
        cluster.RunFor(TimeSpan.FromSeconds(1));

        Assert.Equal(applied, cluster.AppliedBy(S1).Take(applied.Count));
    }

    private static Scene WithTwoSnapshots()
    {
        var scene = Scene.ModernLeader(options: EachThreeEntries);
        Commit(scene, 1, 2);
        Taken(scene, 3);
        scene.DiskCatchesUp();
        Commit(scene, 3, 4, 5);
        Taken(scene, 6);
        return scene;
    }

    private static void Propose(Scene scene, params long[] requests)
    {
        scene.Propose(requests);
        scene.DiskCatchesUp();
    }

    private static void Accept(Scene scene)
    {
        scene.Accept(S2, scene.Server.LastLogIndex.Value);
        scene.Accept(S3, scene.Server.LastLogIndex.Value);
    }

    /// <summary>Has proposals committed and applied, and gives the effects of the latter.</summary>
    private static IReadOnlyList<RaftEffect> Commit(Scene scene, params long[] requests)
    {
        Propose(scene, requests);
        Accept(scene);
        return scene.Apply();
    }

    private static IReadOnlyList<RaftEffect> Taken(Scene scene, long index) =>
        scene.Step(new SnapshotTaken(scene.Now, Snapshot(index, 2, scene.Server.Configuration)));

    private static void Install(Scene scene, long index)
    {
        var snapshot = Snapshot(index, 1, Members(3), size: 10);
        scene.Receive(new InstallSnapshot(S2, S1, T(1), snapshot, 0, new byte[10], HeartbeatSequence: 1));
        scene.Step(new SnapshotReceived(scene.Now, snapshot));
        scene.Apply();
    }
}
