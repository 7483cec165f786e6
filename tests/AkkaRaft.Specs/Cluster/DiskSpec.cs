using AkkaRaft.Core;
using AkkaRaft.TestKit;

namespace AkkaRaft.Specs.Cluster;

/// <summary>Disks that are slow, stuck or broken, below real servers.</summary>
public sealed class DiskSpec : RaftTestKit
{
    [Fact]
    public async Task Scenario_45_a_failed_write_answers_nothing_and_the_server_starts_again_from_its_journal() =>
        await AWriteThatGoesWrong(journal => journal.FailNext());

    [Fact]
    public async Task Scenario_45_a_rejected_write_answers_nothing_and_the_server_starts_again_from_its_journal() =>
        await AWriteThatGoesWrong(journal => journal.RejectNext());

    [Fact]
    public async Task Scenario_41_a_slow_disk_costs_no_election_and_a_stuck_one_costs_the_lead()
    {
        var leader = await AwaitLeader();
        var term = Status(leader).Term;
        foreach (var server in Servers)
        {
            Journal(server).Delay(TimeSpan.FromMilliseconds(100));
        }

        await AwaitAnswer(Propose(leader, "slow"));
        Assert.Equal((leader, term), (await AwaitLeader(), Status(leader).Term));

        foreach (var server in Servers)
        {
            Journal(server).Delay(TimeSpan.Zero);
        }

        Journal(leader).Stall();
        var stuck = Propose(leader, "stuck");
        await Advance(TimeSpan.FromSeconds(2));
        Assert.True(stuck.Succeeded, "The majority's disks suffice to commit.");

        Journal(leader).Resume();
        await AwaitConvergence();
    }

    [Fact]
    public async Task A_vote_is_answered_only_when_it_is_on_disk()
    {
        foreach (var server in Servers)
        {
            Journal(server).Stall();
        }

        await Advance(TimeSpan.FromSeconds(3));
        Assert.Empty(Network.Captured<RequestVoteReply>());
        Assert.DoesNotContain(Servers, server => Status(server).Role == RaftRole.Leader);

        foreach (var server in Servers)
        {
            Journal(server).Resume();
        }

        await AwaitLeader();
    }

    [Fact]
    public async Task A_state_machine_that_hangs_does_not_hold_up_elections_heartbeats_or_commits()
    {
        var leader = await AwaitLeader();
        var term = Status(leader).Term;
        HoldStateMachine(leader);
        var held = Propose(leader, "held");
        var behind = Propose(leader, "behind");
        await Await(() => Status(leader).CommitIndex.Value >= 3, "both commands to be committed");
        await Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((RaftRole.Leader, term), (Status(leader).Role, Status(leader).Term));
        Assert.False(held.IsAnswered);

        ReleaseStateMachine(leader);
        await AwaitAnswer(behind);
        Assert.True(held.Succeeded);
    }

    private async Task AWriteThatGoesWrong(Action<JournalStore> spoil)
    {
        var leader = await AwaitLeader();
        await AwaitAnswer(Propose(leader, "kept"));
        var others = Servers.Where(server => server != leader).ToArray();
        Network.CutOff(leader);
        spoil(Journal(leader));

        var doubtful = Propose(leader, "doubtful");
        await Await(() => Status(leader).Down is not null, "the server to stop");
        Assert.False(doubtful.IsAnswered);

        Network.Heal();
        await Await(() => Status(leader).Down is null, "the server to start again");
        await AwaitConvergence();
        Assert.False(doubtful.IsAnswered);
        Assert.Equal(["kept"], Applied(leader).Select(applied => applied.Command));
        Assert.All(others, other => Assert.Equal(Applied(leader), Applied(other)));
    }
}
