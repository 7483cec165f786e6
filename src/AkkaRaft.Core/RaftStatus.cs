namespace AkkaRaft.Core;

/// <summary>A server's state at one moment, for people and for tests.</summary>
/// <param name="Id">The server.</param>
/// <param name="Role">Its role.</param>
/// <param name="Term">Its current term.</param>
/// <param name="Leader">Who leads as far as it knows.</param>
/// <param name="LastLogIndex">Its last entry.</param>
/// <param name="CommitIndex">The last entry that it knows to be committed.</param>
/// <param name="LastApplied">The last entry that its state machine has applied.</param>
/// <param name="Configuration">The latest configuration in its log.</param>
/// <param name="Members">At a leader: the other members, by name; else empty.</param>
public sealed record RaftStatus(
    ServerId Id,
    RaftRole Role,
    Term Term,
    ServerId? Leader,
    LogIndex LastLogIndex,
    LogIndex CommitIndex,
    LogIndex LastApplied,
    ClusterConfiguration Configuration,
    IReadOnlyList<MemberStatus> Members)
{
    /// <summary>The entry ahead of the first that is in memory; 0 when the log is whole.</summary>
    public LogIndex LastIncludedIndex { get; init; }

    /// <summary>The last snapshot, or null.</summary>
    public SnapshotMetadata? Snapshot { get; init; }

    /// <summary>Whether <see cref="Snapshot"/> turned out to be damaged, and no other has taken its place yet.</summary>
    public bool IsSnapshotUnreadable { get; init; }

    /// <summary>The version that the cluster works at, as far as the server knows.</summary>
    public int ClusterVersion { get; init; } = ProtocolVersion.First;

    /// <summary>The name of the cluster's history (<see cref="ClusterConfiguration.History"/>), or 0 before one is committed.</summary>
    public long History { get; init; }

    /// <summary>Whether a change of members is under way: it is not committed, or a joint configuration is in force.</summary>
    public bool IsChangingMembers { get; init; }

    /// <summary>How many committed entries the state machine has not applied.</summary>
    public long UnappliedEntries { get; init; }

    /// <summary>How many bytes those entries have.</summary>
    public long UnappliedBytes { get; init; }
}

/// <summary>What a leader knows of another member.</summary>
/// <param name="Id">The member.</param>
/// <param name="MatchIndex">Up to here its durable log is the leader's.</param>
/// <param name="NextIndex">The next entry that the leader will send.</param>
/// <param name="SinceContact">How long ago it answered last, or the leader was elected if it has not since.</param>
public sealed record MemberStatus(ServerId Id, LogIndex MatchIndex, LogIndex NextIndex, TimeSpan SinceContact)
{
    /// <summary>The snapshot that is on its way to it, or null.</summary>
    public SnapshotMetadata? Installing { get; init; }

    /// <summary>How many bytes of <see cref="Installing"/> it has stored.</summary>
    public long InstalledBytes { get; init; }

    /// <summary>It answers from another data directory than the one that was admitted: its incarnation is stale, and it is not counted.</summary>
    public bool HasStaleIncarnation { get; init; }
}
