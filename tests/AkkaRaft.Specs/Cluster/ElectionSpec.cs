using AkkaRaft.Core;
using AkkaRaft.TestKit;

namespace AkkaRaft.Specs.Cluster;

/// <summary>Elections among real servers.</summary>
public sealed class ElectionSpec : RaftTestKit
{
    [Fact]
    public async Task A_cluster_that_starts_elects_one_leader_and_every_server_takes_proposals()
    {
        var leader = await AwaitLeader();
        foreach (var server in Servers)
        {
            var proposal = Propose(server, $"by {server}");
            await AwaitAnswer(proposal);
            Assert.Equal($"by {server}", proposal.Result);
        }

        await AwaitConvergence();
        Assert.All(
            Servers, server => Assert.Equal(["by node1", "by node2", "by node3"], Applied(server).Select(applied => applied.Command)));
        Assert.Equal(RaftRole.Leader, Status(leader).Role);
    }

    [Fact]
    public async Task Two_candidates_at_once_split_the_vote_and_one_of_them_leads_in_the_end()
    {
        var slow = TimeSpan.FromMilliseconds(400);
        var preVotes = Network.Delay<PreVote>(slow);
        var votes = Network.Delay<RequestVote>(slow);

        await Await(
            () => Network.Captured<RequestVote>().GroupBy(vote => vote.Term).Any(
                term => term.Select(vote => vote.From).Distinct().Count() > 1),
            "two candidates in one term");
        Network.Heal(preVotes);
        Network.Heal(votes);

        await AwaitLeader();
        await AwaitConvergence();
    }

    [Fact]
    public async Task A_follower_takes_over_from_a_leader_that_crashed_and_the_old_one_follows_when_it_is_back()
    {
        var first = await AwaitLeader();
        await AwaitAnswer(Propose(first, "before"));

        await Crash(first);
        var second = await AwaitLeader();
        var after = Propose(second, "after");
        await AwaitAnswer(after);
        Assert.True(after.Succeeded);

        await Restart(first);
        await AwaitConvergence();
        Assert.Equal(RaftRole.Follower, Status(first).Role);
        Assert.Equal(["before", "after"], Applied(first).Select(applied => applied.Command));
    }

    [Fact]
    public async Task Votes_and_entries_that_arrive_twice_late_or_out_of_order_do_no_harm()
    {
        Network.Duplicate<RaftMessage>(TimeSpan.FromMilliseconds(40), probability: 0.3);
        Network.Reorder<RaftMessage>(TimeSpan.FromMilliseconds(20), probability: 0.3);
        Network.Drop<RaftMessage>(probability: 0.1);
        var requests = new List<TestRequest>();
        for (var i = 0; i < 50; i++)
        {
            requests.Add(Propose(Servers[i % Servers.Count], $"command {i}"));
            await Advance(TimeSpan.FromMilliseconds(20));
        }

        Network.Heal();
        await Advance(TimeSpan.FromSeconds(1));
        await AwaitLeader();
        await AwaitConvergence();

        var applied = Applied(Servers[0]).Select(command => command.Command).ToHashSet();
        Assert.All(requests.Where(request => request.Succeeded), request => Assert.Contains(request.Result!, applied));
        Assert.Contains(requests, request => request.Succeeded);
    }

    [Fact]
    public async Task All_crash_at_once_and_nothing_acknowledged_is_lost()
    {
        var leader = await AwaitLeader();
        await AwaitAnswer(Propose(leader, "acknowledged"));

        foreach (var server in Servers)
        {
            await Crash(server);
        }

        foreach (var server in Servers)
        {
            await Restart(server);
        }

        await AwaitLeader();
        await AwaitConvergence();
        Assert.All(Servers, server => Assert.Equal(["acknowledged"], Applied(server).Select(applied => applied.Command)));
    }
}
