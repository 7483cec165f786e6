namespace AkkaRaft.Node.KeyValue;

/// <summary>What may happen to a key.</summary>
public enum KeyEventKind
{
    /// <summary>It was given a value.</summary>
    Set = 1,

    /// <summary>It was removed.</summary>
    Deleted = 2,

    /// <summary>It went with its lease, which expired or was revoked.</summary>
    Expired = 3,
}

/// <summary>Something that happened to a key.</summary>
/// <param name="Kind">What.</param>
/// <param name="Entry">
/// What the key has since; where it is gone, its revision is that of the removal, its value empty, its version 0.
/// </param>
public sealed record KeyEvent(KeyEventKind Kind, KeyEntry Entry)
{
    /// <summary>The key.</summary>
    public string Key => Entry.Key;

    /// <summary>The value since; empty where the key is gone.</summary>
    public ValueBytes Value => Entry.Value;

    /// <summary>The log index at which it happened; several events may share it.</summary>
    public long Revision => Entry.Revision;
}

/// <summary>
/// Query: asks for what happens to keys, in order, and waits until something does. Answered with <see cref="KeysWatched"/>, whose end is
/// where the next question goes on.
/// </summary>
/// <param name="Prefix">Only keys that begin so; empty for all.</param>
/// <param name="FromRevision">The first revision that matters; 0 to be told at once where the present ends.</param>
/// <param name="Skip">How many events of that revision, of any key, have been seen.</param>
/// <param name="Limit">The most events in the answer.</param>
public sealed record WatchKeys(string Prefix, long FromRevision, int Skip, int Limit) : IKeyValueMessage;

/// <summary>Answers <see cref="WatchKeys"/>.</summary>
/// <param name="Events">Events in order; none if nothing happened to such keys and it is told how far that is known.</param>
/// <param name="NextRevision">From where the next question goes on.</param>
/// <param name="NextSkip">How many events of that revision it is to skip.</param>
/// <param name="CompactedRevision">
/// Not 0 when the asked revision is no longer kept: events up to this one are gone, and the keys are to be read anew.
/// </param>
public sealed record KeysWatched(IReadOnlyList<KeyEvent> Events, long NextRevision, int NextSkip, long CompactedRevision = 0)
    : IKeyValueMessage;
