namespace AkkaRaft.Core;

/// <summary>Something that the shell around a server has to do, in the order given. Effects are data: the core calls no code of the shell.</summary>
public abstract record RaftEffect;

/// <summary>
/// Write events to the journal; when they are durable, say so with <see cref="Persisted"/>. The shell need not wait: messages that depend
/// on it are held back by the core.
/// </summary>
/// <param name="Sequence">Rises by one with each write since the start.</param>
/// <param name="Events">At least one.</param>
public sealed record Persist(long Sequence, IReadOnlyList<RaftEvent> Events) : RaftEffect;

/// <summary>Send a message to a peer. It may get lost.</summary>
/// <param name="Message">The message, which names its addressee.</param>
public sealed record Send(RaftMessage Message) : RaftEffect;

/// <summary>Apply committed entries to the state machine, in order; then say so with <see cref="Applied"/>.</summary>
/// <param name="Entries">At least one, without a gap behind those of the <see cref="Apply"/> before.</param>
public sealed record Apply(IReadOnlyList<CommittedEntry> Entries) : RaftEffect;

/// <summary>A committed entry and whom to tell.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Request">The request that waits for its result on this server, or null.</param>
public readonly record struct CommittedEntry(LogEntry Entry, RequestId? Request);

/// <summary>
/// Answer a read from the state machine's state. It comes behind the <see cref="Apply"/> of everything that the read must see.
/// </summary>
/// <param name="Request">The read.</param>
/// <param name="ReadIndex">The state must be at least that of this index.</param>
public sealed record Serve(RequestId Request, LogIndex ReadIndex) : RaftEffect;

/// <summary>Tell a client that its request failed, and how.</summary>
/// <param name="Request">The request.</param>
/// <param name="Failure">What is known of its fate.</param>
public sealed record Reply(RequestId Request, RequestFailure Failure) : RaftEffect;

/// <summary>Pass a client's request on to the leader, which answers the client itself.</summary>
/// <param name="Request">The request, which this server forgets.</param>
/// <param name="Leader">Who leads.</param>
public sealed record Forward(RequestId Request, ServerId Leader) : RaftEffect;

/// <summary>Tell whoever asked that it is done.</summary>
/// <param name="Request">The request: a leadership transfer.</param>
public sealed record Done(RequestId Request) : RaftEffect;

/// <summary>
/// Capture the state machine's state between two entries, write it out off the protocol's way, make it durable, and say so with
/// <see cref="SnapshotTaken"/> or <see cref="SnapshotFailed"/>.
/// </summary>
/// <param name="AtLeast">The state must be at least that of this index, which has been applied.</param>
public sealed record TakeSnapshot(LogIndex AtLeast) : RaftEffect;

/// <summary>Read a part of a snapshot and send it as an <see cref="InstallSnapshot"/>. It may get lost.</summary>
/// <param name="To">Who gets it.</param>
/// <param name="Snapshot">Which snapshot.</param>
/// <param name="Offset">Where the part begins, in bytes.</param>
/// <param name="Length">How long it is, in bytes.</param>
/// <param name="Term">The term that the message names.</param>
/// <param name="HeartbeatSequence">The heartbeat sequence that the message names.</param>
public sealed record SendSnapshotChunk(
    ServerId To, SnapshotMetadata Snapshot, long Offset, int Length, Term Term, long HeartbeatSequence) : RaftEffect;

/// <summary>
/// Store a part of a snapshot that the leader sends, and say so with <see cref="SnapshotChunkStored"/>; behind the last part check the
/// whole, make it durable and say <see cref="SnapshotReceived"/>. Parts come in order; one at offset 0 begins anew.
/// </summary>
/// <param name="Snapshot">Which snapshot.</param>
/// <param name="Offset">Where the part begins, in bytes.</param>
/// <param name="Data">The part.</param>
public sealed record StoreSnapshotChunk(SnapshotMetadata Snapshot, long Offset, ReadOnlyMemory<byte> Data) : RaftEffect
{
    /// <summary>Whether no part follows.</summary>
    public bool IsLast => Offset + Data.Length == Snapshot.SizeBytes;
}

/// <summary>
/// Replace the state machine's state by a snapshot's; then say <see cref="Applied"/> for its index. It stands among the
/// <see cref="Apply"/> effects in order.
/// </summary>
/// <param name="Snapshot">A snapshot that is whole on this server's disk.</param>
public sealed record RestoreSnapshot(SnapshotMetadata Snapshot) : RaftEffect;

/// <summary>Free space: what is named here is needed no more, now or after a restart.</summary>
/// <param name="UpTo">Entries up to here may go from the journal; never beyond the snapshot before the last.</param>
/// <param name="Keep">
/// The snapshots that are still needed; all others may go, save one that is newer: the server may be about to hear of it. First those that
/// the server itself may begin with, the older one ahead; behind them those that are being restored or on their way to followers.
/// </param>
public sealed record Compact(LogIndex UpTo, IReadOnlyList<SnapshotMetadata> Keep) : RaftEffect
{
    /// <summary>The oldest snapshot that the server may begin with: its record, and what follows it, stays in the journal.</summary>
    public SnapshotMetadata? OldestBase => Keep.Count == 0 ? null : Keep[0];
}

/// <summary>Set a timer, in place of any setting of the same timer.</summary>
/// <param name="Timer">Which.</param>
/// <param name="After">How long from the input's time.</param>
public sealed record SetTimer(RaftTimer Timer, TimeSpan After) : RaftEffect;

/// <summary>The server's role, term or known leader is another than before.</summary>
/// <param name="Role">The role from here on.</param>
/// <param name="Term">The current term.</param>
/// <param name="Leader">Who leads in this term, as far as the server knows.</param>
public sealed record RoleChanged(RaftRole Role, Term Term, ServerId? Leader) : RaftEffect;

/// <summary>The roles of a server (Raft paper, section 5.1; the pre-candidate: dissertation, section 9.6).</summary>
public enum RaftRole
{
    /// <summary>Answers leaders and candidates.</summary>
    Follower,

    /// <summary>Asks whether an election could be won, without raising its term.</summary>
    PreCandidate,

    /// <summary>Asks for votes.</summary>
    Candidate,

    /// <summary>Takes commands and replicates them.</summary>
    Leader,
}
