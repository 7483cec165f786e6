namespace AkkaRaft.Core;

/// <summary>Carries a part of a snapshot to a follower that the log does not reach any more (Raft paper, figure 13).</summary>
/// <param name="From">The leader.</param>
/// <param name="To">The follower.</param>
/// <param name="Term">The leader's term.</param>
/// <param name="Snapshot">Which snapshot.</param>
/// <param name="Offset">Where the part begins, in bytes.</param>
/// <param name="Data">The part.</param>
/// <param name="HeartbeatSequence">As in <see cref="AppendEntries"/>.</param>
public sealed record InstallSnapshot(
    ServerId From, ServerId To, Term Term, SnapshotMetadata Snapshot, long Offset, ReadOnlyMemory<byte> Data, long HeartbeatSequence)
    : RaftMessage(From, To, Term);

/// <summary>Answers an <see cref="InstallSnapshot"/>.</summary>
/// <param name="From">The follower.</param>
/// <param name="To">The leader.</param>
/// <param name="Term">The follower's current term.</param>
/// <param name="SnapshotIndex">The snapshot's index; 0 when the request was of an earlier term.</param>
/// <param name="NextOffset">So many bytes are stored; the next part begins there.</param>
/// <param name="Installed">The follower's durable log is the leader's up to the snapshot's index.</param>
/// <param name="HeartbeatSequence">The heartbeat sequence of the request; 0 when the request was of an earlier term.</param>
public sealed record InstallSnapshotReply(
    ServerId From, ServerId To, Term Term, LogIndex SnapshotIndex, long NextOffset, bool Installed, long HeartbeatSequence)
    : RaftMessage(From, To, Term);
