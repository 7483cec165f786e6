using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>Elections on damaged networks, with timers that run (SCENARIOS.md, "Elections and leadership").</summary>
public class AvailabilityTests
{
    private static readonly TimeSpan OneTimeout = new RaftOptions().ElectionTimeoutMax;

    [Fact]
    public void Scenario_4_with_only_part_of_the_links_there_is_at_most_one_change_of_leader_in_a_minute()
    {
        foreach (var leader in new[] { S1, S2, S3 })
        {
            var cluster = new ScriptedCluster(5);
            cluster.Elect(leader);
            foreach (var (one, other) in new[] { (S4, S1), (S4, S3), (S4, S5), (S5, S1), (S5, S2) })
            {
                cluster.Cut(one, other);
            }

            var term = cluster[leader].CurrentTerm.Value;
            cluster.RunFor(TimeSpan.FromSeconds(60));

            Assert.InRange(cluster.Servers.Max(server => server.CurrentTerm.Value), term, term + 1);
            Assert.Single(cluster.Leaders());
        }
    }

    [Fact]
    public void Scenario_5_a_leader_that_speaks_but_cannot_hear_is_replaced_within_three_timeouts()
    {
        var cluster = new ScriptedCluster(3);
        cluster.Elect(S1);
        cluster.CutWay(S2, S1);
        cluster.CutWay(S3, S1);

        cluster.RunFor(3 * OneTimeout);

        Assert.NotEqual(S1, Assert.Single(cluster.Leaders()));
        Assert.NotEqual(RaftRole.Leader, cluster[S1].Role);
    }

    [Fact]
    public void Scenario_5_a_leader_that_hears_but_cannot_speak_is_replaced_within_three_timeouts()
    {
        var cluster = new ScriptedCluster(3);
        cluster.Elect(S1);
        cluster.CutWay(S1, S2);
        cluster.CutWay(S1, S3);

        cluster.RunFor(3 * OneTimeout);

        Assert.NotEqual(S1, Assert.Single(cluster.Leaders()));
    }

    [Fact]
    public void Scenario_6_one_link_cut_between_the_leader_and_a_follower_moves_no_term_and_stops_no_write()
    {
        var cluster = new ScriptedCluster(3);
        cluster.Elect(S1);
        cluster.Cut(S1, S3);

        for (var request = 1; request <= 100; request++)
        {
            cluster.Propose(S1, request);
            cluster.RunFor(OneTimeout);
        }

        Assert.Equal([S1], cluster.Leaders());
        Assert.Equal((T(1), I(101)), (cluster[S3].CurrentTerm, cluster[S1].CommitIndex));
    }

    [Fact]
    public void Scenario_7_a_server_alone_for_a_thousand_timeouts_comes_back_and_disturbs_nobody()
    {
        var cluster = new ScriptedCluster(3);
        cluster.Elect(S1);
        cluster.CutOff(S3);
        cluster.RunFor(1000 * OneTimeout);

        cluster.Heal();
        cluster.Propose(S1, 1);
        cluster.RunFor(3 * OneTimeout);

        Assert.Equal([S1], cluster.Leaders());
        Assert.All(cluster.Servers, server => Assert.Equal((T(1), I(2)), (server.CurrentTerm, server.CommitIndex)));
    }

    [Fact]
    public void Scenario_7_so_does_the_leader_itself_with_one_change_of_term()
    {
        var cluster = new ScriptedCluster(3);
        cluster.Elect(S1);
        cluster.CutOff(S1);
        cluster.RunFor(1000 * OneTimeout);
        var successor = Assert.Single(cluster.Leaders());

        cluster.Heal();
        cluster.RunFor(3 * OneTimeout);

        Assert.Equal([successor], cluster.Leaders());
        Assert.Equal(T(2), cluster[successor].CurrentTerm);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Scenario_8_a_higher_term_with_a_shorter_log_does_not_block_a_mixed_cluster(bool theLaggardAsksFirst)
    {
        var with = new RaftOptions();
        var without = new RaftOptions { PreVote = false };
        var cluster = new ScriptedCluster(
            3,
            id => id == S3 == theLaggardAsksFirst ? with : without,
            id => id == S3 ? Disk(Members(3), term: 20, vote: S3, log: [1]) : Disk(Members(3), term: 2, vote: null, log: [1, 2, 2]));
        cluster.Crash(S1);

        cluster.RunFor(40 * OneTimeout);

        Assert.Equal([S2], cluster.Leaders());
        Assert.StartsWith("1 2 2", cluster.TermsOf(S3));
    }

    [Fact]
    public void Scenario_10_an_even_split_of_four_ends_with_a_leader_within_a_few_rounds()
    {
        for (ulong seed = 0; seed < 50; seed++)
        {
            var cluster = new ScriptedCluster(4, seed: seed);
            cluster.Cut(S1, S3);
            cluster.Cut(S1, S4);
            cluster.Cut(S2, S3);
            cluster.Cut(S2, S4);
            cluster.RunFor(10 * OneTimeout);
            Assert.Empty(cluster.Leaders());

            cluster.Heal();
            cluster.RunFor(5 * OneTimeout);

            Assert.Single(cluster.Leaders());
        }
    }

    [Fact]
    public void Two_candidates_at_once_split_the_votes_and_one_of_them_wins_in_a_later_term()
    {
        var cluster = new ScriptedCluster(4, new RaftOptions { PreVote = false });
        cluster.ElectionTimeout(S1);
        cluster.ElectionTimeout(S2);
        cluster.Deliver(message => message is RequestVote && (message.From, message.To) is ({ Value: "s1" }, { Value: "s3" }));
        cluster.Deliver(message => message is RequestVote && (message.From, message.To) is ({ Value: "s2" }, { Value: "s4" }));
        cluster.Settle();
        Assert.Empty(cluster.Leaders());

        cluster.RunFor(5 * OneTimeout);

        Assert.Single(cluster.Leaders());
        Assert.True(cluster[S1].CurrentTerm > T(1));
    }

    [Fact]
    public void Followers_campaign_only_when_the_leader_is_gone()
    {
        var cluster = new ScriptedCluster(5);
        cluster.Elect(S1);
        cluster.RunFor(TimeSpan.FromSeconds(30));
        Assert.Equal((S1, T(1)), (Assert.Single(cluster.Leaders()), cluster[S2].CurrentTerm));

        cluster.Crash(S1);
        cluster.RunFor(5 * OneTimeout);

        Assert.NotEqual(S1, Assert.Single(cluster.Leaders()));
    }
}
