using AkkaRaft.Core;
using AkkaRaft.Server;

namespace AkkaRaft.Specs;

/// <summary>How much the state machine's actor is given at a time.</summary>
public sealed class StateMachineQueueSpec : Akka.TestKit.Xunit2.TestKit
{
    [Fact]
    public void No_more_entries_are_given_than_the_bound_and_all_else_keeps_its_place()
    {
        var queue = new StateMachineQueue(TestActor, maxEntries: 4);
        var query = new ServeQueries(new Term(1), new LogIndex(7), []);

        queue.Tell(Entries(1, 3));
        queue.Tell(Entries(4, 5));
        queue.Tell(Entries(6, 7));
        queue.Tell(query);
        queue.Tell(Entries(8, 8));

        Assert.Equal([1, 4], [First(), First()]);
        ExpectNoMsg(TimeSpan.Zero);
        Assert.Equal(3, queue.Waiting);

        queue.Applied(new LogIndex(3));
        Assert.Equal(6, First());
        Assert.Same(query, ReceiveOne(TimeSpan.FromSeconds(10)));
        Assert.Equal(1, queue.Waiting);

        queue.Applied(new LogIndex(7));
        Assert.Equal(8, First());
    }

    [Fact]
    public void Behind_a_snapshot_that_is_restored_entries_wait_until_it_is()
    {
        var queue = new StateMachineQueue(TestActor, maxEntries: 4);

        queue.Tell(new RestoreState(new SnapshotMetadata(new LogIndex(100), new Term(1), ClusterConfiguration.Empty, 1, "")));
        queue.Tell(Entries(101, 101));

        Assert.IsType<RestoreState>(ReceiveOne(TimeSpan.FromSeconds(10)));
        Assert.Equal(1, queue.Waiting);
        queue.Applied(new LogIndex(100));
        Assert.Equal(101, First());
    }

    private long First() => Assert.IsType<ApplyEntries>(ReceiveOne(TimeSpan.FromSeconds(10))).Entries[0].Entry.Index.Value;

    private static ApplyEntries Entries(long first, long last) => new(
        new Term(1),
        [.. Enumerable.Range((int)first, (int)(last - first + 1))
            .Select(index => new EntryToApply(new LogEntry(new LogIndex(index), new Term(1), NoOp.Instance), null))]);
}
