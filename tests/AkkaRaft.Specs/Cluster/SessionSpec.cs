using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;
using AkkaRaft.Core.Sessions;
using AkkaRaft.TestKit;

namespace AkkaRaft.Specs.Cluster;

/// <summary>Exactly once (dissertation, section 6.3), by the client that users have and by its messages.</summary>
public sealed class SessionSpec() : RaftTestKit(stateMachine: () => new Counter())
{
    [Fact]
    public async Task Scenario_21_a_command_whose_leader_crashed_behind_its_commit_applies_once()
    {
        using var client = CreateClient();
        await Finish(client.ProposeAsync<long>(1L));
        var leader = await AwaitLeader();
        HoldStateMachine(leader);
        var retried = client.ProposeAsync<long>(10L);
        await Await(() => Status(leader).CommitIndex > Status(leader).LastApplied, "the command to be committed and held");
        var index = Status(leader).CommitIndex;

        await Crash(leader);
        var committed = await Finish(retried);

        Assert.Equal((index, 11), (committed.Index, committed.Result));
        Assert.Equal(11, await Finish(client.QueryAsync<long>("value")));
    }

    [Fact]
    public async Task Scenario_21_hundreds_of_commands_under_way_at_a_failover_apply_once_each()
    {
        using var client = CreateClient();
        await Finish(client.ProposeAsync<long>(0L));
        var leader = await AwaitLeader();
        Network.Delay<AppendEntriesReply>(TimeSpan.FromMilliseconds(5));
        var commands = Enumerable.Range(0, 500).Select(_ => client.ProposeAsync<long>(1L)).ToList();
        await Await(() => commands.Any(command => command.IsCompleted) || Status(leader).LastLogIndex.Value > 3, "some to be in the log");

        await Crash(leader);
        await Finish(Task.WhenAll(commands));

        Assert.Equal(500, await Finish(client.QueryAsync<long>("value")));
        Assert.Equal(Enumerable.Range(1, 500).Select(value => (long)value), commands.Select(command => command.Result.Result).Order());
    }

    [Fact]
    public async Task Scenario_21_a_retry_at_the_next_leader_and_after_a_restart_of_all_gets_the_first_answer()
    {
        var leader = await AwaitLeader();
        var session = await Open(leader, TimeSpan.FromMinutes(1));
        var first = await Ask(leader, 2, 5, new SessionStep(session, 1, 0));

        await Crash(leader);
        var next = await AwaitLeader(leader);
        var second = await Ask(next, 3, 5, new SessionStep(session, 1, 0));
        await Restart(leader);
        await AwaitConvergence();
        foreach (var server in Servers)
        {
            await Crash(server);
        }

        foreach (var server in Servers)
        {
            await Restart(server);
        }

        var third = await Ask(await AwaitLeader(), 4, 5, new SessionStep(session, 1, 0));

        Assert.Equal((first.Index, first.Result), (second.Index, second.Result));
        Assert.Equal((first.Index, first.Result), (third.Index, third.Result));
        Assert.Equal(5L, Decode(third));
    }

    [Fact]
    public async Task Scenario_22_a_retry_after_a_lost_answer_gets_the_first_answer()
    {
        var leader = await AwaitLeader();
        var session = await Open(leader, TimeSpan.FromMinutes(1));

        var first = await Ask(leader, 2, 5, new SessionStep(session, 1, 0));
        var other = await Ask(leader, 3, 7, new SessionStep(session, 2, 0));
        var again = await Ask(leader, 4, 5, new SessionStep(session, 1, 0));

        Assert.Equal((5L, 12L, 5L), (Decode(first), Decode(other), Decode(again)));
        Assert.Equal(first.Index, again.Index);
        Assert.Equal(2, Applied(leader).Count);
    }

    [Fact]
    public async Task An_acknowledged_command_never_applies_again()
    {
        var leader = await AwaitLeader();
        var session = await Open(leader, TimeSpan.FromMinutes(1));
        await Ask(leader, 2, 5, new SessionStep(session, 1, 0));
        await Ask(leader, 3, 7, new SessionStep(session, 2, 1));

        Tell(leader, 4, 5, new SessionStep(session, 1, 0));

        Assert.IsType<NoResultAnswer>(await NextAnswer());
        Assert.Equal(2, Applied(leader).Count);
    }

    [Fact]
    public async Task A_session_that_was_idle_for_too_long_is_gone_on_all_servers()
    {
        var leader = await AwaitLeader();
        var session = await Open(leader, TimeSpan.FromSeconds(3));
        await Ask(leader, 2, 5, new SessionStep(session, 1, 0));

        await Advance(TimeSpan.FromSeconds(5));
        Tell(leader, 3, 7, new SessionStep(session, 2, 1));

        var refused = Assert.IsType<FailureAnswer>(await NextAnswer());
        Assert.Equal(RejectionReason.SessionExpired, Assert.IsType<Rejected>(refused.Failure).Reason);
        await AwaitConvergence();
        Assert.All(Servers, server => Assert.Single(Applied(server)));
    }

