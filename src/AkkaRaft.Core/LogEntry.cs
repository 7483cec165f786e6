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

/// <summary>What a log entry carries.</summary>
public abstract record EntryPayload
{
    private protected EntryPayload()
    {
    }

    /// <summary>The payload's size in bytes, as it counts against the limits of batches and frames.</summary>
    public abstract int SizeBytes { get; }
}

/// <summary>The empty entry that a new leader appends, to learn which entries are committed (Raft paper, section 8).</summary>
public sealed record NoOp : EntryPayload
{
    /// <summary>The only instance that is needed.</summary>
    public static readonly NoOp Instance = new();

    /// <inheritdoc />
    public override int SizeBytes => 0;
}

/// <summary>A command for the state machine, opaque to the protocol: the output of the user's own serializer.</summary>
/// <param name="SerializerId">The identifier of the serializer that wrote <paramref name="Data"/>.</param>
/// <param name="Manifest">What that serializer needs to read it; may be empty.</param>
/// <param name="Data">The serialized command.</param>
public sealed record Command(int SerializerId, string Manifest, ReadOnlyMemory<byte> Data) : EntryPayload
{
    /// <inheritdoc />
    public override int SizeBytes => Data.Length + Manifest.Length + 8;

    /// <summary>Compares by content, as two copies of one entry on two servers must be equal.</summary>
    public bool Equals(Command? other) =>
        other is not null && SerializerId == other.SerializerId && Manifest == other.Manifest && Data.Span.SequenceEqual(other.Data.Span);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(SerializerId);
        hash.Add(Manifest);
        hash.AddBytes(Data.Span);
        return hash.ToHashCode();
    }
}

/// <summary>
/// A change of the cluster's members, in force on each server from the moment it is in its log (dissertation, section 4.1).
/// </summary>
/// <param name="Configuration">The members from this entry on.</param>
public sealed record ConfigurationChange(ClusterConfiguration Configuration) : EntryPayload
{
    /// <inheritdoc />
    public override int SizeBytes => Configuration.SizeBytes;
}
