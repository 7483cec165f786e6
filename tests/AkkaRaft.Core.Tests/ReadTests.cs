using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>Linearizable reads by ReadIndex (dissertation, section 6.4).</summary>
public class ReadTests
{
    [Fact]
    public void A_read_asks_a_quorum_who_leads_and_is_served_at_the_commit_index_of_its_arrival()
    {
        var scene = Scene.SettledLeader(members: 3, term: 2);

        var round = HeartbeatSequence(scene.Read(5));

        scene.Accept(S2, 1, round).ShouldBe("serve #5 at 1");
        scene.Accept(S3, 1, round).ShouldBe();
    }

    [Fact]
    public void An_answer_to_an_earlier_round_does_not_confirm_it()
    {
        var scene = Scene.SettledLeader(members: 3, term: 2);
        var round = HeartbeatSequence(scene.Read(5));

        scene.Accept(S2, 1, round - 1).ShouldBe();
        scene.Accept(S2, 1, round).ShouldBe("serve #5 at 1");
    }

    [Fact]
    public void A_refusal_of_the_round_confirms_the_lead_as_well()
    {
        var scene = Scene.SettledLeader(members: 3, term: 2);
        var round = HeartbeatSequence(scene.Read(5));

        Assert.Contains(new Serve(R(5), I(1)), scene.Refuse(S2, rejected: 1, hint: 0, conflictTerm: 0, round));
    }

    /// <summary>Once the answer to a lease's round began one for reads that still had to wait: seed 166 of the simulation.</summary>
    [Fact]
    public void A_leases_round_serves_no_read_before_the_first_commit_of_the_term()
    {
        var scene = Scene.Leader(members: 3, term: 2, log: [1, 1], options: Settings with { LeaseReads = true });
        scene.Read(5).ShouldBe();
        var round = HeartbeatSequence(scene.HeartbeatTimeout());

        var answered = scene.Accept(S2, 2, round);
        var again = scene.Accept(S3, 2, round + 1);

        Assert.Empty(answered.Concat(again).OfType<Serve>());
    }

    [Fact]
    public void One_follower_of_four_does_not_confirm_it()
    {
        var scene = Scene.SettledLeader(members: 5, term: 2);
        var round = HeartbeatSequence(scene.Read(5));

        scene.Accept(S2, 1, round).ShouldBe();
        scene.Accept(S2, 1, round).ShouldBe();
        scene.Accept(S4, 1, round).ShouldBe("serve #5 at 1");
    }

    [Fact]
    public void Scenario_18_before_the_first_commit_of_its_term_a_leader_does_not_know_what_is_committed_and_reads_wait()
    {
        var scene = Scene.Leader(members: 3, term: 2, log: [1, 1]);
        scene.Read(5).ShouldBe();

        var effects = scene.Accept(S2, 3);
        Assert.Empty(effects.OfType<Serve>());

        scene.Accept(S2, 3, HeartbeatSequence(effects)).ShouldBe("serve #5 at 3");
    }

    [Fact]
    public void Reads_that_come_while_a_round_is_out_share_the_next_one()
    {
        var scene = Scene.SettledLeader(members: 3, term: 2);
        var first = HeartbeatSequence(scene.Read(5));
        scene.Read(6).ShouldBe();
        scene.Read(7).ShouldBe();

        var effects = scene.Accept(S2, 1, first);

        effects.ShouldBe(
            "serve #5 at 1", "to s2: append [] behind 1/2, commit 1, term 2", "to s3: append [] behind 1/2, commit 1, term 2");
        scene.Accept(S3, 1, HeartbeatSequence(effects)).ShouldBe("serve #6 at 1", "serve #7 at 1");
    }

    [Fact]
    public void A_read_sees_what_was_committed_before_it_came()
    {
        var scene = Scene.SettledLeader(members: 3, term: 2);
        scene.Propose(1);
        scene.DiskCatchesUp();
        scene.Accept(S2, 2);

        var round = HeartbeatSequence(scene.Read(5));

        scene.Accept(S3, 2, round).ShouldBe("serve #5 at 2");
    }

