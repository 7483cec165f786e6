namespace AkkaRaft.Node.KeyValue;

/// <summary>An <see cref="OrderedMap{TValue}"/> as it was at one moment.</summary>
internal readonly struct OrderedMapView<TValue>(OrderedMap<TValue>.Node? root, int count)
{
    public int Count { get; } = count;

    public bool TryGetValue(string key, out TValue value)
    {
        var node = root;
        while (node is not null)
        {
            var order = string.CompareOrdinal(key, node.Key);
            if (order == 0)
            {
                value = node.Value;
                return true;
            }

            node = order < 0 ? node.Left : node.Right;
        }

        value = default!;
        return false;
    }

    /// <summary>The pairs from a key on, in order.</summary>
    public IEnumerable<KeyValuePair<string, TValue>> From(string key)
    {
        var waiting = new Stack<OrderedMap<TValue>.Node>();
        for (var node = root; node is not null;)
        {
            if (string.CompareOrdinal(node.Key, key) >= 0)
            {
                waiting.Push(node);
                node = node.Left;
            }
            else
            {
                node = node.Right;
            }
        }

        while (waiting.TryPop(out var next))
        {
            yield return KeyValuePair.Create(next.Key, next.Value);
            for (var node = next.Right; node is not null; node = node.Left)
            {
                waiting.Push(node);
            }
        }
    }
}
