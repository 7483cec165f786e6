namespace AkkaRaft.Core;

/// <summary>
/// Why a client's request has no result. The two kinds are never mixed: one is safe to retry, the other may have happened.
/// </summary>
/// <param name="Term">The term of the server that answers.</param>
/// <param name="Leader">Who leads as far as that server knows, or null.</param>
public abstract record RequestFailure(Term Term, ServerId? Leader);

/// <summary>The request entered no log and never will: it is safe to send it again.</summary>
/// <param name="Term">The term of the server that answers.</param>
/// <param name="Leader">Who leads as far as that server knows, or null.</param>
/// <param name="Reason">Why.</param>
public sealed record Rejected(Term Term, ServerId? Leader, RejectionReason Reason) : RequestFailure(Term, Leader)
{
    /// <summary>What exactly is wrong, in words; null where the reason says all.</summary>
    public string? Detail { get; init; }
}

/// <summary>The command is in a log and may or may not be committed.</summary>
/// <param name="Term">The term of the server that answers.</param>
/// <param name="Leader">Who leads as far as that server knows, or null.</param>
/// <param name="Reason">Why it is not known.</param>
public sealed record Indeterminate(Term Term, ServerId? Leader, IndeterminateReason Reason) : RequestFailure(Term, Leader);

/// <summary>Why a request was refused.</summary>
public enum RejectionReason
{
    /// <summary>An election is under way, or no leader has been heard of.</summary>
    NoLeaderKnown,

    /// <summary>Another server leads.</summary>
    NotLeader,

    /// <summary>Too many entries wait to be committed, or to be applied; or too many reads wait.</summary>
    Overloaded,

    /// <summary>The command is larger than the limit.</summary>
    TooLarge,

    /// <summary>The command cannot be read back, so no state machine could apply it. The shell finds that, not the protocol.</summary>
    Unreadable,

    /// <summary>The server does not belong to the cluster.</summary>
    NotAMember,

    /// <summary>The server is about to stop.</summary>
    ShuttingDown,

    /// <summary>The leader has committed nothing in its term yet. Ask again in a moment.</summary>
    LeaderNotReady,

    /// <summary>Another change of members is under way: there is one at a time.</summary>
    ChangeInProgress,

    /// <summary>The change of members makes no sense, or the new member cannot be taken in. The detail says why.</summary>
    InvalidChange,

    /// <summary>The leadership could not be transferred in time, or there is no server to transfer it to. The detail says why.</summary>
    TransferFailed,

    /// <summary>The leader's disk is full. Reads go on.</summary>
    DiskFull,

    /// <summary>The server has not applied what the read must know of. Ask again, or ask another.</summary>
    NotCaughtUp,

    /// <summary>A member of the cluster is of a version that does not know this.</summary>
    Unsupported,

    /// <summary>The session has expired or was closed; the command was not applied by this request.</summary>
    SessionExpired,

    /// <summary>The client means another cluster than the server's. The shell finds that, not the protocol; the detail names both.</summary>
    WrongCluster,
}

/// <summary>Why the fate of a command is not known.</summary>
public enum IndeterminateReason
{
    /// <summary>The leader lost its leadership between appending and committing.</summary>
    LeadershipLost,

    /// <summary>No answer came in time.</summary>
    TimedOut,

    /// <summary>The client's session expired between two tries. The client finds that, not the protocol.</summary>
    SessionExpired,
}
