namespace AkkaRaft.Core;

/// <summary>Something that happened to a server. Nothing else moves it: it has no clock, no thread and no network of its own.</summary>
/// <param name="Now">When it happened: time since an origin of the shell's choice, from a monotonic clock.</param>
public abstract record RaftInput(TimeSpan Now);

/// <summary>The first input of a life: the journal has been replayed and the server may take part.</summary>
/// <param name="Now">Monotonic time.</param>
public sealed record Started(TimeSpan Now) : RaftInput(Now);

/// <summary>A message from a peer has come in.</summary>
/// <param name="Now">Monotonic time.</param>
/// <param name="Message">The message; it is addressed to this server.</param>
public sealed record MessageReceived(TimeSpan Now, RaftMessage Message) : RaftInput(Now);

/// <summary>
/// A timer that was set by <see cref="SetTimer"/> has run out. One that was replaced or cancelled since may still arrive and does no harm.
/// </summary>
/// <param name="Now">Monotonic time.</param>
/// <param name="Timer">Which.</param>
public sealed record TimerElapsed(TimeSpan Now, RaftTimer Timer) : RaftInput(Now);

/// <summary>Writes are durable: all of <see cref="Persist"/> up to a sequence number.</summary>
/// <param name="Now">Monotonic time.</param>
/// <param name="UpTo">The highest <see cref="Persist.Sequence"/> that is durable, with all before it.</param>
public sealed record Persisted(TimeSpan Now, long UpTo) : RaftInput(Now);

/// <summary>The state machine has applied entries.</summary>
/// <param name="Now">Monotonic time.</param>
/// <param name="UpTo">Index of the last applied entry.</param>
public sealed record Applied(TimeSpan Now, LogIndex UpTo) : RaftInput(Now);

/// <summary>Clients ask for commands to be replicated.</summary>
/// <param name="Now">Monotonic time.</param>
/// <param name="Proposals">The commands, in the order in which they enter the log.</param>
public sealed record Propose(TimeSpan Now, IReadOnlyList<Proposal> Proposals) : RaftInput(Now);

/// <summary>One command of a <see cref="Propose"/>.</summary>
/// <param name="Request">Under which the answer goes out.</param>
/// <param name="Command">The command.</param>
/// <param name="Forwarded">Another server passed it on already; it is not passed on a second time.</param>
public readonly record struct Proposal(RequestId Request, Command Command, bool Forwarded);

/// <summary>A client asks for a linearizable read (dissertation, section 6.4).</summary>
/// <param name="Now">Monotonic time.</param>
/// <param name="Request">Under which the answer goes out; unique to this attempt.</param>
/// <param name="Forwarded">Another server passed it on already; it is not passed on a second time.</param>
public sealed record Read(TimeSpan Now, RequestId Request, bool Forwarded) : RaftInput(Now);

/// <summary>The timers of a server; each is set at most once at a time.</summary>
public enum RaftTimer
{
    /// <summary>Follower and candidates: campaign, or campaign again. Leader: check that a quorum still answers.</summary>
    Election,

    /// <summary>Leader: say that it leads.</summary>
    Heartbeat,
}
