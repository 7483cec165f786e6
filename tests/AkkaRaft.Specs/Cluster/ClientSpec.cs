using AkkaRaft.Core;
using AkkaRaft.TestKit;

namespace AkkaRaft.Specs.Cluster;

/// <summary>A user's whole state machine.</summary>
public sealed class Counter : IStateMachine, IStateDigest
{
    private long _value;

    /// <inheritdoc />
    public string Digest => _value.ToString();

    /// <inheritdoc />
    public object? Apply(LogIndex index, object command) => command is long by ? _value += by : "a number is expected";

    /// <inheritdoc />
    public object? Query(object query) => _value;
}

/// <summary>The client that users have, on virtual time.</summary>
public sealed class ClientSpec() : RaftTestKit(stateMachine: () => new Counter())
{
    [Fact]
    public async Task A_client_finds_the_leader_and_gets_results()
    {
        using var client = CreateClient();

        var first = await Finish(client.ProposeAsync<long>(5L));
        var second = await Finish(client.ProposeAsync<long>(7L));
        var read = await Finish(client.QueryAsync<long>("value"));

        Assert.Equal((5, 12, 12), (first.Result, second.Result, read));
        Assert.Equal(first.Index.Next, second.Index);
    }

    [Fact]
    public async Task A_server_that_was_asked_before_it_listened_still_tells_its_status()
    {
        using var client = CreateClient();
        var leader = await AwaitLeader();
        var follower = Servers.First(server => server != leader);
        await Crash(follower);

        var status = client.StatusAsync(ContactPoints[Servers.ToList().IndexOf(follower)]);
        await Await(() => Status(leader).UnresponsiveMembers.Contains(follower), "the leader to miss the follower");
        await Restart(follower);

        Assert.Equal(follower, (await Finish(status)).Server);
    }

    [Fact]
    public async Task Many_requests_of_one_client_are_under_way_at_once()
    {
        using var client = CreateClient();

        var results = await Finish(Task.WhenAll(Enumerable.Range(0, 5000).Select(_ => client.ProposeAsync<long>(1L))));

        Assert.Equal(5000, results.Select(result => result.Index).Distinct().Count());
        Assert.Equal(5000, await Finish(client.QueryAsync<long>("value")));
    }

    [Fact]
    public async Task A_client_goes_on_with_the_next_leader_when_one_crashes()
    {
        using var client = CreateClient();
        await Finish(client.ProposeAsync<long>(1L));
        var leader = await AwaitLeader();

        await Crash(leader);
        var next = await Finish(client.QueryAsync<long>("value"));

        Assert.Equal(1, next);
        await Finish(client.ProposeAsync<long>(1L));
        await Restart(leader);
        await AwaitConvergence();
    }

    [Fact]
    public async Task Without_a_session_a_proposal_that_a_crashed_leader_had_is_indeterminate_and_told_with_the_facts()
    {
        using var client = CreateClient(settings => settings with { Session = false });
        await Finish(client.ProposeAsync<long>(1L));
        var leader = await AwaitLeader();
        HoldStateMachine(leader);
        var doubtful = client.ProposeAsync<long>(1L);
        await Await(() => Status(leader).CommitIndex > Status(leader).LastApplied, "the command to be committed and held");

        await Crash(leader);
        var failure = await Assert.ThrowsAsync<ProposalIndeterminateException>(() => Finish(doubtful));

        Assert.Equal(IndeterminateReason.LeadershipLost, failure.Reason);
        Assert.NotNull(failure.Facts.Server);
        Assert.Contains("term", failure.Message);
    }

    /// <summary>Once it went to the dead leader that followers still told of, and nobody could say what became of it.</summary>
    [Fact]
    public async Task Without_a_session_nothing_is_sent_to_a_leader_of_whom_only_others_tell()
    {
        var leader = await AwaitLeader();
        await AwaitConvergence();
        await Crash(leader);
        string[] theDeadOneFirst = [.. ContactPoints.OrderBy(contact => contact != AddressOf(leader))];
        using var client = CreateClient(settings => settings with { Session = false, AsksOneFirst = true }, theDeadOneFirst);

        var committed = await Finish(client.ProposeAsync<long>(1L));

        Assert.Equal(1, committed.Result);
    }

    [Fact]
    public async Task Scenario_25_without_a_quorum_the_error_names_who_does_not_answer()
    {
        using var client = CreateClient();
        var leader = await AwaitLeader();
        foreach (var server in Servers.Where(server => server != leader))
        {
            await Crash(server);
        }

        await Await(() => Status(leader).Role != RaftRole.Leader, "the lonely leader to step down");
        var failure = await Assert.ThrowsAsync<ProposalRejectedException>(() => Finish(client.ProposeAsync<long>(1L)));

        Assert.Equal(RejectionReason.NoLeaderKnown, failure.Reason);
        Assert.All(Servers.Where(server => server != leader), server => Assert.Contains(server.Value, failure.Message));
    }

    [Fact]
    public async Task Scenario_47_a_megabyte_is_rejected_by_the_client_itself()
    {
        using var client = CreateClient();

        var failure = await Assert.ThrowsAsync<ProposalRejectedException>(() => client.ProposeAsync<string>(new string('x', 1024 * 1024)));

        Assert.Equal(RejectionReason.TooLarge, failure.Reason);
    }

    [Fact]
    public async Task A_result_of_another_type_than_expected_is_told_with_the_index()
    {
        using var client = CreateClient();

        var failure = await Assert.ThrowsAsync<ResultUnavailableException>(() => Finish(client.ProposeAsync<int>(3L)));

        Assert.Contains("System.Int64", failure.Message);
        Assert.True(failure.Index > LogIndex.Zero);
    }

    [Fact]
    public async Task A_status_tells_the_digest_at_the_applied_index()
    {
        using var client = CreateClient();
        await Finish(client.ProposeAsync<long>(42L));
        await AwaitConvergence();

        foreach (var contact in ContactPoints)
        {
            var status = await Finish(client.StatusAsync(contact, withDigest: true));
            Assert.Equal(("42", status.LastApplied), (status.Digest, status.DigestIndex));
        }
    }

    [Fact]
    public async Task A_cancelled_request_stops_waiting()
    {
        using var client = CreateClient("akka://test/user/nobody");
        using var cancellation = new CancellationTokenSource();
        var request = client.QueryAsync<long>("value", cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
    }

    private async Task<T> Finish<T>(Task<T> task)
    {
        await Await(() => task.IsCompleted, "a client's request to end");
        return await task;
    }
}
