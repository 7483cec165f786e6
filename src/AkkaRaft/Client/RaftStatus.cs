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

    /// <summary>Who leads as far as it knows, or null.</summary>
    public required ServerId? Leader { get; init; }

    /// <summary>The members and their addresses.</summary>
    public required IReadOnlyList<RaftMember> Members { get; init; }

    /// <summary>
    /// A leader's or candidate's members that have not been heard for twice the longest election timeout; others name none.
    /// </summary>
    public required IReadOnlyList<ServerId> SilentMembers { get; init; }

    /// <summary>How many messages this life of the server has dropped: from other clusters, from strangers, for other servers.</summary>
    public required long DroppedMessages { get; init; }

    /// <summary>The state machine's digest, if it was asked for and the state machine has one (<see cref="IStateDigest"/>).</summary>
    public string? Digest { get; init; }

    /// <summary>The index whose state <see cref="Digest"/> describes.</summary>
    public LogIndex DigestIndex { get; init; }

    /// <summary>Why the server is not running, or null when it is. When it is not, only its name and its cluster's are known.</summary>
    public string? Down { get; init; }
}
