using AkkaRaft.Core;
using AkkaRaft.Node.KeyValue;

namespace AkkaRaft.EndToEnd.KeyValue;

/// <summary>The key-value store's state on its way into a snapshot and back.</summary>
public sealed class KeyValueSnapshotSpec
{
    private readonly KeyValueStore _store = new();
    private long _index;

    [Fact]
    public void A_store_that_is_restored_has_the_state_that_was_captured_and_goes_on_alike()
    {
        for (var i = 0; i < 1000; i++)
        {
            Apply(new SetKey($"key-{i % 300}", $"välue {i}"));
        }

        Apply(new DeleteKey("key-7"));
        var restored = Restored(Written());

        Assert.Equal(_store.Digest, restored.Digest);
        Assert.Equal(_store.Query(new GetKey("key-8")), restored.Query(new GetKey("key-8")));
        Assert.Equal(Apply(new SetKey("key-7", "again")), restored.Apply(new LogIndex(_index), new SetKey("key-7", "again")));
        Assert.Equal(_store.Digest, restored.Digest);
    }

    [Fact]
    public void What_is_applied_behind_a_capture_is_not_in_it()
    {
        Apply(new SetKey("a", "1"));
        var digest = _store.Digest;
        using var capture = _store.Capture();
        Apply(new SetKey("a", "2"));
        Apply(new SetKey("b", "3"));

        var bytes = new MemoryStream();
        capture.WriteTo(bytes);

        Assert.Equal(digest, Restored(bytes.ToArray()).Digest);
    }

    [Fact]
    public void An_empty_store_can_be_restored() => Assert.Equal(_store.Digest, Restored(Written()).Digest);

    [Fact]
    public void A_state_of_a_newer_version_is_refused()
    {
        var bytes = Written();
        bytes[0] = 99;

        Assert.Contains("newer", Assert.Throws<InvalidDataException>(() => Restored(bytes)).Message);
    }

    private static KeyValueStore Restored(byte[] bytes)
    {
        var store = new KeyValueStore();
        store.Restore(new MemoryStream(bytes));
        return store;
    }

    private byte[] Written()
    {
        using var capture = _store.Capture();
        var bytes = new MemoryStream();
        capture.WriteTo(bytes);
        return bytes.ToArray();
    }

    private object? Apply(object command) => _store.Apply(new LogIndex(++_index), command);
}
