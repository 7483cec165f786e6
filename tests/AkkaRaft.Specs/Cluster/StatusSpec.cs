using AkkaRaft.TestKit;

namespace AkkaRaft.Specs.Cluster;

/// <summary>What a server tells those who watch over it.</summary>
public sealed class StatusSpec : RaftTestKit
{
    [Fact]
    public async Task A_leader_names_members_that_were_not_heard_for_a_minute()
    {
        var leader = await AwaitLeader();
        var lost = Servers.First(server => server != leader);
        await Crash(lost);

        await Advance(TimeSpan.FromSeconds(50));
        Assert.Empty(Status(leader).LostMembers);
        await Advance(TimeSpan.FromSeconds(11));
        Assert.Equal([lost], Status(leader).LostMembers);

        await Restart(lost);
        await AwaitConvergence();
        Assert.Empty(Status(leader).LostMembers);
    }

    [Fact]
    public async Task A_new_leader_misses_nobody_whom_it_had_no_time_to_hear()
    {
        var former = await AwaitLeader();
        await Advance(TimeSpan.FromMinutes(2));
        await Crash(former);

        var leader = await AwaitLeader(except: former);

        Assert.Empty(Status(leader).LostMembers);
    }

    /// <summary>Once nothing told that elections were of a process's own making.</summary>
    [Fact]
    public async Task A_leader_whose_process_stands_still_says_that_its_heartbeats_are_late()
    {
        await AwaitLeader();
        await Advance(TimeSpan.FromSeconds(1));

        await EventFilter.Warning(contains: "heartbeats late, by up to").ExpectOneAsync(async () =>
        {
            await StandStill(TimeSpan.FromMilliseconds(140));
            await Advance(TimeSpan.FromMilliseconds(50));
        });
    }

    [Fact]
    public async Task And_not_where_they_are_in_time()
    {
        await AwaitLeader();

        await EventFilter.Warning(contains: "heartbeats late, by up to").ExpectAsync(0, () => Advance(TimeSpan.FromSeconds(30)));
    }
}
