using Akka.Event;
using AkkaRaft.Core;
using AkkaRaft.TestKit;

namespace AkkaRaft.Specs.Cluster;

/// <summary>The supervisor keeps a server running, waits longer after each failure, and answers while there is none.</summary>
public sealed class SupervisorSpec() : RaftTestKit(servers: 1, config: "akka-raft { restart-backoff-min = 1s, restart-backoff-max = 4s }")
{
    private ServerId Only => Servers[0];

    [Fact]
    public async Task A_server_of_a_cluster_of_its_own_leads_and_commits()
    {
        await AwaitLeader();
        var proposal = Propose(Only, "command");
        await AwaitAnswer(proposal);

        Assert.Equal("command", proposal.Result);
    }

    [Fact]
    public async Task The_waits_double_up_to_the_longest_and_begin_anew_after_a_good_run()
    {
        await AwaitLeader();

        foreach (var seconds in new[] { 1.0, 2.0, 4.0, 4.0 })
        {
            Assert.Equal(seconds, await SecondsDown());
        }

        await AwaitLeader();
        await Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1.0, await SecondsDown());
    }

    [Fact]
    public async Task While_the_server_is_down_requests_are_rejected_and_its_status_says_so()
    {
        await AwaitLeader();
        await Fail();

        var proposal = Propose(Only, "command");
        var query = Query(Only, "query");
        await Await(() => proposal.IsAnswered && query.IsAnswered, "both to be refused", within: TimeSpan.FromMilliseconds(1));

        Assert.Equal(RejectionReason.ShuttingDown, Assert.IsType<Rejected>(proposal.Failure).Reason);
        Assert.Equal(RejectionReason.ShuttingDown, Assert.IsType<Rejected>(query.Failure).Reason);
        Assert.NotNull(Status(Only).Down);
    }

    private async Task Fail()
    {
        Journal(Only).FailNext();
        Propose(Only, "fails");
        await Await(() => Status(Only).Down is not null, "the server to stop");
    }

    private async Task<double> SecondsDown()
    {
        await AwaitLeader();
        await Fail();
        var since = Elapsed;
        await Await(() => Status(Only).Down is null, "the server to start again");
        return (Elapsed - since).TotalSeconds;
    }
}

/// <summary>A state machine that fails takes its server down: nobody knows whether the others failed too.</summary>
public sealed class FailingStateMachineSpec() : RaftTestKit(servers: 1, stateMachine: () => new Failing())
{
    [Fact]
    public async Task A_state_machine_that_throws_stops_the_server_and_nothing_is_answered()
    {
        var only = await AwaitLeader();

        var doubtful = Propose(only, "anything");
        await Await(() => Status(only).Down is not null, "the server to stop");

        Assert.False(doubtful.IsAnswered);
    }

    [Fact]
    public async Task The_status_names_the_entry_its_command_and_the_exception_while_the_server_is_down_and_behind_that()
    {
        var only = await AwaitLeader();
        var index = Status(only).LastLogIndex.Next;
        var failure = $"entry {index}, a System.String, cannot be applied: InvalidOperationException: No";

        Propose(only, "anything");
        await Await(() => Status(only).Down is not null, "the server to stop");
        Assert.EndsWith(failure, Status(only).Down);
        Assert.DoesNotContain('\n', Status(only).Down!);

        // Each life comes to the same entry, once it leads again.
        await Await(() => Status(only).Down is null, "the server to start again");
        Assert.Equal(failure, Status(only).LastFailure);
        await Await(() => Status(only).Down is not null, "the server to stop again");
        Assert.EndsWith(failure, Status(only).Down);
    }

    [Fact]
    public async Task The_log_names_the_entry_its_command_and_the_exception_in_one_line_each_time()
    {
        var only = await AwaitLeader();
        var part = $"entry {Status(only).LastLogIndex.Next}, a System.String, cannot be applied: InvalidOperationException: No";
        Sys.EventStream.Subscribe(TestActor, typeof(LogEvent));

        Propose(only, "anything");
        await Await(() => Status(only).Down is not null, "the server to stop");

        var lines = ReceiveWhile(TimeSpan.FromSeconds(1), message => message is LogEvent heard ? $"{heard.Message}" : null)
            .OfType<string>().Where(line => line.Contains(part, StringComparison.Ordinal)).ToList();
        Assert.Contains(lines, line => line.StartsWith($"{only} term ", StringComparison.Ordinal) && line.Contains("stops: "));
        Assert.Contains(lines, line => line.Contains("is down (", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.DoesNotContain('\n', line));
    }

    private sealed class Failing : IStateMachine
    {
        public object? Apply(LogIndex index, object command) => throw new InvalidOperationException("No.");

        public object? Query(object query) => null;
    }
}
