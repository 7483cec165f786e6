using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>A leader and its followers' logs (section 5.3).</summary>
public class ReplicationTests
{
    [Fact]
    public void A_command_is_written_and_sent_at_the_same_time()
    {
        var scene = Scene.SettledLeader(members: 3, term: 2);

        scene.Propose(1, 2).ShouldBe(
            "write 3: entries [2/2 3/2]",
            "to s2: append [2/2 3/2] behind 1/2, commit 1, term 2",
            "to s3: append [2/2 3/2] behind 1/2, commit 1, term 2");
    }

    [Fact]
    public void Requests_go_out_ahead_of_their_answers_up_to_the_window()
    {
        var scene = Scene.SettledLeader(members: 3, term: 2, options: Settings with { MaxInFlight = 2 });

        Assert.Equal(2, scene.Propose(1).Sent<AppendEntries>().Count());
        Assert.Equal(2, scene.Propose(2).Sent<AppendEntries>().Count());
        Assert.Empty(scene.Propose(3).Sent<AppendEntries>());
        Assert.Empty(scene.Propose(4).Sent<AppendEntries>());

        var next = scene.Accept(S2, 2).Sent<AppendEntries>().Single();

        Assert.Equal((S2, I(3)), (next.To, next.PrevLogIndex));
        Assert.Equal([I(4), I(5)], next.Entries.Select(entry => entry.Index));
    }

    [Fact]
    public void A_batch_is_cut_by_entries_and_the_next_follows_at_once()
    {
        var scene = Scene.SettledLeader(members: 2, term: 2, options: Settings with { MaxBatchEntries = 2 });

        Assert.Equal([2, 2, 1], scene.Propose(1, 2, 3, 4, 5).Sent<AppendEntries>().Select(append => append.Entries.Count));
    }

    [Fact]
    public void A_batch_is_cut_by_bytes_but_a_large_entry_goes_alone()
    {
        var scene = Scene.SettledLeader(members: 2, term: 2, options: Settings with { MaxBatchBytes = 1 });

        Assert.Equal([1, 1], scene.Propose(1, 2).Sent<AppendEntries>().Select(append => append.Entries.Count));
    }

    [Fact]
    public void A_new_leader_sends_one_request_and_waits_for_the_answer()
    {
        var scene = Scene.Leader(members: 3, term: 2, log: [1]);

        Assert.Empty(scene.Propose(1).Sent<AppendEntries>());

        scene.Accept(S2, 2).ShouldBe("apply [1/1 2/2]", "to s2: append [3/2] behind 2/2, commit 2, term 2");
    }

    [Fact]
    public void After_a_refusal_it_asks_where_the_terms_may_agree_and_sends_from_there()
    {
        var scene = Scene.Leader(members: 3, term: 8, log: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6]);

