namespace AkkaRaft.KeyValue;

/// <summary>
/// The store's limits. The state depends on them, so they are constants, not settings: each server must have the same.
/// </summary>
internal sealed record KeyValueLimits
{
    /// <summary>The limits in production.</summary>
    public static readonly KeyValueLimits Default = new();

    /// <summary>The most past events that are kept for watches.</summary>
    public int HistoryEvents { get; init; } = 65_536;

    /// <summary>
    /// The most characters in keys and values of all kept events. A value that is not text counts by its bytes.
    /// </summary>
    public long HistoryCharacters { get; init; } = 16 << 20;

    /// <summary>
    /// The most events that one watch query searches. The answer then says how far the search has come, so that the watch does not fall
    /// behind the history.
    /// </summary>
    public int EventsSearched { get; init; } = 512;

    /// <summary>The most entries or events in one answer, whatever the query asks for.</summary>
    public int PageItems { get; init; } = 10_000;

    /// <summary>
    /// The most bytes of entries or events in one answer, unless the first alone has more. A frame holds twice as many.
    /// </summary>
    public int PageBytes { get; init; } = 60 * 1024;

    /// <summary>The shortest time to live of a lease. Replicated time advances in steps of half a second.</summary>
    public TimeSpan MinTimeToLive { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest time to live of a lease.</summary>
    public TimeSpan MaxTimeToLive { get; init; } = TimeSpan.FromDays(365);
}