    /// <summary>An index comes again when a cluster is restored: a session of before would be a stranger's.</summary>
    [Fact]
    public async Task A_session_is_known_by_an_id_that_was_drawn_and_not_by_its_place_in_the_log()
    {
        var leader = await AwaitLeader();
        var session = await Open(leader, TimeSpan.FromMinutes(1));
        var other = await Ask(leader, 2, 0, new SessionOpening(TimeSpan.FromMinutes(1)));

        Assert.NotEqual(session, other.OpenedSession);
        Assert.True(session.Value > Status(leader).LastLogIndex.Value, $"The id is {session}.");
        Tell(leader, 3, 5, new SessionStep(new SessionId(other.Index.Value), 1, 0));

        var refused = Assert.IsType<FailureAnswer>(await NextAnswer());
        Assert.Equal(RejectionReason.SessionExpired, Assert.IsType<Rejected>(refused.Failure).Reason);
        Assert.Empty(Applied(leader));
    }

    [Fact]
    public async Task Time_passes_in_the_log_only_while_a_session_is_open()
    {
        var client = CreateClient(settings => settings with { SessionTimeout = TimeSpan.FromSeconds(30) });
        await Finish(client.ProposeAsync<long>(1L));
        var leader = await AwaitLeader();
        await Await(() => Status(leader).HasAdmittedAll(), "all to be admitted");

        var before = Status(leader).LastLogIndex;
        await Advance(TimeSpan.FromSeconds(10));
        var ticks = Status(leader).LastLogIndex - before;
        client.Dispose();
        await Advance(TimeSpan.FromSeconds(1));
        var closed = Status(leader).LastLogIndex;
        await Advance(TimeSpan.FromSeconds(60));

        Assert.InRange(ticks, 15, 20);
        Assert.Equal(closed, Status(leader).LastLogIndex);
    }

    [Fact]
    public async Task A_client_that_was_idle_for_too_long_opens_another_session()
    {
        using var client = CreateClient(settings => settings with { SessionTimeout = TimeSpan.FromSeconds(2) });
        await Finish(client.ProposeAsync<long>(1L));
        await Advance(TimeSpan.FromSeconds(10));
        var leader = await AwaitLeader();
        var idle = Status(leader).LastLogIndex;
        await Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(idle, Status(leader).LastLogIndex);

        var result = await Finish(Task.WhenAll(client.ProposeAsync<long>(1L), client.ProposeAsync<long>(1L)));

        Assert.Equal([2, 3], result.Select(committed => committed.Result).Order());
    }

    [Fact]
    public async Task More_commands_than_a_session_keeps_answers_for_wait_their_turn()
    {
        const int count = SessionLimits.MaxUnacknowledged + 2000;
        using var client = CreateClient(settings => settings with { Timeout = TimeSpan.FromMinutes(5) });

        var results = await Finish(Task.WhenAll(Enumerable.Range(0, count).Select(_ => client.ProposeAsync<long>(1L))));

        Assert.Equal(count, results.Select(result => result.Result).Distinct().Count());
        Assert.Equal(count, await Finish(client.QueryAsync<long>("value")));
    }

    [Fact]
    public async Task A_cancelled_command_does_not_hold_the_session_up()
    {
        using var client = CreateClient();
        await Finish(client.ProposeAsync<long>(1L));
        var leader = await AwaitLeader();
        HoldStateMachine(leader);
        using var cancellation = new CancellationTokenSource();
        var cancelled = client.ProposeAsync<long>(1L, cancellation.Token);
        await Await(() => Status(leader).CommitIndex > Status(leader).LastApplied, "the command to be committed and held");

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        ReleaseStateMachine(leader);

        Assert.Equal(3, (await Finish(client.ProposeAsync<long>(1L))).Result);
    }

    private static readonly Payload SomeNumber = new(17, "System.Int64, System.Private.CoreLib", default);

    private static object? Decode(ResultAnswer answer) => BitConverter.ToInt64(answer.Result!.Data.Span);

    private void Tell(ServerId server, long id, long number, SessionPart part)
    {
        var payload = part is SessionStep ? SomeNumber with { Data = BitConverter.GetBytes(number) } : Payload.None;
        RaftOf(server).Tell(new ProposeRequests(null, [new ClientRequest(id, payload) { Session = part }]), TestActor);
    }

    private async Task<SessionId> Open(ServerId leader, TimeSpan timeout)
    {
        // A new cluster's leader hears first that all members know sessions.
        await Advance(TimeSpan.FromMilliseconds(100));
        return (await Ask(leader, 1, 0, new SessionOpening(timeout))).OpenedSession!.Value;
    }

    private async Task<ResultAnswer> Ask(ServerId server, long id, long number, SessionPart part)
    {
        Tell(server, id, number, part);
        return Assert.IsType<ResultAnswer>(await NextAnswer());
    }

    private async Task<Answer> NextAnswer()
    {
        await Await(() => HasMessages, "an answer");
        return Assert.Single((await ExpectMsgAsync<Answers>()).Items);
    }

    private async Task<T> Finish<T>(Task<T> task)
    {
        await Await(() => task.IsCompleted, "a client's request to end", TimeSpan.FromMinutes(5));
        return await task;
    }
}
