namespace AkkaRaft.Core;

/// <summary>Something that happened to a server. Nothing else moves it: it has no clock, no thread and no network of its own.</summary>
/// <param name="Now">When it happened: time since an origin of the shell's choice, from a monotonic clock.</param>
public abstract record RaftInput(TimeSpan Now);

/// <summary>The first input after a start: the journal has been replayed, and the server is ready.</summary>
/// <param name="Now">Monotonic time.</param>
public sealed record Started(TimeSpan Now) : RaftInput(Now);

/// <summary>A message from a peer has come in.</summary>
/// <param name="Now">Monotonic time.</param>
/// <param name="Message">The message; it is addressed to this server.</param>
public sealed record MessageReceived(TimeSpan Now, RaftMessage Message) : RaftInput(Now)
{
    /// <summary>The sender's incarnation, which names its data directory; 0 when the sender tells none.</summary>
    public long Incarnation { get; init; }

    /// <summary>The latest version of the protocol that the sender speaks.</summary>
    public int Version { get; init; } = ProtocolVersion.Latest;
}

/// <summary>
/// A timer that was set by <see cref="SetTimer"/> has run out. One that was replaced or cancelled since may still arrive and does no harm.
/// </summary>
/// <param name="Now">Monotonic time.</param>
/// <param name="Timer">Which.</param>
public sealed record TimerElapsed(TimeSpan Now, RaftTimer Timer) : RaftInput(Now);

/// <summary>Writes are durable: all of <see cref="Persist"/> up to a sequence number.</summary>
/// <param name="Now">Monotonic time.</param>
/// <param name="UpTo">The highest <see cref="Persist.Sequence"/> that is durable, with all before it.</param>
public sealed record Persisted(TimeSpan Now, long UpTo) : RaftInput(Now);

/// <summary>The state machine has applied entries.</summary>
/// <param name="Now">Monotonic time.</param>
/// <param name="UpTo">Index of the last applied entry.</param>
public sealed record Applied(TimeSpan Now, LogIndex UpTo) : RaftInput(Now);

/// <summary>Clients ask for commands to be replicated.</summary>
/// <param name="Now">Monotonic time.</param>
/// <param name="Proposals">The commands, in the order in which they enter the log.</param>
public sealed record Propose(TimeSpan Now, IReadOnlyList<Proposal> Proposals) : RaftInput(Now);

/// <summary>One command of a <see cref="Propose"/>.</summary>
/// <param name="Request">Under which the answer goes out.</param>
/// <param name="Payload">The command, bare or in a session, or what opens, closes or ages sessions.</param>
/// <param name="Forwarded">Another server passed it on already; it is not passed on a second time.</param>
public readonly record struct Proposal(RequestId Request, EntryPayload Payload, bool Forwarded);

/// <summary>A client asks for a read (dissertation, section 6.4).</summary>
/// <param name="Now">Monotonic time.</param>
/// <param name="Request">Under which the answer goes out; unique to this attempt.</param>
/// <param name="Forwarded">Another server passed it on already; it is not passed on a second time.</param>
public sealed record Read(TimeSpan Now, RequestId Request, bool Forwarded) : RaftInput(Now)
{
    /// <summary>What the answer must know of.</summary>
    public ReadConsistency Consistency { get; init; }

    /// <summary>For <see cref="ReadConsistency.Stale"/>: the answer may be so old and no older.</summary>
    public TimeSpan MaxAge { get; init; }

    /// <summary>For <see cref="ReadConsistency.AtIndex"/>: the answer knows this entry.</summary>
    public LogIndex Index { get; init; }
}

/// <summary>What a read's answer must know of, and who gives it.</summary>
public enum ReadConsistency
{
    /// <summary>Everything that was committed when the read was asked for; answered by the leader.</summary>
    Linearizable,

    /// <summary>The same, answered by the server that was asked, which gets the index from the leader (section 6.4).</summary>
    LinearizableLocal,

    /// <summary>Everything that was committed a given time ago; answered by the server that was asked.</summary>
    Stale,

    /// <summary>A given entry, such as the client's own last write; answered by the server that was asked.</summary>
    AtIndex,