    [Fact]
    public void A_lost_round_is_made_good_by_the_next_heartbeat()
    {
        var scene = Scene.SettledLeader(members: 3, term: 2);
        scene.Read(5);
        scene.Read(6);

        var round = HeartbeatSequence(scene.HeartbeatTimeout());

        scene.Accept(S2, 1, round).ShouldBe("serve #5 at 1", "serve #6 at 1");
    }

    [Fact]
    public void A_leader_of_one_serves_at_once() => Scene.Leader(members: 1, term: 2).Read(5).ShouldBe("serve #5 at 1");

    [Fact]
    public void A_leader_that_gives_up_rejects_its_reads_which_are_safe_to_try_again()
    {
        var scene = Scene.SettledLeader(members: 3, term: 2);
        scene.Read(5);
        scene.Read(6);

        scene.Receive(scene.Append(S2, 0, 0, Nothing, term: 3)).ShouldBe(
            "Follower in term 3, leader s2",
            "write 3: term 3 vote none",
            "reject #5: NotLeader, leader s2",
            "reject #6: NotLeader, leader s2");
    }

    [Fact]
    public void More_reads_than_the_bound_are_rejected_as_overloaded()
    {
        var scene = Scene.SettledLeader(members: 3, term: 2, options: Settings with { MaxPendingReads = 2 });
        var round = HeartbeatSequence(scene.Read(1));
        scene.Read(2);

        scene.Read(3).ShouldBe("reject #3: Overloaded, leader s1");

        scene.Accept(S2, 1, round);
        Assert.Empty(scene.Read(4).OfType<Reply>());
    }

    [Fact]
    public void A_follower_passes_a_read_on_once()
    {
        var scene = Scene.FollowerOf(S2, term: 2);

        scene.Read(5).ShouldBe("forward #5 to s2");
        scene.Step(new Read(scene.Now, R(6), Forwarded: true)).ShouldBe("reject #6: NotLeader, leader s2");
    }

    [Fact]
    public void Scenario_17_a_cut_off_leader_serves_no_read_after_its_successor_has_written()
    {
        var cluster = new ScriptedCluster(3);
        cluster.Elect(S1);
        cluster.CutOff(S1);
        cluster.ElectEventually(S2);
        cluster.Propose(S2, 1);
        cluster.Settle();

        cluster.Read(S1, 9);
        cluster.RunFor(TimeSpan.FromSeconds(1));

        var rejected = cluster.AnswersOf(S1).OfType<Reply>().Where(reply => reply.Failure is Rejected);
        Assert.Equal([R(9)], rejected.Select(reply => reply.Request));
        Assert.DoesNotContain(cluster.AnswersOf(S1), answer => answer is Serve);
    }

    [Fact]
    public void Scenario_19_late_answers_of_an_earlier_lead_confirm_nothing_in_a_later_one()
    {
        var scene = Scene.SettledLeader(members: 3, term: 2);
        var late = HeartbeatSequence(scene.Read(5));
        scene.Receive(scene.Append(S2, 1, 2, Nothing, term: 3));
        scene.DiskCatchesUp();
        scene.ElectionTimeout();
        scene.DiskCatchesUp();
        var first = HeartbeatSequence(scene.Receive(new RequestVoteReply(S3, S1, T(4), true)));
        scene.DiskCatchesUp();
        scene.Accept(S3, 2, first);

        var round = HeartbeatSequence(scene.Read(6));

        Assert.True(round > late);
        Assert.Empty(scene.Receive(new AppendEntriesReply(S3, S1, T(4), late, true, I(1), I(0), I(0), T(0))));
        scene.Accept(S3, 2, round).ShouldBe("serve #6 at 2");
    }

    [Fact]
    public void Scenario_19_the_answer_to_a_request_of_an_earlier_term_names_no_round()
    {
        // Its sender may have been restarted since, lead again and count its rounds from the start.
        var scene = Scene.Follower(term: 4);

        var reply = scene.Receive(scene.Append(S2, 0, 0, Nothing, term: 3, round: 17)).Sent<AppendEntriesReply>().Single();

        Assert.Equal((T(4), 0), (reply.Term, reply.HeartbeatSequence));
    }

    private static long HeartbeatSequence(IReadOnlyList<RaftEffect> effects) =>
        effects.Sent<AppendEntries>().Select(append => append.HeartbeatSequence).Distinct().Single();
}
