using AkkaRaft.Core;
using AkkaRaft.TestKit;

namespace AkkaRaft.Specs.Cluster;

/// <summary>A counter that can be asked to answer only when it has come to a number.</summary>
public sealed class PatientCounter : IStateMachine
{
    private long _value;

    /// <inheritdoc />
    public object? Apply(LogIndex index, object command) => _value += (long)command;

    /// <inheritdoc />
    public object? Query(object query) => _value >= (long)query ? _value : BlockingQuery.Instance;
}

/// <summary>Queries that wait at a server for a state to come.</summary>
public sealed class WaitingQuerySpec() : RaftTestKit(
    stateMachine: () => new PatientCounter(), config: "akka-raft { query-wait-max = 20s, max-waiting-queries = 3 }")
{
    [Fact]
    public async Task A_query_is_answered_when_its_state_comes_long_after_the_usual_timeout()
    {
        using var client = CreateClient();
        await Finish(client.ProposeAsync<long>(1L));
        var waiting = client.QueryAsync<long>(3L);

        await Advance(TimeSpan.FromSeconds(15));
        await Finish(client.ProposeAsync<long>(1L));
        Assert.False(waiting.IsCompleted);
        await Finish(client.ProposeAsync<long>(1L));

        Assert.Equal(3, await Finish(waiting));
    }

    [Fact]
    public async Task A_query_that_waits_at_a_follower_is_answered_there()
    {
        using var client = CreateClient();
        var written = await Finish(client.ProposeAsync<long>(1L));
        var leader = await AwaitLeader();
        var follower = ContactPoints[Servers.ToList().FindIndex(server => server != leader)];
        var waiting = client.QueryAsync<long>(2L, Consistency.AtIndex(written.Index), follower);
        await Advance(TimeSpan.FromSeconds(8));

        await Finish(client.ProposeAsync<long>(1L));

        Assert.Equal(2, await Finish(waiting));
    }

    [Fact]
    public async Task A_query_whose_state_does_not_come_in_time_says_so()
    {
        using var client = CreateClient();
        await Finish(client.ProposeAsync<long>(1L));
        var waiting = client.QueryAsync<long>(2L);

        await Advance(TimeSpan.FromSeconds(21));
        var failure = await Assert.ThrowsAsync<QueryFailedException>(() => Finish(waiting));

        Assert.True(failure.TimedOut);
        Assert.Contains("has not come within 20s", failure.Message);
    }

    [Fact]
    public async Task A_query_goes_on_waiting_at_the_next_leader()
    {
        using var client = CreateClient();
        await Finish(client.ProposeAsync<long>(1L));
        var waiting = client.QueryAsync<long>(2L);
        await Advance(TimeSpan.FromSeconds(3));

        await Crash(await AwaitLeader());
        await Finish(client.ProposeAsync<long>(1L));

        Assert.Equal(2, await Finish(waiting));
    }

    [Fact]
    public async Task No_more_queries_wait_than_the_limit()
    {
        using var client = CreateClient();
        await Finish(client.ProposeAsync<long>(1L));
        var waiting = Enumerable.Range(0, 4).Select(_ => client.QueryAsync<long>(2L)).ToList();

        await Await(() => waiting.Any(query => query.IsCompleted), "one query to be refused");
        var failure = await Assert.ThrowsAsync<QueryFailedException>(() => Task.WhenAny(waiting).Unwrap());
        await Finish(client.ProposeAsync<long>(1L));
        await Await(() => waiting.All(query => query.IsCompleted), "the others to be answered");

        Assert.Equal(RejectionReason.Overloaded, failure.Reason);
        Assert.Equal(3, waiting.Count(query => query.IsCompletedSuccessfully));
    }

    private async Task<T> Finish<T>(Task<T> task)
    {
        await Await(() => task.IsCompleted, "a client's request to end");
        return await task;
    }
}
