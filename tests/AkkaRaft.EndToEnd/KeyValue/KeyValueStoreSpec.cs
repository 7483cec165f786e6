using AkkaRaft.Core;
using AkkaRaft.KeyValue;

namespace AkkaRaft.EndToEnd.KeyValue;

/// <summary>The store by itself: writes, comparisons, lists and leases.</summary>
public sealed class KeyValueStoreSpec
{
    private readonly KeyValueStore _store = new();
    private long _index;

    [Fact]
    public void A_key_knows_when_it_was_made_when_it_was_set_and_how_often()
    {
        Assert.Equal(new KeyWritten(1, false), Apply(new SetKey("k", "a")));
        Assert.Equal(new KeyWritten(2, true), Apply(new SetKey("k", "b")));
        Assert.Equal(new KeyRead(true, "b", 2, 1, 2), Get("k"));

        Assert.Equal(new KeyWritten(3, true), Apply(new DeleteKey("k")));
        Assert.Equal(new KeyRead(false, "", 0), Get("k"));
        Assert.Equal(new KeyWritten(4, false), Apply(new DeleteKey("k")));

        Apply(new SetKey("k", "c"));
        Assert.Equal(new KeyRead(true, "c", 5, 5, 1), Get("k"));
    }

    [Fact]
    public void A_comparison_by_value_succeeds_only_on_that_value()
    {
        Assert.Equal(new KeyCompared(1, true), Apply(new CompareAndSetKey("k", null, "a")));
        Assert.Equal(new KeyCompared(2, false, new KeyEntry("k", "a", 1, 1, 1, 0)), Apply(new CompareAndSetKey("k", null, "b")));
        Assert.Equal(new KeyCompared(3, true), Apply(new CompareAndSetKey("k", "a", "b")));
        Assert.Equal(new KeyCompared(4, false), Apply(new CompareAndSetKey("other", "a", "b")));
        Assert.Equal(new KeyCompared(5, true), Apply(new CompareAndSetKey("k", "b", null)));
        Assert.Equal(new KeyRead(false, "", 0), Get("k"));
    }

    [Fact]
    public void A_comparison_by_revision_tells_a_value_from_its_like()
    {
        Assert.Equal(new KeyCompared(1, true), Apply(new CompareAndSetKey("k", null, "a", ExpectedRevision: 0)));
        Apply(new SetKey("k", "a"));
        Assert.Equal(
            new KeyCompared(3, false, new KeyEntry("k", "a", 2, 1, 2, 0)), Apply(new CompareAndSetKey("k", "a", "b", ExpectedRevision: 1)));
        Assert.Equal(new KeyCompared(4, true), Apply(new CompareAndSetKey("k", "not looked at", null, ExpectedRevision: 2)));
        Assert.Equal(new KeyCompared(5, false), Apply(new CompareAndSetKey("k", null, "c", ExpectedRevision: 2)));
    }

    [Fact]
    public void A_prefix_is_listed_in_order_and_a_page_at_a_time()
    {
        foreach (var key in new[] { "b/3", "a", "b/1", "b", "b/2", "c", "B/9", "b/1/x" })
        {
            Apply(new SetKey(key, key.ToUpperInvariant()));
        }

        Assert.Equal(["b/1", "b/1/x", "b/2", "b/3"], KeysOf(List("", 100, "b/")));
        Assert.Equal(["b/1", "b/1/x"], KeysOf(List("", 2, "b/")));
        Assert.True(List("", 2, "b/").More);
        Assert.Equal(["b/2", "b/3"], KeysOf(List("b/1/x", 2, "b/")));
        Assert.False(List("b/1/x", 2, "b/").More);
        Assert.Equal(["B/9", "a", "b", "b/1", "b/1/x", "b/2", "b/3", "c"], KeysOf(List("", 100, "")));
        Assert.Empty(List("", 100, "d").Items);
        Assert.Empty(List("z", 100, "b/").Items);
    }

    [Fact]
    public void A_page_of_large_values_ends_before_it_outgrows_an_answer()
    {
        for (var i = 0; i < 10; i++)
        {
            Apply(new SetKey($"k{i}", new string('x', 25_000)));
        }

        var page = List("", 100, "");
        Assert.Equal(2, page.Items.Count);
        Assert.True(page.More);
    }

    [Fact]
    public void Keys_go_with_their_lease_when_its_time_is_over()
    {
        var lease = Grant(10);
        Apply(new SetKey("a", "1", lease));
        Apply(new SetKey("b", "1", lease));
        Apply(new SetKey("c", "1"));
        AdvanceTime(0.5);
        AdvanceTime(10.4);
        Assert.Equal(["a", "b", "c"], KeysOf(List("", 10, "")));

        AdvanceTime(10.5);
        Assert.Equal(["c"], KeysOf(List("", 10, "")));
        Assert.False(_store.NeedsTime);
        Assert.Equal(new LeaseRenewed(false, TimeSpan.Zero), Apply(new KeepLeaseAlive(lease)));
    }

