using AkkaRaft.Core;
using AkkaRaft.TestKit;

namespace AkkaRaft.Specs.Cluster;

/// <summary>A leader whose state machine blocks: what it is behind with has a bound, and all else goes on.</summary>
public sealed class BacklogSpec() : RaftTestKit(config: "akka-raft { max-unapplied-entries = 50, max-batch-entries = 4 }")
{
    [Fact]
    public async Task Proposals_are_refused_when_the_state_machine_is_too_far_behind_and_taken_again_when_it_goes_on()
    {
        var leader = await AwaitLeader();
        await AwaitAnswer(Propose(leader, "first"));
        await Await(() => Status(leader).HasAdmittedAll(), "the leader to have nothing of its own to write");
        await AwaitConvergence();
        var term = Status(leader).Term;
        HoldStateMachine(leader);

        List<TestRequest> all = [];
        for (var round = 0; round < 20; round++)
        {
            all.AddRange(Enumerable.Range(0, 5).Select(i => Propose(leader, $"{round}.{i}")));
            await Advance(TimeSpan.FromMilliseconds(100));
        }

        var refused = all.Where(proposal => proposal.IsAnswered).ToList();
        Assert.Equal(50, refused.Count);
        Assert.All(refused, proposal => Assert.Equal(RejectionReason.Overloaded, Assert.IsType<Rejected>(proposal.Failure).Reason));
        Assert.Equal((50, term, RaftRole.Leader), (Status(leader).UnappliedEntries, Status(leader).Term, Status(leader).Role));
        Assert.InRange(Status(leader).UnappliedBytes, 50 * 24, 50 * 128);

        var query = Query(leader, "all of it");
        await Advance(TimeSpan.FromSeconds(1));
        Assert.False(query.IsAnswered);
        ReleaseStateMachine(leader);
        await AwaitConvergence();

        Assert.All(all.Except(refused), proposal => Assert.NotNull(proposal.Result));
        await AwaitAnswer(query);
        Assert.True(query.Succeeded);
        Assert.Equal((0, 0), (Status(leader).UnappliedEntries, Status(leader).UnappliedBytes));
        await AwaitAnswer(Propose(leader, "last"));
        Assert.Equal(52, Applied(leader).Count);
    }

    [Fact]
    public async Task A_follower_whose_state_machine_blocks_holds_nobody_up_and_comes_after()
    {
        var leader = await AwaitLeader();
        var slow = Servers.First(server => server != leader);
        await AwaitAnswer(Propose(leader, "first"));
        HoldStateMachine(slow);

        for (var i = 0; i < 100; i++)
        {
            await AwaitAnswer(Propose(leader, $"{i}"));
        }

        await Await(() => Status(slow).UnappliedEntries >= 100, "the follower to be behind");
        ReleaseStateMachine(slow);
        await AwaitConvergence();
        Assert.Equal(Applied(leader), Applied(slow));
    }
}
