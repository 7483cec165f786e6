namespace AkkaRaft.Node.Hosting;

/// <summary>Size, modes and schema of a journal's file.</summary>
/// <param name="SizeBytes">The size of the file.</param>
/// <param name="LogSizeBytes">The size of the write-ahead log beside it; 0 when there is none.</param>
/// <param name="PageSizeBytes">The size of a page.</param>
/// <param name="JournalMode">How SQLite keeps a transaction whole, as the file's head says: <c>wal</c>, or <c>rollback</c>.</param>
/// <param name="Synchronous">When SQLite syncs on a connection that is opened as a node opens its own, such as <c>full</c>.</param>
/// <param name="Schema">The tables, and the indexes that have a name.</param>
internal sealed record JournalFileFacts(
    long SizeBytes, long LogSizeBytes, long PageSizeBytes, string JournalMode, string Synchronous, IReadOnlyList<string> Schema)
{
    private static readonly string[] Levels = ["off", "normal", "full", "extra"];

    /// <summary>SQLite's name for a value of <c>PRAGMA synchronous</c>.</summary>
    public static string LevelOf(long synchronous) =>
        synchronous >= 0 && synchronous < Levels.Length ? Levels[synchronous] : $"{synchronous}";

    /// <inheritdoc />
    public override string ToString() =>
        $"{SizeBytes} bytes and {LogSizeBytes} in its write-ahead log, pages of {PageSizeBytes} bytes,"
        + $" journal_mode={JournalMode}, synchronous={Synchronous}, with {string.Join(", ", Schema)}";
}
