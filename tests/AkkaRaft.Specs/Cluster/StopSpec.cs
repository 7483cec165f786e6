using AkkaRaft.Core;
using AkkaRaft.TestKit;

namespace AkkaRaft.Specs.Cluster;

/// <summary>
/// A server that is told to stop, above a disk that takes its time. Its first write is at the journal; the ones behind it are its own still,
/// and Akka drops them with the actor.
/// </summary>
public sealed class StopSpec() : RaftTestKit(servers: 1, config: "akka-raft.max-write-stall = 4s")
{
    private ServerId Only => Servers[0];

    [Fact]
    public async Task A_server_that_is_told_to_stop_does_so_behind_its_last_write()
    {
        await AwaitLeader();
        Journal(Only).Delay(TimeSpan.FromSeconds(1));
        var proposals = await ProposeThree();

        await Stop(Only);

        Assert.All(proposals, proposal => Assert.True(proposal.Succeeded, "The server has stopped ahead of its own answer."));
        Assert.Equal(["first", "second", "third"], await AppliedAfterRestart());
    }

    [Fact]
    public async Task A_server_that_stops_takes_no_more_requests()
    {
        await AwaitLeader();
        Journal(Only).Delay(TimeSpan.FromSeconds(1));
        await ProposeThree();

        _ = Raft.StopAsync(RaftOf(Only));
        var late = Propose(Only, "late");
        await AwaitAnswer(late);
        await Stop(Only);

        Assert.Equal(RejectionReason.ShuttingDown, Assert.IsType<Rejected>(late.Failure).Reason);
        Assert.Equal(["first", "second", "third"], await AppliedAfterRestart());
    }

    [Fact]
    public async Task A_stuck_disk_does_not_hold_up_the_stop_for_longer_than_the_bound_and_the_log_says_what_is_not_written()
    {
        await AwaitLeader();
        Journal(Only).Stall();
        var proposals = await ProposeThree();
        var before = Elapsed;

        await EventFilter.Warning(contains: "stops with 3 writes that its journal has not confirmed within 4000 ms")
            .ExpectOneAsync(() => Stop(Only));

        Assert.InRange(Elapsed - before, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(10));
        Assert.All(proposals, proposal => Assert.False(proposal.Succeeded));
    }

    /// <summary>Three writes of their own: one is at the journal, and the others wait behind it.</summary>
    private async Task<TestRequest[]> ProposeThree()
    {
        var proposals = new List<TestRequest>();
        foreach (var command in new[] { "first", "second", "third" })
        {
            proposals.Add(Propose(Only, command));
            await Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(3, Status(Only).PendingWrites);
        return [.. proposals];
    }

    private async Task<IEnumerable<object>> AppliedAfterRestart()
    {
        Journal(Only).Delay(TimeSpan.Zero);
        await Restart(Only);
        await AwaitLeader();
        await AwaitConvergence();
        return Applied(Only).Select(applied => applied.Command);
    }
}
