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

    /// <summary>The most reads that wait at a leader; one beyond is rejected as overloaded.</summary>
    public int MaxPendingReads { get; init; } = 64 * 1024;

    /// <summary>
    /// How long the journal may leave all writes waiting before a leader gives up its lead; a server does not campaign while it does.
    /// </summary>
    public TimeSpan MaxWriteStall { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The most messages that wait for a write to be durable; one beyond is dropped, as if the network had lost it.</summary>
    public int MaxHeldMessages { get; init; } = 1024;

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
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxHeldMessages, 1);
    }
}
