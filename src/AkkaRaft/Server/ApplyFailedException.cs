using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>A committed entry cannot be applied. The message is one line: which entry, what it holds, and what went wrong.</summary>
/// <param name="entry">The entry.</param>
/// <param name="what">What it holds, such as the type of its command.</param>
/// <param name="cause">What the state machine, or the command's serializer, threw.</param>
internal sealed class ApplyFailedException(LogEntry entry, string what, Exception cause)
    : Exception($"entry {entry.Index}, {what}, cannot be applied: {cause.GetType().Name}: {FailureWords.Of(cause)}", cause)
{
    /// <summary>The entry's place in the log.</summary>
    public LogIndex Index { get; } = entry.Index;
}
