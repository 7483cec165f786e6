namespace AkkaRaft.Core;

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

/// <summary>Opens a client's session (dissertation, section 6.3).</summary>
/// <param name="Timeout">After how much replicated time without a command the session expires.</param>
/// <param name="Id">
/// The session's id. Null in logs from before ids were drawn: such a session is known by the index of the entry.
/// </param>
public sealed record OpenSession(TimeSpan Timeout, SessionId? Id = null) : EntryPayload
{
    /// <inheritdoc />
    public override int SizeBytes => 16;

    /// <summary>The id of the session that this entry opens at an index.</summary>
    public SessionId IdAt(LogIndex index) => Id ?? new SessionId(index.Value);
}

/// <summary>Closes a client's session and forgets its answers.</summary>
/// <param name="SessionId">The session.</param>
public sealed record CloseSession(SessionId SessionId) : EntryPayload
{
    /// <inheritdoc />
    public override int SizeBytes => 8;
}

/// <summary>A command that applies at most once, however often it is in the log (dissertation, section 6.3).</summary>
/// <param name="SessionId">The session that it belongs to.</param>
/// <param name="Sequence">Its number within the session; the first is 1. The same command has the same number in each try.</param>
/// <param name="Acknowledged">The client has the answers of all commands up to this number and will not ask for them again.</param>
/// <param name="Command">The command.</param>
public sealed record SessionCommand(SessionId SessionId, long Sequence, long Acknowledged, Command Command) : EntryPayload
{
    /// <inheritdoc />
    public override int SizeBytes => Command.SizeBytes + 24;
}

/// <summary>
/// Advances replicated time: the sum of all time entries in the log is the time by which sessions and leases expire. A leader counts only time
/// in which it led, so replicated time never runs ahead of real time, whatever clocks and elections do.
/// </summary>
/// <param name="Elapsed">The time since the leader's previous time entry, or since it began to lead.</param>
public sealed record TimeEntry(TimeSpan Elapsed) : EntryPayload
{
    /// <inheritdoc />
    public override int SizeBytes => 8;
}
