namespace AkkaRaft.Core;

/// <summary>
/// What is written to the journal. Replaying a server's events in order gives its persistent state back (Raft paper, figure 2).
/// </summary>
public abstract record RaftEvent;

/// <summary>The members that a server was first started with; the first event of its journal.</summary>
/// <param name="Configuration">The members before any change in the log.</param>
public sealed record Bootstrapped(ClusterConfiguration Configuration) : RaftEvent;

/// <summary>The current term and the vote in it.</summary>
/// <param name="CurrentTerm">The latest term that the server has seen.</param>
/// <param name="VotedFor">The candidate that got the server's vote in this term, or null.</param>
public sealed record TermAndVote(Term CurrentTerm, ServerId? VotedFor) : RaftEvent;

/// <summary>Entries written from the index of the first of them on; whatever stood there or behind is replaced.</summary>
/// <param name="Entries">At least one entry, without a gap.</param>
public sealed record EntriesAppended(IReadOnlyList<LogEntry> Entries) : RaftEvent;

/// <summary>
/// There is a snapshot on disk. With it come the term and the vote once more, so that what lies before the snapshot ahead of this one can
/// be trimmed from the journal.
/// </summary>
/// <param name="Snapshot">Which.</param>
/// <param name="Installed">
/// Whether it replaces the whole log: it came from the leader, and the log did not hold the entry at its index (Raft paper, section 7).
/// </param>
public sealed record SnapshotRecorded(SnapshotMetadata Snapshot, bool Installed) : RaftEvent;
