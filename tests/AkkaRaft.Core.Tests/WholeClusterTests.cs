using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>The plain course of things: three servers elect, replicate, commit, read, and carry on when one of them dies.</summary>
public class WholeClusterTests
{
    [Fact]
    public void Three_servers_elect_a_leader_replicate_a_command_and_apply_it_everywhere()
    {
        var cluster = new ScriptedCluster(3);
        cluster.Elect(S1);

        cluster.Propose(S1, 7);
        cluster.Settle();

        foreach (var server in Members(3).Voters)
        {
            Assert.Equal([NoOp.Instance, Put("value 7")], cluster.AppliedBy(server).Select(entry => entry.Payload));
        }
    }

    [Fact]
    public void A_read_is_served_behind_what_was_written_ahead_of_it()
    {
        var cluster = new ScriptedCluster(3);
        cluster.Elect(S1);
        cluster.Propose(S1, 7);
        cluster.Settle();

        cluster.Read(S1, 8);
        cluster.Settle();

        Assert.Equal(new Serve(R(8), I(2)), cluster.AnswersOf(S1)[^1]);
    }

    [Fact]
    public void When_the_leader_dies_another_takes_over_with_everything_that_was_committed()
    {
        var cluster = new ScriptedCluster(3);
        cluster.Elect(S1);
        cluster.Propose(S1, 7);
        cluster.Settle();
        cluster.Crash(S1);

        cluster.Elect(S2);
        cluster.Propose(S2, 9);
        cluster.Settle();
        cluster.Restart(S1);
        cluster.HeartbeatTimeout(S2);
        cluster.Settle();

        foreach (var server in Members(3).Voters)
        {
            Assert.Equal(
                [NoOp.Instance, Put("value 7"), NoOp.Instance, Put("value 9")], cluster.AppliedBy(server).Select(entry => entry.Payload));
        }
    }

    [Fact]
    public void A_single_server_elects_itself_and_commits_without_a_message()
    {
        var cluster = new ScriptedCluster(1);
        cluster.Elect(S1);

        cluster.Propose(S1, 1);
        cluster.Read(S1, 2);

        Assert.Empty(cluster.Bag);
        Assert.Equal(I(2), cluster[S1].CommitIndex);
        Assert.Equal(new Serve(R(2), I(2)), cluster.AnswersOf(S1)[^1]);
    }
}