        scene.Refuse(S2, rejected: 10, hint: 10, conflictTerm: 3).ShouldBe(
            "to s2: append [4/4 5/4 6/5 7/5 8/6 9/6 10/6 11/8] behind 3/1, commit 0, term 8");
    }

    [Fact]
    public void A_follower_that_only_lacks_the_end_gets_what_it_lacks()
    {
        var scene = Scene.Leader(members: 3, term: 8, log: [1, 1, 4, 4]);

        scene.Refuse(S2, rejected: 4, hint: 2, conflictTerm: 1).ShouldBe("to s2: append [3/4 4/4 5/8] behind 2/1, commit 0, term 8");
    }

    [Fact]
    public void Scenario_12_a_refusal_that_comes_twice_or_late_is_not_taken_again()
    {
        var scene = Scene.Leader(members: 3, term: 8, log: [1, 1, 4, 4]);
        scene.Refuse(S2, rejected: 4, hint: 2, conflictTerm: 1);

        scene.Refuse(S2, rejected: 4, hint: 2, conflictTerm: 1).ShouldBe();
        scene.Accept(S2, 5, round: 2);
        scene.Refuse(S2, rejected: 4, hint: 2, conflictTerm: 1, round: 2).ShouldBe();

        Assert.Equal(I(5), scene.Server.Status().Members[0].MatchIndex);
    }

    [Fact]
    public void Scenario_12_a_late_success_does_not_lower_the_match_index()
    {
        var scene = Scene.SettledLeader(members: 3, term: 2);
        scene.Propose(1, 2);
        scene.Accept(S2, 3);

        scene.Accept(S2, 2);

        Assert.Equal(I(3), scene.Server.Status().Members[0].MatchIndex);
    }

    [Fact]
    public void A_lost_request_shows_in_the_next_one_and_is_sent_again()
    {
        var cluster = new ScriptedCluster(2);
        cluster.Elect(S1);
        cluster.Propose(S1, 1);
        cluster.DropAll();

        cluster.Propose(S1, 2);
        cluster.Settle();

        Assert.Equal("1 1 1", cluster.TermsOf(S2));
        Assert.Equal(I(3), cluster[S1].CommitIndex);
    }

    [Fact]
    public void A_lost_last_request_shows_in_the_next_heartbeat()
    {
        var cluster = new ScriptedCluster(2);
        cluster.Elect(S1);
        cluster.Propose(S1, 1);
        cluster.DropAll();

        cluster.HeartbeatTimeout(S1);
        cluster.Settle();

        Assert.Equal(I(2), cluster[S1].CommitIndex);
    }

    [Fact]
    public void A_lost_answer_is_made_good_by_the_answer_to_the_next_heartbeat()
    {
        var cluster = new ScriptedCluster(2, new RaftOptions { MaxInFlight = 1 });
        cluster.Elect(S1);
        cluster.Propose(S1, 1);
        cluster.Deliver(message => message is AppendEntries);
        cluster.DropAll();
        cluster.Propose(S1, 2);
        Assert.Empty(cluster.Bag);

        cluster.HeartbeatTimeout(S1);
        cluster.Settle();

        Assert.Equal(I(3), cluster[S1].CommitIndex);
    }

    [Fact]
    public void A_window_full_of_lost_requests_does_not_stay_full()
    {
        var cluster = new ScriptedCluster(2, new RaftOptions { MaxInFlight = 2 });
        cluster.Elect(S1);
        cluster.Propose(S1, 1);
        cluster.Propose(S1, 2);
        cluster.Propose(S1, 3);
        cluster.DropAll();

        cluster.HeartbeatTimeout(S1);
        cluster.Settle();

        Assert.Equal(I(4), cluster[S1].CommitIndex);
        Assert.Equal("1 1 1 1", cluster.TermsOf(S2));
    }

    [Fact]
    public void A_follower_that_is_down_costs_one_small_message_a_heartbeat()
    {
        var cluster = new ScriptedCluster(3);
        cluster.Elect(S1);
        cluster.Crash(S3);
        cluster.Propose(S1, 1);
        cluster.Settle();
        cluster.Restart(S3);
        cluster.HeartbeatTimeout(S1);
        cluster.Deliver(_ => true);
        cluster.Deliver(message => message.From == S3);
        cluster.Crash(S3);
        cluster.Settle();

        cluster.Propose(S1, 2);
        cluster.HeartbeatTimeout(S1);

        Assert.Empty(cluster.Bag.OfType<AppendEntries>().Single(append => append.To == S3).Entries);
    }

    [Fact]
    public void A_follower_with_a_slow_disk_is_not_sent_the_same_entries_again()
    {
        var cluster = new ScriptedCluster(3);
        cluster.Elect(S1);
        cluster.StallDisk(S3);
        cluster.Propose(S1, 1);
        cluster.Settle();

        cluster.HeartbeatTimeout(S1);
        cluster.HeartbeatTimeout(S1);
        Assert.All(cluster.Bag.OfType<AppendEntries>(), append => Assert.Empty(append.Entries));
        cluster.Settle();
        Assert.Equal(I(1), cluster[S1].Status().Members[1].MatchIndex);

        cluster.ResumeDisk(S3);
        cluster.Settle();

        Assert.Equal(I(2), cluster[S1].Status().Members[1].MatchIndex);
    }

    [Fact]
    public void A_follower_that_lost_what_it_had_not_written_is_sent_it_again()
    {
        var cluster = new ScriptedCluster(3);
        cluster.Elect(S1);
        cluster.StallDisk(S3);
        cluster.Propose(S1, 1);
        cluster.Settle();

        cluster.Restart(S3);
        cluster.HeartbeatTimeout(S1);
        cluster.Settle();

        Assert.Equal("1 1", cluster.TermsOf(S3));
        Assert.Equal(I(2), cluster[S1].Status().Members[1].MatchIndex);
    }

    [Fact]
    public void Followers_hear_of_a_new_commit_index_at_once_when_nothing_else_is_on_its_way()
    {
        var scene = Scene.SettledLeader(members: 3, term: 2);
        scene.Propose(1);
        scene.DiskCatchesUp();

        scene.Accept(S2, 2).ShouldBe("apply [2/2] #1", "to s2: append [] behind 2/2, commit 2, term 2");
        scene.Accept(S3, 2).ShouldBe("to s3: append [] behind 2/2, commit 2, term 2");
        scene.Accept(S2, 2).ShouldBe();
    }

    [Fact]
    public void Under_load_the_commit_index_travels_with_the_entries()
    {
        var scene = Scene.SettledLeader(members: 3, term: 2);
        scene.Propose(1);
        scene.DiskCatchesUp();
        scene.Propose(2);

        scene.Accept(S2, 2).ShouldBe("apply [2/2] #1");
    }

    [Fact]
    public void Heartbeats_go_out_at_their_interval_for_as_long_as_it_leads()
    {
        var scene = Scene.SettledLeader(members: 3, term: 2);

        scene.HeartbeatTimeout().ShouldBe(
            "timer Heartbeat", "to s2: append [] behind 1/2, commit 1, term 2", "to s3: append [] behind 1/2, commit 1, term 2");
        scene.Pass(200);
        scene.HeartbeatTimeout();

        scene.HeartbeatTimeout().ShouldBe();
    }

    [Fact]
    public void A_stranger_is_not_counted()
    {
        var scene = Scene.Leader(members: 3, term: 2);

        scene.Accept(S5, 1).ShouldBe();

        Assert.Equal(I(0), scene.Server.CommitIndex);
    }

    [Fact]
    public void A_learner_gets_the_log_and_counts_for_nothing()
    {
        var scene = new Scene(Disk(new ClusterConfiguration([S1, S2], [], [S3], []), term: 1), Settings with { PreVote = false });
        scene.ElectionTimeout();
        Assert.Equal([S2], scene.DiskCatchesUp().Sent<RequestVote>().Select(message => message.To));

        var sent = scene.Receive(new RequestVoteReply(S2, S1, T(2), true)).Sent<AppendEntries>();
        Assert.Equal([S2, S3], sent.Select(message => message.To));
        scene.DiskCatchesUp();
        scene.Accept(S3, 1);
        Assert.Equal(I(0), scene.Server.CommitIndex);
        scene.Accept(S2, 1);

        Assert.Equal(I(1), scene.Server.CommitIndex);
    }
}
