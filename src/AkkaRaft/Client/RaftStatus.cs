using AkkaRaft.Core;

namespace AkkaRaft;

/// <summary>How a server is, in its own words.</summary>
public sealed record RaftStatus
{
    /// <summary>The cluster's name.</summary>
    public required string ClusterId { get; init; }

    /// <summary>The server's name.</summary>
    public required ServerId Server { get; init; }

    /// <summary>Its role.</summary>
    public required RaftRole Role { get; init; }

    /// <summary>The latest term it has seen.</summary>
    public required Term Term { get; init; }

    /// <summary>Index of the last entry in its log.</summary>
    public required LogIndex LastLogIndex { get; init; }

    /// <summary>Index of the last entry that it knows to be committed.</summary>
    public required LogIndex CommitIndex { get; init; }

    /// <summary>Index of the last entry that its state machine has applied.</summary>
    public required LogIndex LastApplied { get; init; }

    /// <summary>How many writes are with the journal and not yet durable; a number that stays tells of a disk that has stopped.</summary>
    public required int PendingWrites { get; init; }

    /// <summary>
    /// How many committed entries its state machine has not applied. A leader refuses proposals as overloaded when they, and those that are
    /// not committed yet, come to <c>akka-raft.max-unapplied-entries</c> or <c>max-unapplied-size</c>.
    /// </summary>
    public long UnappliedEntries { get; init; }

    /// <summary>How many bytes those entries have.</summary>
    public long UnappliedBytes { get; init; }

    /// <summary>Who leads as far as it knows, or null.</summary>
    public required ServerId? Leader { get; init; }

    /// <summary>The members and their addresses; a server may know a member and not its address, which is then empty.</summary>
    public required IReadOnlyList<RaftMember> Members { get; init; }

    /// <summary>
    /// A leader's or candidate's members that have not been heard for twice the longest election timeout; others name none.
    /// </summary>
    public required IReadOnlyList<ServerId> UnresponsiveMembers { get; init; }

    /// <summary>
    /// A leader's members that have not been heard for a minute, so that somebody should look after them or remove them; others name none.
    /// </summary>
    public IReadOnlyList<ServerId> LostMembers { get; init; } = [];

    /// <summary>How many messages this run of the server has dropped: from other clusters, from strangers, for other servers.</summary>
    public required long DroppedMessages { get; init; }

    /// <summary>Those of <see cref="Members"/> who get the log and do not vote.</summary>
    public IReadOnlyList<ServerId> Learners { get; init; } = [];

    /// <summary>The server knows of no cluster and waits to be added to one.</summary>
    public bool IsWaiting { get; init; }

    /// <summary>
    /// The server runs on another data directory than the one that the cluster knows it by: it is a stale incarnation after data loss, and counts for
    /// nothing until it is removed and added anew.
    /// </summary>
    public bool HasStaleIncarnation { get; init; }

    /// <summary>Whether a change of members is under way.</summary>
    public bool IsChangingMembers { get; init; }

    /// <summary>The version of the protocol that the cluster works at, as far as the server knows.</summary>
    public int ClusterVersion { get; init; } = ProtocolVersion.First;

    /// <summary>
    /// The name of the cluster's history: another, and a larger one, since a restore, a recovery or a beginning with empty directories. Terms
    /// and indexes compare within one history alone. 0 before the first leader has named it.
    /// </summary>
    public long History { get; init; }

    /// <summary>Whether the server has a folder for snapshots; one of an earlier version does not say.</summary>
    public bool TakesSnapshots { get; init; }

    /// <summary>Index of the last entry in the server's last snapshot; 0 when it has none.</summary>
    public LogIndex SnapshotIndex { get; init; }

    /// <summary>The entry ahead of the first that the server has in memory; 0 when it has the whole log.</summary>
    public LogIndex LastIncludedIndex { get; init; }

    /// <summary>How many snapshots and parts of them are being written, read or stored, and whether the journal is being trimmed.</summary>
    public int SnapshotWork { get; init; }

    /// <summary>
    /// The longest time that the server has waited for a word from the leader of the present term; zero at the leader. It should be well
    /// below an election timeout.
    /// </summary>
    public TimeSpan LongestLeaderContactGap { get; init; }

    /// <summary>Whether the server's last snapshot turned out to be damaged when it was to be sent, and another is being taken.</summary>
    public bool IsSnapshotUnreadable { get; init; }

    /// <summary>Whether the server's disk is full, so that it takes no entries.</summary>
    public bool IsDiskFull { get; init; }

    /// <summary>What a leader knows of the other members; others know nothing.</summary>
    public IReadOnlyList<RaftMemberProgress> Progress { get; init; } = [];

    /// <summary>The state machine's digest, if it was asked for and the state machine has one (<see cref="IStateDigest"/>).</summary>
    public string? Digest { get; init; }

    /// <summary>The index whose state <see cref="Digest"/> describes.</summary>
    public LogIndex DigestIndex { get; init; }

    /// <summary>
    /// Why the server's life before this one ended, or null: when none has failed, or this one goes on for longer than
    /// <c>akka-raft.restart-backoff-max</c>.
    /// </summary>
    public string? LastFailure { get; init; }

    /// <summary>Why the server is not running, or null when it is. When it is not, only its name and its cluster's are known.</summary>
    public string? Down { get; init; }
}

/// <summary>What a leader knows of another member.</summary>
/// <param name="Id">The member.</param>
/// <param name="MatchIndex">Up to here its durable log is the leader's.</param>
public sealed record RaftMemberProgress(ServerId Id, LogIndex MatchIndex)
{
    /// <summary>The last index of the snapshot that is on its way to the member; 0 when none is.</summary>
    public LogIndex InstallingIndex { get; init; }

    /// <summary>How many bytes of that snapshot the member has stored.</summary>
    public long InstalledBytes { get; init; }

    /// <summary>How many bytes that snapshot has.</summary>
    public long SnapshotBytes { get; init; }

    /// <summary>Its data directory's name is in the log: one that it lost would be noticed.</summary>
    public bool IsAdmitted { get; init; }

    /// <summary>
    /// It answers from another data directory than the one that was admitted: it is a stale incarnation after data loss, and is not counted until it is
    /// removed and added anew.
    /// </summary>
    public bool HasStaleIncarnation { get; init; }
}
