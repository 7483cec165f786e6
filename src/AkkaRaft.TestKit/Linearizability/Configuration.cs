namespace AkkaRaft.TestKit.Linearizability;

/// <summary>A point of the search: which answered operations were taken, and in what state that left the object. Immutable.</summary>
/// <param name="Taken">The answered operations that were taken.</param>
/// <param name="State">The state they led to.</param>
internal readonly record struct Configuration<TState>(TakenOperations Taken, TState State);

/// <summary>
/// An immutable set of answered operations, numbered in the order of their calls: all before <see cref="First"/>, not that one itself, and
/// some behind it, which are never more than there are operations at a time.
/// </summary>
internal readonly struct TakenOperations : IEquatable<TakenOperations>
{
    public static readonly TakenOperations None = new(0, []);

    /// <summary>A bit for each operation from the word of <see cref="First"/> on, without zero words at the end.</summary>
    private readonly ulong[] _words;

    private TakenOperations(int first, ulong[] words)
    {
        First = first;
        _words = words;
    }

    /// <summary>The first operation that is not taken.</summary>
    public int First { get; }

    public bool Contains(int operation)
    {
        var word = (operation >> 6) - (First >> 6);
        return operation < First || (word < _words.Length && (_words[word] >> operation & 1) != 0);
    }

    public TakenOperations With(int operation)
    {
        var offset = First >> 6;
        var words = new ulong[Math.Max(_words.Length, (operation >> 6) - offset + 1)];
        _words.CopyTo(words, 0);
        words[(operation >> 6) - offset] |= 1UL << operation;
        var first = First;
        while ((first >> 6) - offset < words.Length && (words[(first >> 6) - offset] >> first & 1) != 0)
        {
            first++;
        }

        var wordsBehind = Math.Min((first >> 6) - offset, words.Length);
        return new TakenOperations(first, wordsBehind == 0 ? words : words[wordsBehind..]);
    }

    public bool Equals(TakenOperations other) => First == other.First && _words.AsSpan().SequenceEqual(other._words);

    public override bool Equals(object? obj) => obj is TakenOperations other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(First);
        foreach (var word in _words)
        {
            hash.Add(word);
        }

        return hash.ToHashCode();
    }
}
