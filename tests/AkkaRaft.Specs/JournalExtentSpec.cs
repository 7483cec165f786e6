using AkkaRaft.Core;
using AkkaRaft.Server;

namespace AkkaRaft.Specs;

/// <summary>What of a journal may be trimmed: nothing that a restart needs.</summary>
public sealed class JournalExtentSpec
{
    private readonly JournalExtent _extent = new();
    private long _sequenceNr;

    [Fact]
    public void Records_go_up_to_the_first_with_an_entry_that_is_needed()
    {
        Note(new JournalOwner("kv", new ServerId("node1")), new TermAndVote(new Term(1), null), Entries(1, 10), Entries(11, 20));
        Note(Entries(21, 30), new TermAndVote(new Term(1), null), new SnapshotRecorded(SnapshotOf(15), false), Entries(31, 40));

        Assert.Equal(3, _extent.TrimmableUpTo(new LogIndex(15), SnapshotOf(15)));
    }

    [Fact]
    public void The_record_of_the_oldest_snapshot_and_the_vote_ahead_of_it_stay()
    {
        Note(Entries(1, 10), new TermAndVote(new Term(1), null), new SnapshotRecorded(SnapshotOf(10), false), Entries(11, 20));

        Assert.Equal(1, _extent.TrimmableUpTo(new LogIndex(10), SnapshotOf(10)));
    }

    [Fact]
    public void Entries_that_were_replaced_hold_the_journal_as_long_as_they_would_have_been_needed()
    {
        Note(Entries(1, 10), Entries(11, 30), Entries(11, 14), new TermAndVote(new Term(2), null));
        Note(new SnapshotRecorded(SnapshotOf(14), false));

        Assert.Equal(1, _extent.TrimmableUpTo(new LogIndex(14), SnapshotOf(14)));
    }

    [Fact]
    public void Nothing_goes_without_a_snapshot()
    {
        Note(Entries(1, 10));

        Assert.Equal(0, _extent.TrimmableUpTo(new LogIndex(10), null));
        Assert.Equal(0, _extent.TrimmableUpTo(new LogIndex(10), SnapshotOf(10)));
    }

    [Fact]
    public void Records_go_in_steps_and_never_beyond_what_was_asked_for()
    {
        for (var i = 0; i < 10; i++)
        {
            Note(Entries(1 + i, 1 + i));
        }

        Assert.Equal(3, _extent.TakeStep(upTo: 7, maxRecords: 3, maxBytes: long.MaxValue));
        Assert.Equal(4, _extent.TakeStep(upTo: 7, maxRecords: 3, maxBytes: 1));
        Assert.Equal(7, _extent.TakeStep(upTo: 7, maxRecords: 3, maxBytes: long.MaxValue));
        Assert.Null(_extent.TakeStep(upTo: 7, maxRecords: 3, maxBytes: long.MaxValue));
    }

    private static EntriesAppended Entries(long from, long to) =>
        new([.. Enumerable.Range((int)from, (int)(to - from) + 1).Select(i => new LogEntry(new LogIndex(i), new Term(1), NoOp.Instance))]);

    private static SnapshotMetadata SnapshotOf(long index) =>
        new(new LogIndex(index), new Term(1), ClusterConfiguration.Of(new ServerId("node1")), 1, new string('a', 64));

    private void Note(params object[] records)
    {
        foreach (var record in records)
        {
            _extent.Note(++_sequenceNr, record);
        }
    }
}
