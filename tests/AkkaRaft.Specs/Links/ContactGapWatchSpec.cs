using AkkaRaft.Links;

namespace AkkaRaft.Specs.Links;

public sealed class ContactGapWatchSpec
{
    private readonly ContactGapWatch _watch = new(TimeSpan.FromMilliseconds(1000));

    [Fact]
    public void A_node_that_is_asked_and_never_answers_is_due_after_the_patience_and_then_twice_and_four_times_as_late()
    {
        var due = Enumerable.Range(0, 200).Select(tick => tick * 100)
            .Select(at => (at, Asked(at))).Where(asked => asked.Item2 != ContactGap.None);

        Assert.Equal(
            [(1000, ContactGap.Long), (3000, ContactGap.Long), (7000, ContactGap.VeryLong), (11000, ContactGap.VeryLong),
                (15000, ContactGap.VeryLong), (19000, ContactGap.VeryLong)],
            due);
    }

    [Fact]
    public void Sending_alone_keeps_nothing_alive_and_one_answer_does()
    {
        for (var at = 0; at < 10_000; at += 100)
        {
            Assert.Equal(ContactGap.None, Asked(at));
            if (at % 900 == 0)
            {
                _watch.Heard();
            }
        }
    }

    [Fact]
    public void A_time_without_questions_is_no_silence()
    {
        Assert.Equal(ContactGap.None, Asked(0));
        Assert.Equal(ContactGap.None, Asked(60_000));
        Assert.Equal(ContactGap.None, Asked(60_900));
        Assert.Equal(ContactGap.Long, Asked(61_000));
        Assert.Equal(TimeSpan.FromSeconds(1), _watch.UnresponsiveFor);
    }

    [Fact]
    public void An_answer_ends_the_longer_waits()
    {
        for (var at = 0; at < 5_000; at += 100)
        {
            Asked(at);
        }

        _watch.Heard();

        Assert.Equal(ContactGap.None, Asked(5_000));
        Assert.Equal(ContactGap.None, Asked(5_900));
        Assert.Equal(ContactGap.Long, Asked(6_000));
    }

    [Fact]
    public void A_node_is_told_that_it_is_not_heard_when_a_fresh_association_has_brought_nothing_for_half_the_patience()
    {
        var unheard = new List<int>();
        for (var at = 0; at < 2_000; at += 100)
        {
            Asked(at);
            if (_watch.IsUnheard)
            {
                unheard.Add(at);
            }
        }

        Assert.Equal([1500, 1600, 1700, 1800, 1900], unheard);
        _watch.Heard();
        Asked(2_000);
        Assert.False(_watch.IsUnheard);
    }

    private ContactGap Asked(int milliseconds) => _watch.Asked(TimeSpan.FromMilliseconds(milliseconds));
}
