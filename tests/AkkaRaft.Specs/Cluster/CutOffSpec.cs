using AkkaRaft.Core;
using AkkaRaft.TestKit;

namespace AkkaRaft.Specs.Cluster;

/// <summary>Servers that are cut off from the others, and come back.</summary>
public sealed class CutOffSpec : RaftTestKit
{
    [Fact]
    public async Task The_leader_is_cut_off_the_majority_elects_another_and_its_uncommitted_entry_is_gone_after_healing()
    {
        var leader = await AwaitLeader();
        await AwaitAnswer(Propose(leader, "kept"));

        Network.CutOff(leader);
        var lost = Propose(leader, "lost");
        var successor = await AwaitLeader(except: leader);
        await Await(() => Status(leader).Role != RaftRole.Leader, "the old leader to step down");
        var written = Propose(successor, "written");
        await AwaitAnswer(written);
        Assert.False(lost.Succeeded);

        Network.Heal();
        await AwaitConvergence();
        Assert.Equal(["kept", "written"], Applied(leader).Select(applied => applied.Command));
        Assert.IsType<Indeterminate>(lost.Failure);
    }

    [Fact]
    public async Task A_follower_that_was_cut_off_catches_up_when_it_is_healed_and_disturbs_nobody()
    {
        var leader = await AwaitLeader();
        var follower = Servers.First(server => server != leader);
        var term = Status(leader).Term;

        Network.CutOff(follower);
        for (var i = 0; i < 100; i++)
        {
            await AwaitAnswer(Propose(leader, $"command {i}"));
        }

        await Advance(TimeSpan.FromSeconds(10));
        Assert.Empty(Applied(follower));
        Network.Heal();
        await AwaitConvergence();

        Assert.Equal(Applied(leader), Applied(follower));
        Assert.Equal((leader, term), (await AwaitLeader(), Status(leader).Term));
    }

    [Fact]
    public async Task A_leader_cut_off_from_the_majority_commits_nothing_answers_no_query_and_steps_down()
    {
        var leader = await AwaitLeader();
        var commit = Status(leader).CommitIndex;

        Network.CutOff(leader);
        var proposal = Propose(leader, "never");
        var query = Query(leader, "how many");
        await Await(() => Status(leader).Role != RaftRole.Leader, "the leader to step down", within: TimeSpan.FromSeconds(1));

        Assert.Equal(commit, Status(leader).CommitIndex);
        Assert.IsType<Indeterminate>(proposal.Failure);
        Assert.IsType<Rejected>(query.Failure);
    }

    [Fact]
    public async Task A_leader_that_hears_but_cannot_speak_is_replaced_and_so_is_one_that_speaks_but_cannot_hear()
    {
        var mute = await AwaitLeader();
        foreach (var other in Servers.Where(server => server != mute))
        {
            Network.Cut(mute, other);
        }

        var deaf = await AwaitLeader(except: mute);
        Network.Heal();
        await AwaitConvergence();
        deaf = await AwaitLeader();
        foreach (var other in Servers.Where(server => server != deaf))
        {
            Network.Cut(other, deaf);
        }

        await AwaitLeader(except: deaf);
        Network.Heal();
        await AwaitConvergence();
    }
}
