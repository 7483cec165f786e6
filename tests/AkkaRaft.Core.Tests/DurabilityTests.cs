using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>Nothing is promised before it is on disk, and what was promised for another term is not said any more.</summary>
public class DurabilityTests
{
    [Fact]
    public void Term_and_entries_of_one_step_are_one_write_with_the_term_first() =>
        Scene.Follower(term: 1).Receive(new AppendEntries(S2, S1, T(2), I(0), T(0), LogFrom(1, 2), I(0), 1)).ShouldBe(
            "Follower in term 2, leader s2", "write 1: term 2 vote none; entries [1/2]");

    [Fact]
    public void Each_answer_waits_for_its_own_write_and_for_no_later_one()
    {
        var scene = Scene.FollowerOf(S2, term: 1);
        scene.Receive(scene.Append(S2, 0, 0, LogFrom(1, 1)));
        scene.Receive(scene.Append(S2, 1, 1, LogFrom(2, 1)));

        scene.Step(new Persisted(scene.Now, 1)).ShouldBe("to s2: match 1, term 1");
        scene.Step(new Persisted(scene.Now, 1)).ShouldBe();
        scene.Step(new Persisted(scene.Now, 2)).ShouldBe("to s2: match 2, term 1");
    }

    [Fact]
    public void One_confirmation_releases_all_writes_up_to_it()
    {
        var scene = Scene.FollowerOf(S2, term: 1);
        scene.Receive(scene.Append(S2, 0, 0, LogFrom(1, 1)));
        scene.Receive(scene.Append(S2, 1, 1, LogFrom(2, 1)));

        scene.DiskCatchesUp().ShouldBe("to s2: match 1, term 1", "to s2: match 2, term 1");
    }

    [Fact]
    public void A_request_that_comes_again_while_it_is_being_written_waits_for_that_write()
    {
        var scene = Scene.FollowerOf(S2, term: 1);
        scene.Receive(scene.Append(S2, 0, 0, LogFrom(1, 1, 1)));

        scene.Receive(scene.Append(S2, 0, 0, LogFrom(1, 1))).ShouldBe();
        scene.DiskCatchesUp().ShouldBe("to s2: match 2, term 1", "to s2: match 1, term 1");
    }

    [Fact]
    public void An_acknowledgement_of_an_earlier_term_is_dropped_because_its_entries_may_have_been_replaced()
    {
        var scene = Scene.FollowerOf(S2, term: 1);
        scene.Receive(scene.Append(S2, 0, 0, LogFrom(1, 1, 1)));
        scene.Receive(scene.Append(S3, 1, 1, LogFrom(2, 2), term: 2));

        scene.Step(new Persisted(scene.Now, 1)).ShouldBe();
        scene.Step(new Persisted(scene.Now, 2)).ShouldBe("to s3: match 2, term 2");
    }

    [Fact]
    public void What_is_being_written_when_it_is_replaced_does_not_count_as_durable()
    {
        var scene = Scene.FollowerOf(S2, term: 1);
        scene.Receive(scene.Append(S2, 0, 0, LogFrom(1, 1, 1, 1)));
        scene.Receive(scene.Append(S3, 1, 1, LogFrom(2, 2, 2), term: 2));
        scene.Step(new Persisted(scene.Now, 1));

        scene.Receive(scene.Append(S3, 3, 2, Nothing)).ShouldBe();
        scene.Step(new Persisted(scene.Now, 2)).ShouldBe("to s3: match 3, term 2", "to s3: match 1, term 2");
    }

    [Fact]
    public void No_answer_names_a_term_that_is_not_on_disk()
    {
        var scene = Scene.Follower(term: 1, log: [1]);

        scene.Receive(new AppendEntries(S2, S1, T(4), I(5), T(3), Nothing, I(0), 1)).ShouldBe(
            "Follower in term 4, leader s2", "write 1: term 4 vote none");
        scene.DiskCatchesUp().ShouldBe("to s2: no match at 5, conflict 1/1, term 4");
    }

    [Fact]
    public void Messages_that_wait_are_bounded_and_those_beyond_are_lost_as_on_a_network()
    {
        var scene = Scene.FollowerOf(S2, term: 1, options: Settings with { MaxHeldMessages = 2 });
        scene.Receive(scene.Append(S2, 0, 0, LogFrom(1, 1)));
        scene.Receive(scene.Append(S2, 1, 1, LogFrom(2, 1)));
        scene.Receive(scene.Append(S2, 2, 1, LogFrom(3, 1)));

        scene.DiskCatchesUp().ShouldBe("to s2: match 1, term 1", "to s2: match 2, term 1");
        scene.Receive(scene.Append(S2, 3, 1, Nothing)).ShouldBe("to s2: match 3, term 1");
    }

