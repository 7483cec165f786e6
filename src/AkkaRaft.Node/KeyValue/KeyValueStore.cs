using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using AkkaRaft.Core;

namespace AkkaRaft.Node.KeyValue;

/// <summary>The program's state machine: a map from keys to values, where each value remembers the log index that set it.</summary>
public sealed partial class KeyValueStore : IStateMachine, IStateDigest
{
    private readonly OrderedMap<Item> _items = new();

    // The sum, modulo 2^128, of a hash of each item: it depends on the state alone and costs the same however large that is.
    private UInt128 _digest;

    /// <inheritdoc />
    public string Digest => _digest.ToString("x32");

    /// <inheritdoc />
    public object? Apply(LogIndex index, object command) => command switch
    {
        SetKey set => new KeyWritten(index.Value, Put(set.Key, new Item(set.Value, index.Value))),
        DeleteKey delete => new KeyWritten(index.Value, Remove(delete.Key)),
        CompareAndSetKey set => CompareAndSet(index, set),
        _ => throw new ArgumentException($"The key-value store has no command {command.GetType()}.", nameof(command)),
    };

    /// <inheritdoc />
    public object? Query(object query) => query switch
    {
        GetKey get => _items.TryGetValue(get.Key, out var item) ? new KeyRead(true, item.Value, item.Revision) : new KeyRead(false, "", 0),
        ListKeys list => List(list),
        _ => throw new ArgumentException($"The key-value store has no query {query.GetType()}.", nameof(query)),
    };

    private KeyCompared CompareAndSet(LogIndex index, CompareAndSetKey set)
    {
        var current = _items.TryGetValue(set.Key, out var item) ? item.Value : null;
        if (current != set.Expected)
        {
            return new KeyCompared(index.Value, false);
        }

        Put(set.Key, new Item(set.Value, index.Value));
        return new KeyCompared(index.Value, true);
    }

    private bool Put(string key, Item item)
    {
        var existed = _items.TryGetValue(key, out var before);
        if (existed)
        {
            _digest -= HashOf(key, before);
        }

        _items.Set(key, item);
        _digest += HashOf(key, item);
        return existed;
    }

    private bool Remove(string key)
    {
        if (!_items.TryGetValue(key, out var removed))
        {
            return false;
        }

        _items.Remove(key);
        _digest -= HashOf(key, removed);
        return true;
    }

    private KeysListed List(ListKeys list)
    {
        var page = _items.From(list.After)
            .SkipWhile(item => item.Key == list.After)
            .Take(list.Limit + 1)
            .Select(item => KeyValuePair.Create(item.Key, item.Value.Value))
            .ToList();
        return new KeysListed(page.Count > list.Limit ? page[..list.Limit] : page, page.Count > list.Limit);
    }

    private static UInt128 HashOf(string key, Item item)
    {
        var text = Encoding.UTF8.GetBytes($"{key.Length}:{key}{item.Revision}:{item.Value}");
        return BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(text));
    }

    private readonly record struct Item(string Value, long Revision);
}
