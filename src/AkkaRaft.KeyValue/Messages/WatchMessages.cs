namespace AkkaRaft.KeyValue;

/// <summary>
/// Query: reads events of keys, in order, and waits for the next where there are none. Answered with <see cref="KeysWatched"/>, which says
/// where the next query continues.
/// </summary>
/// <param name="Prefix">Only keys with this prefix; empty for all.</param>
/// <param name="FromRevision">The first revision to report; 0 to ask for the next revision without waiting.</param>
/// <param name="Skip">How many events of that revision, of any key, to skip.</param>
/// <param name="Limit">The most events in the answer.</param>
internal sealed record WatchKeys(string Prefix, long FromRevision, int Skip, int Limit) : IKeyValueMessage;

/// <summary>Answers <see cref="WatchKeys"/>.</summary>
/// <param name="Events">Events in order; empty where the searched events are all of other keys.</param>
/// <param name="NextRevision">The revision at which the next query continues.</param>
/// <param name="NextSkip">How many events of that revision the next query skips.</param>
/// <param name="CompactedRevision">
/// Not 0 where the requested revision is compacted: events up to this revision are dropped, and the keys have to be listed again.
/// </param>
internal sealed record KeysWatched(IReadOnlyList<KeyEvent> Events, long NextRevision, int NextSkip, long CompactedRevision = 0)
    : IKeyValueMessage;