    [Fact]
    public void A_candidate_asks_every_voter_even_if_fewer_messages_may_wait()
    {
        // With a bound of 4, a candidate of seven asked the same four each time, and was never elected when others than those were alive.
        var scene = Scene.Follower(members: 7, term: 1, options: Settings with { PreVote = false, MaxHeldMessages = 4 });
        scene.ElectionTimeout();

        scene.DiskCatchesUp().ShouldBe([.. Enumerable.Range(2, 6).Select(voter => $"to s{voter}: vote in 2? last 0/0")]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Requests_for_votes_that_waited_for_the_disk_are_not_sent_once_a_leader_is_followed(bool preVote)
    {
        using var mark = CoverageMark.Expect();
        // Held until the disk had caught up, they went out when the server had learnt from its leader that it was no voter any more.
        var scene = Scene.Follower(term: 1, options: Settings with { PreVote = preVote });
        scene.Receive(scene.Append(S2, 0, 0, Nothing, term: 2));
        scene.ElectionTimeout();
        scene.Receive(scene.Append(S3, 0, 0, Nothing, term: preVote ? 2 : 3));

        Assert.DoesNotContain(scene.DiskCatchesUp(), effect => effect is Send { Message: PreVote or RequestVote });
    }

    [Fact]
    public void A_follower_with_a_stalled_disk_still_confirms_the_lead_for_reads()
    {
        var cluster = new ScriptedCluster(2);
        cluster.Elect(S1);
        cluster.StallDisk(S2);
        cluster.Propose(S1, 1);
        cluster.Settle();

        cluster.Read(S1, 5);
        cluster.Settle();

        Assert.Equal(new Serve(R(5), I(1)), cluster.AnswersOf(S1)[^1]);
    }

    [Fact]
    public void Scenario_41_a_disk_that_takes_twice_the_election_timeout_costs_at_most_one_election()
    {
        foreach (var slow in new[] { S1, S2 })
        {
            var cluster = new ScriptedCluster(3);
            cluster.Elect(S1);
            cluster.StallDisk(slow);
            cluster.Propose(S1, 1);
            cluster.RunFor(2 * new RaftOptions().ElectionTimeoutMax);
            cluster.ResumeDisk(slow);
            cluster.RunFor(TimeSpan.FromSeconds(1));

            Assert.Equal((S1, T(1), I(2)), (Assert.Single(cluster.Leaders()), cluster[S1].CurrentTerm, cluster[slow].CommitIndex));
        }
    }

    [Fact]
    public void Scenario_41_a_leader_whose_disk_has_stopped_for_good_gives_up_and_does_not_campaign()
    {
        var cluster = new ScriptedCluster(3);
        cluster.Elect(S1);
        cluster.StallDisk(S1);
        cluster.Propose(S1, 1);
        cluster.RunFor(TimeSpan.FromSeconds(5));

        var successor = Assert.Single(cluster.Leaders());
        Assert.NotEqual(S1, successor);
        cluster.Propose(successor, 2);
        cluster.RunFor(TimeSpan.FromSeconds(30));
        Assert.Equal([successor], cluster.Leaders());

        cluster.ResumeDisk(S1);
        cluster.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal([successor], cluster.Leaders());
        Assert.Equal(cluster.TermsOf(successor), cluster.TermsOf(S1));
    }

    [Fact]
    public void A_server_whose_disk_has_stopped_promises_nobody_a_vote_that_it_could_not_write()
    {
        var scene = Scene.Follower(term: 1);
        scene.Receive(new RequestVote(S2, S1, T(2), I(0), T(0), false)).ShouldBe(
            "Follower in term 2, leader none", "write 1: term 2 vote s2");
        scene.Pass(3000);
        scene.Receive(new PreVote(S2, S1, T(2), I(0), T(0))).ShouldBe();

        scene.DiskCatchesUp().ShouldBe("to s2: vote yes, term 2", "to s2: pre-vote no for 2, term 2");
        scene.Receive(new PreVote(S2, S1, T(2), I(0), T(0))).ShouldBe("to s2: pre-vote yes for 2, term 2");
    }

    [Fact]
    public void Scenario_41_a_leader_of_one_whose_disk_has_stopped_tells_its_clients()
    {
        var scene = Scene.Leader(members: 1, term: 2);
        scene.Propose(1);
        scene.Pass(2999);
        scene.HeartbeatTimeout().ShouldBe("Follower in term 2, leader none", "indeterminate #1: LeadershipLost");

        scene.ElectionTimeout().ShouldBe("timer Election");
        scene.DiskCatchesUp();
        Assert.Equal("Candidate in term 3, leader none", EffectText.Of(scene.ElectionTimeout()[0]));
    }

    [Fact]
    public void Scenario_41_a_leader_whose_own_disk_stalls_keeps_its_lead_and_commits_with_the_others()
    {
        var cluster = new ScriptedCluster(3);
        cluster.Elect(S1);
        cluster.StallDisk(S1);
        cluster.Propose(S1, 1);

        cluster.RunFor(TimeSpan.FromSeconds(1));

        Assert.Equal([S1], cluster.Leaders());
        Assert.All(cluster.Servers, server => Assert.Equal(I(2), server.CommitIndex));
    }
}
