using AkkaRaft.Core;
using AkkaRaft.TestKit;

namespace AkkaRaft.Specs.TestKit;

/// <summary>The network in a spec's hand does what it is told, to the messages it is told of.</summary>
public sealed class NetworkSpec : RaftTestKit
{
    [Fact]
    public async Task Only_the_first_messages_are_dropped_and_the_rule_says_how_many_it_met()
    {
        var leader = await AwaitLeader();
        var follower = Servers.First(server => server != leader);

        var rule = Network.Drop<AppendEntries>(to: follower, when: append => append.Entries.Count > 0, first: 1);
        await AwaitAnswer(Propose(leader, "command"));
        await AwaitConvergence();

        Assert.Equal(1, rule.Hits);
        Assert.Equal(["command"], Applied(follower).Select(applied => applied.Command));
    }

    [Fact]
    public async Task A_cut_in_one_direction_leaves_the_other_open()
    {
        var leader = await AwaitLeader();
        var follower = Servers.First(server => server != leader);

        Network.Cut(follower, leader);
        await AwaitAnswer(Propose(leader, "command"));
        await Await(() => Journal(follower).Entries.Count == Journal(leader).Entries.Count, "the follower to get the entry all the same");
    }

    [Fact]
    public async Task A_delayed_message_arrives_when_its_time_has_come()
    {
        var leader = await AwaitLeader();
        var follower = Servers.First(server => server != leader);
        var delay = TimeSpan.FromMilliseconds(120);
        Network.Delay<AppendEntries>(delay, to: follower);
        await Advance(TimeSpan.FromMilliseconds(300));

        var askedAt = Elapsed;
        await AwaitAnswer(Propose(leader, "command"));
        await Await(() => Applied(follower).Count == 1, "the follower to apply it");

        Assert.True(Elapsed - askedAt >= delay);
    }

    [Fact]
    public async Task A_message_may_come_twice_and_both_are_seen_by_the_follower_only_once_in_its_log()
    {
        var leader = await AwaitLeader();
        var rule = Network.Duplicate<AppendEntries>(TimeSpan.FromMilliseconds(10), when: append => append.Entries.Count > 0);

        await AwaitAnswer(Propose(leader, "command"));
        await Advance(TimeSpan.FromMilliseconds(50));
        await AwaitConvergence();

        Assert.True(rule.Hits >= 2);
        Assert.All(Servers, server => Assert.Equal(["command"], Applied(server).Select(applied => applied.Command)));
    }

    [Fact]
    public async Task What_passed_can_be_looked_at()
    {
        var leader = await AwaitLeader();

        var vote = Network.Captured<RequestVote>().Last(request => request.From == leader);
        Assert.Equal(Status(leader).Term, vote.Term);
        Assert.Contains(Network.Captured<RequestVoteReply>(), reply => reply.To == leader && reply.Granted);
        Assert.True(Network.Captured<RaftMessage>().Count > Network.Captured<RequestVote>().Count);
    }

    [Fact]
    public async Task A_wait_in_vain_says_what_it_waited_for_and_how_the_servers_are()
    {
        var leader = await AwaitLeader();

        var failure = await Assert.ThrowsAsync<RaftTestException>(
            () => Await(() => false, "pigs to fly", within: TimeSpan.FromMilliseconds(200)));

        Assert.Contains("pigs to fly", failure.Message);
        Assert.Contains($"{leader}: Leader in term", failure.Message);
    }
}

/// <summary>Two runs of one spec with one seed are the same run; another seed gives another.</summary>
public sealed class DeterminismSpec
{
    [Fact]
    public async Task The_same_spec_runs_the_same_way_each_time()
    {
        var traces = new List<string>();
        foreach (var seed in new[] { 7, 7, 8 })
        {
            using var run = new Run(seed);
            traces.Add(await run.Trace());
        }

        Assert.Equal(traces[0], traces[1]);
        Assert.NotEqual(traces[0], traces[2]);
    }

    private sealed class Run(int seed) : RaftTestKit(servers: 5, seed: seed)
    {
        public async Task<string> Trace()
        {
            var trace = new List<string>();
            for (var round = 0; round < 5; round++)
            {
                var leader = await AwaitLeader();
                await AwaitAnswer(Propose(leader, $"round {round}"));
                trace.Add($"{Elapsed}: {leader} in term {Status(leader).Term}");
                await Crash(leader);
                await AwaitLeader();
                await Restart(leader);
                await AwaitConvergence();
            }

            return string.Join(Environment.NewLine, trace);
        }
    }
}
