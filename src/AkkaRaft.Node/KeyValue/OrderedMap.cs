namespace AkkaRaft.Node.KeyValue;

/// <summary>
/// A map in the ordinal order of its keys, of which a view can be had at no cost: a balanced tree (AVL) that is changed in place, save for
/// what a view still looks at, which is copied before it is changed.
/// </summary>
internal sealed class OrderedMap<TValue>
{
    private Node? _root;

    /// <summary>Nodes of an earlier epoch may be part of a view.</summary>
    private long _epoch;

    public int Count { get; private set; }

    public bool TryGetValue(string key, out TValue value) => new OrderedMapView<TValue>(_root, Count).TryGetValue(key, out value);

    /// <summary>The map as it is now; later changes do not show in it. Any thread may read it.</summary>
    public OrderedMapView<TValue> View()
    {
        _epoch++;
        return new OrderedMapView<TValue>(_root, Count);
    }

    /// <summary>The pairs from a key on, in order. The map must not change meanwhile.</summary>
    public IEnumerable<KeyValuePair<string, TValue>> From(string key) => new OrderedMapView<TValue>(_root, Count).From(key);

    public void Set(string key, TValue value) => _root = Set(_root, key, value);

    public bool Remove(string key)
    {
        var before = Count;
        _root = Remove(_root, key);
        return Count < before;
    }

    private Node Set(Node? node, string key, TValue value)
    {
        if (node is null)
        {
            Count++;
            return new Node(_epoch, key, value);
        }

        var order = string.CompareOrdinal(key, node.Key);
        var own = Own(node);
        if (order == 0)
        {
            own.Value = value;
            return own;
        }

        if (order < 0)
        {
            own.Left = Set(own.Left, key, value);
        }
        else
        {
            own.Right = Set(own.Right, key, value);
        }

        return Balance(own);
    }

    private Node? Remove(Node? node, string key)
    {
        if (node is null)
        {
            return null;
        }

        var order = string.CompareOrdinal(key, node.Key);
        if (order == 0)
        {
            Count--;
            return Join(node.Left, node.Right);
        }

        var own = Own(node);
        if (order < 0)
        {
            own.Left = Remove(own.Left, key);
        }
        else
        {
            own.Right = Remove(own.Right, key);
        }

        return Balance(own);
    }

    private Node? Join(Node? left, Node? right)
    {
        if (right is null)
        {
            return left;
        }

        var first = right;
        while (first.Left is { } next)
        {
            first = next;
        }

        var rest = WithoutFirst(right);
        var root = Own(first);
        (root.Left, root.Right) = (left, rest);
        return Balance(root);
    }

    private Node? WithoutFirst(Node node)
    {
        if (node.Left is null)
        {
            return node.Right;
        }

        var own = Own(node);
        own.Left = WithoutFirst(node.Left);
        return Balance(own);
    }

    private Node Own(Node node) => node.Epoch == _epoch ? node : new Node(_epoch, node);

    private Node Balance(Node node)
    {
        var lean = Height(node.Left) - Height(node.Right);
        if (lean > 1)
        {
            var left = Own(node.Left!);
            node.Left = Height(left.Left) < Height(left.Right) ? RotateLeft(left) : left;
            return RotateRight(node);
        }

        if (lean < -1)
        {
            var right = Own(node.Right!);
            node.Right = Height(right.Right) < Height(right.Left) ? RotateRight(right) : right;
            return RotateLeft(node);
        }

        node.Measure();
        return node;
    }

    private Node RotateRight(Node node)
    {
        var top = Own(node.Left!);
        (node.Left, top.Right) = (top.Right, node);
        node.Measure();
        top.Measure();
        return top;
    }

    private Node RotateLeft(Node node)
    {
        var top = Own(node.Right!);
        (node.Right, top.Left) = (top.Left, node);
        node.Measure();
        top.Measure();
        return top;
    }

    private static int Height(Node? node) => node?.Height ?? 0;

    internal sealed class Node(long epoch, string key, TValue value)
    {
        public Node(long epoch, Node other)
            : this(epoch, other.Key, other.Value)
        {
            (Left, Right, Height) = (other.Left, other.Right, other.Height);
        }

        public long Epoch { get; } = epoch;

        public string Key { get; } = key;

        public TValue Value { get; set; } = value;

        public Node? Left { get; set; }

        public Node? Right { get; set; }

        public int Height { get; private set; } = 1;

        public void Measure() => Height = 1 + Math.Max(OrderedMap<TValue>.Height(Left), OrderedMap<TValue>.Height(Right));
    }
}
