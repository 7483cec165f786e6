using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

public class RaftLogTests
{
    [Fact]
    public void An_empty_log_ends_before_the_first_entry()
    {
        var log = new RaftLog([]);

        Assert.Equal(I(0), log.LastIndex);
        Assert.Equal(T(0), log.LastTerm);
    }

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(0, 1, false)]
    [InlineData(1, 1, true)]
    [InlineData(2, 1, false)]
    [InlineData(2, 2, true)]
    [InlineData(3, 2, false)]
    public void It_holds_an_entry_when_index_and_term_are_the_same(long index, long term, bool holds) =>
        Assert.Equal(holds, new RaftLog(Log(1, 2)).Holds(I(index), T(term)));

    [Theory]
    [InlineData(9, 10, 10)]
    [InlineData(6, 10, 10)]
    [InlineData(6, 9, 9)]
    [InlineData(5, 10, 7)]
    [InlineData(4, 10, 5)]
    [InlineData(3, 10, 3)]
    [InlineData(1, 2, 2)]
    [InlineData(0, 10, 0)]
    [InlineData(6, 99, 10)]
    [InlineData(6, 0, 0)]
    public void The_last_index_of_a_term_or_an_earlier_one_is_found(long term, long upTo, long found) =>
        Assert.Equal(I(found), new RaftLog(Log(1, 1, 1, 4, 4, 5, 5, 6, 6, 6)).LastIndexWithTermAtMost(T(term), I(upTo)));

    [Fact]
    public void A_batch_is_cut_by_its_number_of_entries()
    {
        var log = new RaftLog(Log(1, 1, 1, 1));

        Assert.Equal([I(2), I(3)], log.Batch(I(2), maxEntries: 2, maxBytes: 1_000_000).Select(entry => entry.Index));
    }

    [Fact]
    public void A_batch_is_cut_by_its_bytes_but_has_an_entry_at_least()
    {
        var log = new RaftLog(Log(1, 1, 1, 1));
        var size = log[I(1)].SizeBytes;

        Assert.Equal(2, log.Batch(I(1), 100, maxBytes: (3 * size) - 1).Count);
        Assert.Equal(3, log.Batch(I(1), 100, maxBytes: 3 * size).Count);
        Assert.Single(log.Batch(I(4), 100, maxBytes: 1));
    }

    [Fact]
    public void Cutting_removes_the_entry_and_all_behind_it()
    {
        var log = new RaftLog(Log(1, 1, 2, 2));

        log.CutFrom(I(3));

        Assert.Equal((I(2), T(1)), (log.LastIndex, log.LastTerm));
    }

    [Fact]
    public void An_entry_that_would_leave_a_gap_is_not_taken() =>
        Assert.Throws<InvariantViolationException>(() => new RaftLog(Log(1)).Append(LogFrom(3, 1)[0]));
}
