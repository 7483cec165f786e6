namespace AkkaRaft.KeyValue;

/// <summary>
/// A sorted map that is captured in constant time: a B+ tree whose nodes are changed in place while no capture shares them, and copied at
/// their first change after a capture. A write costs as much as in a mutable tree. A capture costs as much memory as is written while it is
/// in use.
/// </summary>
/// <typeparam name="TKey">The keys' type.</typeparam>
/// <typeparam name="TValue">The values' type; null is no value.</typeparam>
/// <typeparam name="TOrder">The order of the keys; a struct, so that comparisons are not virtual calls.</typeparam>
internal sealed class CopyOnWriteTree<TKey, TValue, TOrder>
    where TValue : class
    where TOrder : struct, IComparer<TKey>
{
    private const int Capacity = 32;

    /// <summary>Two nodes that fit into one with room to spare are joined, so that removals do not leave many small nodes.</summary>
    private const int JoinBelow = Capacity / 4;
    private const int JoinUpTo = Capacity * 3 / 4;

    /// <summary>Nodes with this owner are not shared with a capture. Each capture replaces the owner.</summary>
    private object _owner = new();
    private Node _root;

    public CopyOnWriteTree() => _root = new Node(_owner, isLeaf: true);

    /// <summary>How many keys there are.</summary>
    public int Count { get; private set; }

    /// <summary>The value of a key, or null.</summary>
    public TValue? this[TKey key]
    {
        get
        {
            var node = _root;
            while (node.Children is { } children)
            {
                node = children[node.ChildFor(key)];
            }

            var at = node.Find(key);
            return at < 0 ? null : node.Values![at];
        }
    }

    /// <summary>A reference to a key's value. It is null if the key is new; the caller assigns a value at once.</summary>
    public ref TValue? Slot(TKey key)
    {
        _root = Own(_root);
        if (_root.Count == Capacity)
        {
            var above = new Node(_owner, isLeaf: false);
            above.Insert(0, _root.Keys[0], null, _root);
            _root = above;
            Split(above, 0, key);
        }

        var node = _root;
        while (node.Children is { } children)
        {
            var at = node.ChildFor(key);
            children[at] = Own(children[at]);
            if (children[at].Count == Capacity)
            {
                Split(node, at, key);
                at = node.ChildFor(key);
            }

            node = children[at];
        }

        var position = node.Find(key);
        if (position < 0)
        {
            position = ~position;
            node.Insert(position, key, null, null);
            Count++;
        }

        return ref node.Values![position];
    }

    /// <summary>Removes a key.</summary>
    /// <returns>Its value, or null if there was none.</returns>
    public TValue? Remove(TKey key)
    {
        if (this[key] is not { } removed)
        {
            return null;
        }

        _root = Own(_root);
        RemoveFrom(_root, key);
        while (_root is { Children: { } children, Count: 1 })
        {
            _root = children[0];
        }

        Count--;
        return removed;
    }

    /// <summary>The keys from one on, in order. No write may happen during the enumeration.</summary>
    public IEnumerable<KeyValuePair<TKey, TValue>> From(TKey first) => From(_root, first);

    /// <summary>The current state. Another thread may read it while this tree changes.</summary>
    public Captured Capture()
    {
        _owner = new object();
        return new Captured(_root, Count);
    }

    private static IEnumerable<KeyValuePair<TKey, TValue>> From(Node root, TKey first)
    {
        var path = new Stack<(Node Node, int Next)>();
        var node = root;
        while (node.Children is { } children)
        {
            var at = node.ChildFor(first);
            path.Push((node, at + 1));
            node = children[at];
        }

        var found = node.Find(first);
        var position = found < 0 ? ~found : found;
        while (true)
        {
            for (; position < node.Count; position++)
            {
                yield return KeyValuePair.Create(node.Keys[position], node.Values![position]!);
            }

            while (path.Count > 0 && path.Peek() is var (above, next) && next == above.Count)
            {
                path.Pop();
            }

            if (path.Count == 0)
            {
                yield break;
            }

            var (parent, index) = path.Pop();
            path.Push((parent, index + 1));
            node = parent.Children![index];
            while (node.Children is { } below)
            {
                path.Push((node, 1));
                node = below[0];
            }

            position = 0;
        }
    }

    private Node Own(Node node) => node.Owner == _owner ? node : node.CopyFor(_owner);

    /// <summary>
    /// Splits a full child in halves. Where keys arrive in order, the left node stays almost full instead.
    /// </summary>
    private void Split(Node parent, int at, TKey key)
    {
        var left = parent.Children![at];
        var inOrder = at == parent.Count - 1 && default(TOrder).Compare(key, left.Keys[left.Count - 1]) > 0;
        var right = left.Split(inOrder ? Capacity - 2 : Capacity / 2, _owner);
        parent.Insert(at + 1, right.Keys[0], null, right);
    }

    private void RemoveFrom(Node node, TKey key)
    {
        if (node.Children is not { } children)
        {
            node.RemoveAt(node.Find(key));
            return;
        }

        var at = node.ChildFor(key);
        children[at] = Own(children[at]);
        RemoveFrom(children[at], key);
        if (children[at].Count < JoinBelow && node.Count > 1)
        {
            Join(node, Math.Max(at - 1, 0));
        }
    }

    private void Join(Node parent, int left)
    {
        var children = parent.Children!;
        if (children[left].Count + children[left + 1].Count <= JoinUpTo)
        {
            children[left] = Own(children[left]);
            children[left].Append(children[left + 1], parent.Keys[left + 1]);
            parent.RemoveAt(left + 1);
        }
    }

    /// <summary>A tree's state at one moment.</summary>
    internal sealed class Captured
    {
        private readonly Node _root;

        internal Captured(Node root, int count)
        {
            _root = root;
            Count = count;
        }

        /// <summary>How many keys there are.</summary>
        public int Count { get; }

        /// <summary>The keys from one on, in order.</summary>
        public IEnumerable<KeyValuePair<TKey, TValue>> From(TKey first) => CopyOnWriteTree<TKey, TValue, TOrder>.From(_root, first);
    }

    /// <summary>A leaf has values. An inner node has children and, for each but the first, the least key of its subtree.</summary>
    internal sealed class Node
    {
        public Node(object owner, bool isLeaf)
        {
            Owner = owner;
            Keys = new TKey[Capacity];
            Values = isLeaf ? new TValue?[Capacity] : null;
            Children = isLeaf ? null : new Node[Capacity];
        }

        private Node(Node other, object owner)
        {
            Owner = owner;
            Count = other.Count;
            Keys = (TKey[])other.Keys.Clone();
            Values = (TValue?[]?)other.Values?.Clone();
            Children = (Node[]?)other.Children?.Clone();
        }

        public object Owner { get; }

        public int Count { get; private set; }

        public TKey[] Keys { get; }

        public TValue?[]? Values { get; }

        public Node[]? Children { get; }

        public Node CopyFor(object owner) => new(this, owner);

        /// <summary>The position of a key in a leaf, or the complement of its insertion position.</summary>
        public int Find(TKey key) => Search(key, 0);

        /// <summary>The position of the child whose subtree may have a key.</summary>
        public int ChildFor(TKey key)
        {
            var at = Search(key, 1);
            return at < 0 ? ~at - 1 : at;
        }

        public void Insert(int at, TKey key, TValue? value, Node? child)
        {
            Open(Keys, at);
            Keys[at] = key;
            if (Children is { } children)
            {
                Open(children, at);
                children[at] = child!;
            }
            else
            {
                Open(Values!, at);
                Values![at] = value;
            }

            Count++;
        }

        public void RemoveAt(int at)
        {
            Count--;
            Close(Keys, at);
            if (Children is { } children)
            {
                Close(children, at);
            }
            else
            {
                Close(Values!, at);
            }
        }

        /// <summary>Keeps the first entries and moves the rest to a new node.</summary>
        public Node Split(int keep, object owner)
        {
            var right = new Node(owner, Children is null);
            Move(Keys, right.Keys, keep);
            if (Children is { } children)
            {
                Move(children, right.Children!, keep);
            }
            else
            {
                Move(Values!, right.Values!, keep);
            }

            right.Count = Count - keep;
            Count = keep;
            return right;
        }

        /// <summary>Appends the entries of the right neighbour.</summary>
        public void Append(Node right, TKey leastKey)
        {
            Array.Copy(right.Keys, 0, Keys, Count, right.Count);
            if (Children is { } children)
            {
                Keys[Count] = leastKey;
                Array.Copy(right.Children!, 0, children, Count, right.Count);
            }
            else
            {
                Array.Copy(right.Values!, 0, Values!, Count, right.Count);
            }

            Count += right.Count;
        }

        private int Search(TKey key, int from)
        {
            var low = from;
            var high = Count - 1;
            while (low <= high)
            {
                var middle = (low + high) >>> 1;
                var order = default(TOrder).Compare(Keys[middle], key);
                if (order == 0)
                {
                    return middle;
                }

                if (order < 0)
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle - 1;
                }
            }

            return ~low;
        }

        private void Open<T>(T[] array, int at) => Array.Copy(array, at, array, at + 1, Count - at);

        private void Close<T>(T[] array, int at)
        {
            Array.Copy(array, at + 1, array, at, Count - at);
            array[Count] = default!;
        }

        private void Move<T>(T[] from, T[] to, int keep)
        {
            Array.Copy(from, keep, to, 0, Count - keep);
            Array.Clear(from, keep, Count - keep);
        }
    }
}

/// <summary>The ordinal order of strings, the same on each machine and in each culture.</summary>
internal readonly struct OrdinalOrder : IComparer<string>
{
    public int Compare(string? x, string? y) => string.CompareOrdinal(x, y);
}

/// <summary>The order of numbers.</summary>
internal readonly struct NumericOrder : IComparer<long>
{
    public int Compare(long x, long y) => x.CompareTo(y);
}