    /// <summary>
    /// Nothing: the server that was asked answers with what it has applied, which may be old without a bound. It needs no leader and no
    /// quorum.
    /// </summary>
    Local,
}

/// <summary>Somebody wants a snapshot of what is applied now, whether one is due or not. One that is under way comes first.</summary>
/// <param name="Now">Monotonic time.</param>
public sealed record SnapshotWanted(TimeSpan Now) : RaftInput(Now);

/// <summary>The shell has made a snapshot durable on disk: the state behind an entry that was applied.</summary>
/// <param name="Now">Monotonic time.</param>
/// <param name="Snapshot">Which.</param>
public sealed record SnapshotTaken(TimeSpan Now, SnapshotMetadata Snapshot) : RaftInput(Now);

/// <summary>No snapshot came of a <see cref="TakeSnapshot"/>; another is asked for later.</summary>
/// <param name="Now">Monotonic time.</param>
public sealed record SnapshotFailed(TimeSpan Now) : RaftInput(Now);

/// <summary>
/// A snapshot that is to be sent cannot be read, or is not what it was: none of it was sent. Another is taken in its place.
/// </summary>
/// <param name="Now">Monotonic time.</param>
/// <param name="Snapshot">Which.</param>
public sealed record SnapshotUnreadable(TimeSpan Now, SnapshotMetadata Snapshot) : RaftInput(Now);

/// <summary>The shell has stored what has come of a snapshot.</summary>
/// <param name="Now">Monotonic time.</param>
/// <param name="Snapshot">Which.</param>
/// <param name="UpTo">How many of its bytes are stored, from its beginning on.</param>
public sealed record SnapshotChunkStored(TimeSpan Now, SnapshotMetadata Snapshot, long UpTo) : RaftInput(Now);

/// <summary>A snapshot from the leader is whole, has the right checksum, and is durable on disk.</summary>
/// <param name="Now">Monotonic time.</param>
/// <param name="Snapshot">Which.</param>
public sealed record SnapshotReceived(TimeSpan Now, SnapshotMetadata Snapshot) : RaftInput(Now);

/// <summary>What has come of a snapshot is of no use, as it could not be stored or has a wrong checksum; it is begun anew.</summary>
/// <param name="Now">Monotonic time.</param>
/// <param name="Snapshot">Which.</param>
public sealed record SnapshotReceptionFailed(TimeSpan Now, SnapshotMetadata Snapshot) : RaftInput(Now);

/// <summary>Somebody wants another server to lead (dissertation, section 3.10).</summary>
/// <param name="Now">Monotonic time.</param>
/// <param name="Request">Under which the answer goes out, or null if nobody waits for one.</param>
/// <param name="Target">Who is to lead; null for the voter that is placed best.</param>
/// <param name="Forwarded">Another server passed it on already; it is not passed on a second time.</param>
public sealed record TransferLeadership(TimeSpan Now, RequestId? Request, ServerId? Target, bool Forwarded) : RaftInput(Now);

/// <summary>
/// Somebody wants the cluster's members to be others (dissertation, chapter 4). All changes of a request come into force together.
/// </summary>
/// <param name="Now">Monotonic time.</param>
/// <param name="Request">Under which the answer goes out.</param>
/// <param name="Changes">At least one.</param>
/// <param name="Forwarded">Another server passed it on already; it is not passed on a second time.</param>
public sealed record ChangeMembers(TimeSpan Now, RequestId Request, IReadOnlyList<MemberChange> Changes, bool Forwarded) : RaftInput(Now);

/// <summary>The disk has run full, or has room again. A server without room takes no entries, and goes on with all else.</summary>
/// <param name="Now">Monotonic time.</param>
/// <param name="IsFull">Whether there is no room.</param>
public sealed record DiskSpaceChanged(TimeSpan Now, bool IsFull) : RaftInput(Now);

/// <summary>The timers of a server; each is set at most once at a time.</summary>
public enum RaftTimer
{
    /// <summary>Follower and candidates: campaign, or campaign again. Leader: check that a quorum still answers.</summary>
    Election,

    /// <summary>Leader: say that it leads.</summary>
    Heartbeat,

    /// <summary>Any server: ask the leader again, or give up, for reads that wait here.</summary>
    Reads,
}