    [Fact]
    public void A_renewed_lease_lives_for_its_whole_time_from_then_on()
    {
        var lease = Grant(10);
        Apply(new SetKey("a", "1", lease));
        AdvanceTime(1);
        AdvanceTime(9);
        Assert.Equal(new LeaseRenewed(true, TimeSpan.FromSeconds(10)), Apply(new KeepLeaseAlive(lease)));

        // Most of this step lay ahead of the renewal: counted from it, the lease would end half a second early.
        AdvanceTime(11);
        AdvanceTime(20.9);
        Assert.True(Get("a").Found);
        AdvanceTime(21);
        Assert.False(Get("a").Found);
    }

    [Fact]
    public void A_revoked_lease_takes_its_keys_with_it_at_once()
    {
        var lease = Grant(10);
        Apply(new SetKey("a", "1", lease));
        Assert.Equal(new LeaseRevoked(true, 1), Apply(new RevokeLease(lease)));
        Assert.False(Get("a").Found);
        Assert.Equal(new LeaseRevoked(false, 0), Apply(new RevokeLease(lease)));
        Assert.Equal(new KeyWritten(_index + 1, false, LeaseMissing: true), Apply(new SetKey("a", "1", lease)));
        Assert.Equal(
            new KeyCompared(_index + 1, false, null, LeaseMissing: true), Apply(new CompareAndSetKey("a", null, "1", Lease: lease)));
        Assert.False(Get("a").Found);
    }

    [Fact]
    public void A_key_that_is_set_anew_leaves_its_former_lease()
    {
        var (first, second) = (Grant(10), Grant(10));
        Apply(new SetKey("a", "1", first));
        Apply(new SetKey("a", "2", second));
        Apply(new SetKey("b", "1", first));
        Apply(new SetKey("b", "2"));
        Assert.Equal(new LeaseRevoked(true, 0), Apply(new RevokeLease(first)));
        Assert.Equal(second, Get("a").Lease);
        Assert.Equal(new LeaseRevoked(true, 1), Apply(new RevokeLease(second)));
        Assert.False(Get("a").Found);
        Assert.True(Get("b").Found);
    }

    [Fact]
    public void A_lease_tells_what_is_left_of_it()
    {
        var lease = Grant(10);
        Apply(new SetKey("a", "1", lease));
        AdvanceTime(1);
        AdvanceTime(4);
        Assert.Equal(
            new LeaseRead(true, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(7), 1),
            Assert.IsType<LeaseRead>(_store.Query(new GetLease(lease))));
        Assert.False(Assert.IsType<LeaseRead>(_store.Query(new GetLease(99))).Found);
    }

    [Fact]
    public void A_lease_has_the_id_that_was_drawn_for_it_which_no_other_gets()
    {
        var time = TimeSpan.FromSeconds(10);
        Assert.Equal(new LeaseGranted(77, time), Apply(new GrantLease(time, 77)));
        Assert.Equal(0, Assert.IsType<LeaseGranted>(Apply(new GrantLease(2 * time, 77))).Id);
        Assert.Equal(time, Assert.IsType<LeaseRead>(_store.Query(new GetLease(77))).TimeToLive);
        Assert.Equal(3, Grant(10));
    }

    [Fact]
    public void A_time_to_live_is_held_within_bounds()
    {
        Assert.Equal(TimeSpan.FromSeconds(1), Assert.IsType<LeaseGranted>(Apply(new GrantLease(TimeSpan.FromSeconds(-5)))).TimeToLive);
        Assert.Equal(TimeSpan.FromDays(365), Assert.IsType<LeaseGranted>(Apply(new GrantLease(TimeSpan.MaxValue))).TimeToLive);
    }

    [Fact]
    public void What_is_no_command_is_refused_and_stops_nobody()
    {
        Assert.Equal(new CommandRefused("The key-value store has no command GetKey."), Apply(new GetKey("k")));
        Assert.IsType<CommandRefused>(Apply("text"));
    }

    private object? Apply(object command) => _store.Apply(new LogIndex(++_index), command);

    private void AdvanceTime(double now) => _store.AdvanceTime(new LogIndex(++_index), TimeSpan.FromSeconds(now));

    private long Grant(double seconds) => Assert.IsType<LeaseGranted>(Apply(new GrantLease(TimeSpan.FromSeconds(seconds)))).Id;

    private KeyRead Get(string key) => Assert.IsType<KeyRead>(_store.Query(new GetKey(key)));

    private KeysListed List(string after, int limit, string prefix) =>
        Assert.IsType<KeysListed>(_store.Query(new ListKeys(after, limit, prefix)));

    private static IEnumerable<string> KeysOf(KeysListed listed) => listed.Items.Select(item => item.Key);
}
