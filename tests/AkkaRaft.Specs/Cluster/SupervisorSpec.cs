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

    private sealed class Failing : IStateMachine
    {
        public object? Apply(LogIndex index, object command) => throw new InvalidOperationException("No.");

        public object? Query(object query) => null;
    }
}
