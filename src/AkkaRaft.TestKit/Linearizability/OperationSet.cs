using System.Numerics;

namespace AkkaRaft.TestKit.Linearizability;

/// <summary>An immutable set of unanswered operations, by number.</summary>
internal readonly struct OperationSet
{
    public static readonly OperationSet Empty = new([]);

    private readonly ulong[] _words;

    private OperationSet(ulong[] words) => _words = words;

    /// <summary>
    /// Adds a set under a state, unless that state was reached already with no others than these: whatever can be done from here could be
    /// done from there too.
    /// </summary>
    public static bool AddUnlessDominated<TKey>(Dictionary<TKey, List<OperationSet>> reached, TKey key, OperationSet set)
        where TKey : notnull
    {
        if (!reached.TryGetValue(key, out var sets))
        {
            reached.Add(key, [set]);
            return true;
        }

        foreach (var other in sets)
        {
            if (other.IsSubsetOf(set))
            {
                return false;
            }
        }

        sets.Add(set);
        return true;
    }

    public int Count
    {
        get
        {
            var count = 0;
            foreach (var word in _words)
            {
                count += BitOperations.PopCount(word);
            }

            return count;
        }
    }

    public bool Contains(int operation) => operation >> 6 < _words.Length && (_words[operation >> 6] >> operation & 1) != 0;

    public OperationSet With(int operation)
    {
        var words = new ulong[Math.Max(_words.Length, (operation >> 6) + 1)];
        _words.CopyTo(words, 0);
        words[operation >> 6] |= 1UL << operation;
        return new OperationSet(words);
    }

    private bool IsSubsetOf(OperationSet other)
    {
        for (var i = 0; i < _words.Length; i++)
        {
            var theirs = i < other._words.Length ? other._words[i] : 0;
            if ((_words[i] & ~theirs) != 0)
            {
                return false;
            }
        }

        return true;
    }
}
