using AkkaRaft.Core;
using AkkaRaft.KeyValue;

namespace AkkaRaft.EndToEnd.KeyValue;

/// <summary>The store's state as bytes: what is read is what was captured, and anything else is refused.</summary>
public sealed class SnapshotSpec
{
    private static readonly KeyValueLimits SmallLimits = new() { HistoryEvents = 300 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_restored_store_goes_on_as_the_captured_one_does(int seed)
    {
        var script = new StoreScript(seed);
        var original = new KeyValueStore(SmallLimits);
        script.Run(original, 2_000);

        var restored = RoundTrip(original);
        Assert.Equal(original.Digest, restored.Digest);

        var further = script.Next(2_000);
        var answers = further.Select(step => step.RunOn(original)).ToList();
        Assert.Equal(answers, further.Select(step => step.RunOn(restored)));
        Assert.Equal(original.Digest, restored.Digest);
    }

    [Fact]
    public void A_capture_is_written_as_it_was_taken_while_commands_go_on()
    {
        var script = new StoreScript(4);
        var store = new KeyValueStore(SmallLimits);
        script.Run(store, 1_000);
        var digest = store.Digest;
        using var capture = store.Capture();
        script.Run(store, 1_000);
        Assert.NotEqual(digest, store.Digest);
        Assert.Equal(digest, Restored(BytesOf(capture)).Digest);
    }

    [Fact]
    public void A_watcher_goes_on_at_a_restored_store_where_it_was()
    {
        var store = new KeyValueStore(SmallLimits);
        for (var i = 1; i <= 1_000; i++)
        {
            store.Apply(new LogIndex(i), new SetKey("k", $"{i}"));
        }

        var restored = RoundTrip(store);
        Assert.Equal(700, Watch(restored, 700).CompactedRevision);
        Assert.Equal("701", Watch(restored, 701).Events[0].Value);
        Assert.Same(BlockingQuery.Instance, restored.Query(new WatchKeys("", 1_001, 0, 10)));
    }

    [Fact]
    public void A_damaged_or_newer_state_is_refused()
    {
        var store = new KeyValueStore(SmallLimits);
        new StoreScript(5).Run(store, 100);
        using var capture = store.Capture();
        var bytes = BytesOf(capture);

        for (var at = 0; at < bytes.Length; at += 7)
        {
            var damaged = bytes.ToArray();
            damaged[at] ^= 4;
            Assert.True(IsRefused(damaged) || Restored(damaged).Digest == store.Digest, $"A changed byte at {at} is not found.");
        }

        Assert.Throws<InvalidDataException>(() => Restored(bytes[..^1]));
        Assert.Contains("newer", Assert.Throws<InvalidDataException>(() => Restored([99, .. bytes[1..]])).Message);
    }

    private static bool IsRefused(byte[] bytes)
    {
        try
        {
            Restored(bytes);
            return false;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }

    private static KeysWatched Watch(KeyValueStore store, long from) =>
        Assert.IsType<KeysWatched>(store.Query(new WatchKeys("", from, 0, 10)));

    private static KeyValueStore RoundTrip(KeyValueStore store)
    {
        using var capture = store.Capture();
        return Restored(BytesOf(capture));
    }

    private static byte[] BytesOf(IStateCapture capture)
    {
        using var stream = new MemoryStream();
        capture.WriteTo(stream);
        return stream.ToArray();
    }

    private static KeyValueStore Restored(byte[] bytes)
    {
        var store = new KeyValueStore(SmallLimits);
        store.Restore(new MemoryStream(bytes));
        return store;
    }
}
