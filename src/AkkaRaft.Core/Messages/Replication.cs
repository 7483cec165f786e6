namespace AkkaRaft.Core;

/// <summary>Carries entries from the leader, or none of them as a heartbeat (Raft paper, figure 2).</summary>
/// <param name="From">The leader.</param>
/// <param name="To">The follower.</param>
/// <param name="Term">The leader's term.</param>
/// <param name="PrevLogIndex">Index of the entry ahead of <paramref name="Entries"/>.</param>
/// <param name="PrevLogTerm">Term of the entry at <paramref name="PrevLogIndex"/>.</param>
/// <param name="Entries">Entries from <paramref name="PrevLogIndex"/> + 1 on, without a gap.</param>
/// <param name="LeaderCommit">The leader's commit index.</param>
/// <param name="HeartbeatSequence">
/// A number that only rises within a leader's term; the answer repeats it. A quorum of replies to it proves that the leader still
/// led when it sent it, which is what a read needs (dissertation, section 6.4).
/// </param>
public sealed record AppendEntries(
    ServerId From,
    ServerId To,
    Term Term,
    LogIndex PrevLogIndex,
    Term PrevLogTerm,
    IReadOnlyList<LogEntry> Entries,
    LogIndex LeaderCommit,
    long HeartbeatSequence) : RaftMessage(From, To, Term)
{
    /// <summary>The version that the cluster works at: the lowest of its members' as the leader knows them.</summary>
    public int ClusterVersion { get; init; } = ProtocolVersion.First;
}

/// <summary>
/// Answers an <see cref="AppendEntries"/>; a success is released only when what it acknowledges is durable. A request of an earlier term
/// is refused with all indexes 0: the answer tells the current term and nothing else.
/// </summary>
/// <param name="From">The follower.</param>
/// <param name="To">The leader.</param>
/// <param name="Term">The follower's current term.</param>
/// <param name="HeartbeatSequence">The heartbeat sequence of the request; 0 when the request was of an earlier term, whose sequences mean nothing in this one.</param>
/// <param name="Success">Whether the follower's log held the entry at the request's PrevLogIndex and PrevLogTerm.</param>
/// <param name="MatchIndex">
/// On success: up to here the follower's durable log is the leader's. Never beyond what the request itself covered.
/// </param>
/// <param name="RejectedIndex">On refusal: the request's PrevLogIndex, so that a late refusal is told from one that counts.</param>
/// <param name="ConflictIndex">
/// On refusal: the last index, not beyond the request's PrevLogIndex, at which the follower's term is not later than the request's
/// PrevLogTerm. The logs cannot agree between there and RejectedIndex, so a whole term is skipped at a time (section 5.3).
/// </param>
/// <param name="ConflictTerm">On refusal: the follower's term at <paramref name="ConflictIndex"/>.</param>
public sealed record AppendEntriesReply(
    ServerId From,
    ServerId To,
    Term Term,
    long HeartbeatSequence,
    bool Success,
    LogIndex MatchIndex,
    LogIndex RejectedIndex,
    LogIndex ConflictIndex,
    Term ConflictTerm) : RaftMessage(From, To, Term)
{
    /// <summary>How much the follower is wanted as leader: <see cref="RaftOptions.Priority"/>.</summary>
    public int Priority { get; init; }
}
