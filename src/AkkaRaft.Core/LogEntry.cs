namespace AkkaRaft.Core;

/// <summary>An entry of the replicated log (Raft paper, section 5.3).</summary>
/// <param name="Index">Its position; the first is 1.</param>
/// <param name="Term">The term in which a leader received it.</param>
/// <param name="Payload">What it carries.</param>
public sealed record LogEntry(LogIndex Index, Term Term, EntryPayload Payload)
{
    /// <summary>What the entry is counted as against limits given in bytes: its payload and a flat charge for what surrounds it.</summary>
    public int SizeBytes => Payload.SizeBytes + 24;
}
