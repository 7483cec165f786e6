namespace AkkaRaft.Node.KeyValue;

/// <summary>
/// Bounds of the store. They shape the state, so they are constants and no settings: each server must have the same.
/// </summary>
internal sealed record KeyValueLimits
{
    /// <summary>What the program uses.</summary>
    public static readonly KeyValueLimits Default = new();

    /// <summary>How many past events are kept for watchers.</summary>
    public int HistoryEvents { get; init; } = 65_536;

    /// <summary>
    /// How many characters of keys and values the kept events may have together; a value that is no text counts by its bytes.
    /// </summary>
    public long HistoryCharacters { get; init; } = 16 << 20;

    /// <summary>
    /// Through how many events a watcher's question may look in vain: it is told then how far it is, lest it fall behind the history.
    /// </summary>
    public int EventsLookedThrough { get; init; } = 512;

    /// <summary>The most entries or events in one answer, whatever is asked for.</summary>
    public int PageItems { get; init; } = 10_000;

    /// <summary>
    /// How many bytes of entries or events an answer may have unless the first alone has more; a frame takes twice as many.
    /// </summary>
    public int PageBytes { get; init; } = 60 * 1024;

    /// <summary>The least time to live of a lease: time passes in steps of half a second.</summary>
    public TimeSpan MinTimeToLive { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest time to live of a lease.</summary>
    public TimeSpan MaxTimeToLive { get; init; } = TimeSpan.FromDays(365);
}
