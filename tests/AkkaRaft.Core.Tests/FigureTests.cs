using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>The paper's figures 7 and 8, played by whole servers.</summary>
public class FigureTests
{
    [Fact]
    public void Scenario_15_figure_7_all_six_followers_converge_in_round_trips_that_grow_with_terms()
    {
        var logs = new Dictionary<ServerId, long[]>
        {
            [S1] = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6],
            [S2] = [1, 1, 1, 4, 4, 5, 5, 6, 6],
            [S3] = [1, 1, 1, 4],
            [S4] = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
            [S5] = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
            [S(6)] = [1, 1, 1, 4, 4, 4, 4],
            [S(7)] = [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
        };
        var cluster = new ScriptedCluster(7, disks: id => Disk(Members(7), term: 7, vote: null, log: logs[id]));
        var refusals = cluster.CountRefusals();

        cluster.Elect(S1);

        Assert.All(logs.Keys, id => Assert.Equal("1 1 1 4 4 5 5 6 6 6 8", cluster.TermsOf(id)));
        Assert.All(cluster.Servers, server => Assert.Equal(I(11), server.CommitIndex));
        Assert.All(refusals.Values, count => Assert.True(count <= 1, $"{count} refusals"));
    }

    [Fact]
    public void Scenario_15_long_conflicts_are_skipped_a_term_at_a_time()
    {
        long[] LogOf(params long[] terms) => [.. terms.SelectMany(term => Enumerable.Repeat(term, 1000))];
        var logs = new Dictionary<ServerId, long[]> { [S1] = LogOf(1, 3, 5), [S2] = LogOf(1, 2, 4), [S3] = LogOf(1, 3, 5) };
        var cluster = new ScriptedCluster(3, disks: id => Disk(Members(3), term: 5, vote: null, log: logs[id]));
        var refusals = cluster.CountRefusals();

        cluster.Elect(S1);

        Assert.Equal(cluster.TermsOf(S1), cluster.TermsOf(S2));
        Assert.InRange(refusals[S2], 1, 3);
    }

    [Fact]
    public void Scenario_11_figure_8_an_entry_of_an_earlier_term_on_a_majority_can_still_be_replaced()
    {
        var cluster = EntryOfTermTwoOnAMajority();
        Assert.Equal(I(0), cluster[S1].CommitIndex);

        cluster.Crash(S1);
        cluster.Restart(S5);
        cluster.ElectEventually(S5);

        Assert.All([S2, S3, S4, S5], id => Assert.StartsWith("1 3", cluster.TermsOf(id)));
    }

    [Fact]
    public void Scenario_11_figure_8_behind_an_entry_of_the_current_term_it_is_committed_and_stays()
    {
        var cluster = EntryOfTermTwoOnAMajority();
        cluster.HeartbeatTimeout(S1);
        cluster.Settle();
        Assert.Equal(I(3), cluster[S1].CommitIndex);

        cluster.Crash(S1);
        cluster.Restart(S5);
        cluster.RunFor(TimeSpan.FromSeconds(3));

        Assert.DoesNotContain(S5, cluster.Leaders());
        Assert.All([S2, S3, S4, S5], id => Assert.StartsWith("1 2 4", cluster.TermsOf(id)));
    }

    /// <summary>
    /// Figure 8 up to (c): s1 leads in term 4 and its entry of term 2 is on s1, s2 and s3, its entry of term 4 nowhere else; s5 is down
    /// with one of term 3.
    /// </summary>
    private static ScriptedCluster EntryOfTermTwoOnAMajority()
    {
        var options = new RaftOptions { MaxBatchEntries = 1, PreVote = false, CheckQuorum = false };
        var cluster = new ScriptedCluster(5, options, _ => Disk(Members(5), term: 1, vote: null, log: [1]));
        cluster.ElectionTimeout(S1);
        cluster.Deliver(message => message is RequestVote);
        cluster.Deliver(message => message is RequestVoteReply);
        cluster.Deliver(message => message is AppendEntries && message.To == S2);
        cluster.DropAll();
        cluster.Crash(S1);

        cluster.ElectionTimeout(S5);
        cluster.Deliver(message => message is RequestVote);
        cluster.Deliver(message => message is RequestVoteReply);
        Assert.Equal((RaftRole.Leader, T(3)), (cluster[S5].Role, cluster[S5].CurrentTerm));
        cluster.DropAll();
        cluster.Crash(S5);

        cluster.Restart(S1);
        cluster.ElectionTimeout(S1);
        cluster.Settle();
        cluster.ElectionTimeout(S1);
        cluster.Deliver(message => message is RequestVote);
        cluster.Deliver(message => message is RequestVoteReply);
        Assert.Equal((RaftRole.Leader, T(4)), (cluster[S1].Role, cluster[S1].CurrentTerm));

        // The new entry's own request is refused where the one before it is missing; it is lost on the way to s2.
        cluster.Deliver(message => message is AppendEntries && message.To == S3);
        cluster.DropAll(but: message => message.From == S3);
        cluster.Deliver(_ => true);
        cluster.Deliver(message => message is AppendEntries && message.To == S3);
        cluster.Deliver(message => message is AppendEntriesReply);
        cluster.DropAll();
        Assert.Equal(["1 2 4", "1 2", "1 2", "1"], new[] { S1, S2, S3, S4 }.Select(cluster.TermsOf));
        return cluster;
    }
}
