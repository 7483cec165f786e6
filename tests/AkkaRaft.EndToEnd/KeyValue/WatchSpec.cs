using AkkaRaft.Core;
using AkkaRaft.KeyValue;

namespace AkkaRaft.EndToEnd.KeyValue;

/// <summary>Watching: each event once and in order, however the questions are cut.</summary>
public sealed class WatchSpec
{
    private static readonly KeyValueLimits SmallLimits = new() { HistoryEvents = 20, EventsSearched = 5 };
    private KeyValueStore _store = new();
    private long _index;

    [Fact]
    public void Past_events_of_a_prefix_are_told_in_order()
    {
        Apply(new SetKey("a/1", "x"));
        Apply(new SetKey("b", "x"));
        Apply(new SetKey("a/1", "y"));
        Apply(new DeleteKey("a/1"));

        var watched = Watch("a/", 1);
        Assert.Equal(
            [
                new KeyEvent(KeyEventKind.Set, new KeyEntry("a/1", "x", 1, 1, 1, 0)),
                new KeyEvent(KeyEventKind.Set, new KeyEntry("a/1", "y", 3, 1, 2, 0)),
                new KeyEvent(KeyEventKind.Deleted, new KeyEntry("a/1", "", 4, 0, 0, 0)),
            ],
            watched.Events);
        Assert.Equal((5, 0), (watched.NextRevision, watched.NextSkip));
        Assert.Equal(2, Watch("a/", 2).Events.Count);
    }

    [Fact]
    public void A_question_about_the_future_waits_for_it()
    {
        Apply(new SetKey("a", "x"));
        Assert.Same(BlockingQuery.Instance, _store.Query(new WatchKeys("", 2, 0, 10)));
        Apply(new SetKey("a", "y"));
        Assert.Equal("y", Assert.Single(Watch("", 2).Events).Value);
    }

    [Fact]
    public void A_question_without_a_revision_is_told_where_the_present_ends()
    {
        Apply(new SetKey("a", "x"));
        var now = Watch("", 0);
        Assert.Empty(now.Events);
        Assert.Equal(2, now.NextRevision);
    }

    [Fact]
    public void Events_of_one_revision_are_told_over_several_answers_without_a_loss()
    {
        var lease = Assert.IsType<LeaseGranted>(Apply(new GrantLease(TimeSpan.FromSeconds(5)))).Id;
        var keys = Enumerable.Range(0, 10).Select(i => $"{(i % 2 == 0 ? "even" : "odd")}{i}").ToList();
        keys.ForEach(key => Apply(new SetKey(key, "x", lease)));
        var revision = _index + 1;
        Apply(new RevokeLease(lease));

        var seen = new List<KeyEvent>();
        var watched = Watch("odd", revision, 0, 2);
        while (watched.NextRevision == revision)
        {
            seen.AddRange(watched.Events);
            watched = Watch("odd", watched.NextRevision, watched.NextSkip, 2);
        }

        seen.AddRange(watched.Events);
        Assert.Equal(keys.Where(key => key.StartsWith("odd", StringComparison.Ordinal)), seen.Select(happened => happened.Key));
        Assert.All(seen, happened => Assert.Equal((KeyEventKind.Expired, revision), (happened.Kind, happened.Revision)));
    }

    [Fact]
    public void A_revision_that_is_no_longer_kept_is_refused_by_name()
    {
        _store = new KeyValueStore(SmallLimits);
        for (var i = 0; i < 50; i++)
        {
            Apply(new SetKey("k", $"{i}"));
        }

        var watched = Watch("", 30);
        Assert.Empty(watched.Events);
        Assert.Equal(30, watched.CompactedRevision);
        Assert.Equal(0, Watch("", 31).CompactedRevision);
        Assert.Equal("30", Watch("", 31).Events[0].Value);
    }

    [Fact]
    public void A_watcher_of_a_quiet_prefix_is_told_how_far_it_is_before_the_history_leaves_it_behind()
    {
        _store = new KeyValueStore(SmallLimits);
        var next = (Revision: 1L, Skip: 0);
        for (var i = 0; i < 200; i++)
        {
            Apply(new SetKey("busy", $"{i}"));
            if (_store.Query(new WatchKeys("quiet", next.Revision, next.Skip, 10)) is KeysWatched watched)
            {
                Assert.Equal(0, watched.CompactedRevision);
                Assert.Empty(watched.Events);
                next = (watched.NextRevision, watched.NextSkip);
            }
        }

        Apply(new SetKey("quiet", "no more"));
        while (_store.Query(new WatchKeys("quiet", next.Revision, next.Skip, 10)) is KeysWatched { Events: [] } further)
        {
            next = (further.NextRevision, further.NextSkip);
        }

        Assert.Equal("no more", Assert.Single(Watch("quiet", next.Revision, next.Skip).Events).Value);
    }

    [Fact]
    public void The_history_is_bounded_by_what_it_holds_too()
    {
        _store = new KeyValueStore(new KeyValueLimits { HistoryCharacters = 1_000 });
        for (var i = 0; i < 30; i++)
        {
            Apply(new SetKey("k", new string('x', 99)));
        }

        Assert.Equal(20, Watch("", 20).CompactedRevision);
        Assert.Equal(10, Watch("", 21).Events.Count);
    }

    private object? Apply(object command) => _store.Apply(new LogIndex(++_index), command);

    private KeysWatched Watch(string prefix, long from, int skip = 0, int limit = 100) =>
        Assert.IsType<KeysWatched>(_store.Query(new WatchKeys(prefix, from, skip, limit)));
}
