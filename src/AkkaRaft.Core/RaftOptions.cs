namespace AkkaRaft.Core;

/// <summary>The settings of a server's protocol. All servers of a cluster should have the same.</summary>
public sealed record RaftOptions
{
    /// <summary>
    /// The shortest time without a leader after which a follower campaigns; each wait is drawn anew from here to <see
    /// cref="ElectionTimeoutMax"/> (Raft paper, section 5.2).
    /// </summary>
    public TimeSpan ElectionTimeoutMin { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>The longest time without a leader after which a follower campaigns.</summary>
    public TimeSpan ElectionTimeoutMax { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>How often an idle leader says that it leads.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Whether a server first asks if it could win, so that one that was cut off disturbs nobody (dissertation, section 9.6).
    /// </summary>
    public bool PreVote { get; init; } = true;

    /// <summary>
    /// Whether a leader that no quorum answers for an election timeout gives up, and followers that hear a leader refuse votes
    /// (dissertation, sections 6.2 and 4.2.3).
    /// </summary>
    public bool CheckQuorum { get; init; } = true;

    /// <summary>Whether a follower passes requests on to the leader; else it refuses them and names the leader.</summary>
    public bool ForwardToLeader { get; init; } = true;

    /// <summary>The most entries in one <see cref="AppendEntries"/>.</summary>
    public int MaxBatchEntries { get; init; } = 1024;

    /// <summary>The most bytes of entries in one <see cref="AppendEntries"/>; a single entry may be larger.</summary>
    public int MaxBatchBytes { get; init; } = 64 * 1024;

    /// <summary>The most unanswered <see cref="AppendEntries"/> with entries to one follower.</summary>
    public int MaxInFlight { get; init; } = 16;

    /// <summary>The largest command, in bytes; one above it is rejected as too large.</summary>
    public int MaxCommandBytes { get; init; } = 64 * 1024;

    /// <summary>The most uncommitted entries of a leader; a proposal beyond is rejected as overloaded.</summary>
    public int MaxUncommittedEntries { get; init; } = 16 * 1024;

    /// <summary>The most bytes of uncommitted entries of a leader; a proposal beyond is rejected as overloaded.</summary>
    public long MaxUncommittedBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// The most entries of a leader that its state machine has not applied, committed or not; a proposal beyond is rejected as overloaded.
    /// </summary>
    public int MaxUnappliedEntries { get; init; } = 64 * 1024;

    /// <summary>The most bytes of a leader's entries that its state machine has not applied; a proposal beyond is rejected.</summary>
    public long MaxUnappliedBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The most reads that wait at a leader; one beyond is rejected as overloaded.</summary>
    public int MaxPendingReads { get; init; } = 64 * 1024;

    /// <summary>
    /// How long the journal may leave all writes waiting before a leader steps down; a server does not campaign while it does.
    /// </summary>
    public TimeSpan MaxWriteStall { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The most messages that wait for a write to be durable; one beyond is dropped, as if the network had lost it.</summary>
    public int MaxHeldMessages { get; init; } = 1024;

    /// <summary>The most bytes of entries on their way to one follower without an answer.</summary>
    public long MaxInFlightBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>After how many applied entries since the last snapshot another is taken; 0 for never.</summary>
    public long SnapshotEntries { get; init; }

    /// <summary>After how many bytes of applied entries since the last snapshot another is taken; 0 for never.</summary>
    public long SnapshotBytes { get; init; }

    /// <summary>
    /// No snapshot before the entries applied since the last have so many times its bytes, whatever else says that one is due: it bounds
    /// what is written of a large state. 0 for no such bound.
    /// </summary>
    public double SnapshotGrowth { get; init; }

    /// <summary>The size of a part of a snapshot on its way to a follower.</summary>
    public int SnapshotChunkBytes { get; init; } = 64 * 1024;

    /// <summary>The most parts of a snapshot on their way to one follower without an answer.</summary>
    public int MaxSnapshotChunksInFlight { get; init; } = 4;

    /// <summary>
    /// Whether a leader answers reads without asking a quorum while one has confirmed its leadership so recently that no other can lead yet
    /// (dissertation, section 6.4.1). It rests on clocks: all servers need the same setting, and <see cref="MaxClockDrift"/> must hold.
    /// </summary>
    public bool LeaseReads { get; init; }

    /// <summary>How far a server's clock may run ahead of, or behind, real time: 0.1 stands for 10%.</summary>
    public double MaxClockDrift { get; init; } = 0.1;

    /// <summary>
    /// How much the server is wanted as leader: a leader hands over to a voter of a higher priority that has caught up. One with a
    /// priority below 0 does not campaign by itself.
    /// </summary>
    public int Priority { get; init; }

    /// <summary>The most reads that wait on a server for the leader's word or for the log; one beyond is rejected.</summary>
    public int MaxLocalReads { get; init; } = 64 * 1024;

    /// <summary>The latest version of the protocol that the server speaks; a test may lower it.</summary>
    public int Version { get; init; } = ProtocolVersion.Latest;

    /// <summary>Refuses what a server could not run with.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting makes no sense.</exception>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(HeartbeatInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(ElectionTimeoutMin, HeartbeatInterval);
        ArgumentOutOfRangeException.ThrowIfLessThan(ElectionTimeoutMax, ElectionTimeoutMin);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxWriteStall, ElectionTimeoutMax);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBatchEntries, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxInFlight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxUncommittedEntries, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxUnappliedEntries, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxHeldMessages, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxInFlightBytes, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(SnapshotEntries);
        ArgumentOutOfRangeException.ThrowIfNegative(SnapshotBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(SnapshotGrowth);
        ArgumentOutOfRangeException.ThrowIfLessThan(SnapshotChunkBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSnapshotChunksInFlight, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxClockDrift);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxClockDrift, 0.5);
        ArgumentOutOfRangeException.ThrowIfLessThan(Version, ProtocolVersion.First);
        if (LeaseReads && !CheckQuorum)
        {
            throw new ArgumentException("Lease reads need check-quorum: without it a server that hears a leader lets another win.");
        }
    }
}
