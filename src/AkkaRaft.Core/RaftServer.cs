namespace AkkaRaft.Core;

/// <summary>
/// One Raft server: a deterministic function from inputs to effects (Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm"; Ongaro's
/// dissertation). It has no clock, no thread and no I/O; the same inputs give the same effects.
/// </summary>
/// <remarks>Not safe for use by more than one thread at a time.</remarks>
public sealed partial class RaftServer
{
    /// <summary>Makes a server from what its journal gave back. Its first input must be <see cref="Started"/>.</summary>
    /// <param name="id">The server's name.</param>
    /// <param name="bootstrap">The members that the cluster starts with; used, and written, only when the journal is empty.</param>
    /// <param name="state">The state that was on disk; the server takes it over.</param>
    /// <param name="options">The protocol's settings.</param>
    /// <param name="seed">Seeds the election timeouts; the only randomness there is.</param>
    public RaftServer(ServerId id, ClusterConfiguration bootstrap, PersistentState state, RaftOptions options, ulong seed)
    {
        Id = id;
        Options = options;
        Configuration = state.Bootstrap ?? bootstrap;
        CurrentTerm = state.CurrentTerm;
        VotedFor = state.VotedFor;
        _ = seed;
    }

    /// <summary>The server's name.</summary>
    public ServerId Id { get; }

    /// <summary>The protocol's settings.</summary>
    public RaftOptions Options { get; }

    /// <summary>The server's role.</summary>
    public RaftRole Role { get; private set; }

    /// <summary>The latest term that the server has seen; it never falls.</summary>
    public Term CurrentTerm { get; private set; }

    /// <summary>Who got the server's vote in the current term.</summary>
    public ServerId? VotedFor { get; private set; }

    /// <summary>Who leads in the current term, as far as the server knows.</summary>
    public ServerId? Leader { get; private set; }

    /// <summary>Index of the last entry known to be committed; it never falls.</summary>
    public LogIndex CommitIndex { get; private set; }

    /// <summary>Index of the last entry that the state machine has said it applied; it never falls.</summary>
    public LogIndex LastApplied { get; private set; }

    /// <summary>Index of the last entry in the log, durable or not.</summary>
    public LogIndex LastLogIndex { get; private set; }

    /// <summary>The latest configuration in the log, committed or not (dissertation, section 4.1).</summary>
    public ClusterConfiguration Configuration { get; private set; }

    /// <summary>The entry at an index, or null when the log does not hold it.</summary>
    public LogEntry? EntryAt(LogIndex index) => null;

    /// <summary>Takes one input and says what has to be done, in order.</summary>
    /// <exception cref="InvariantViolationException">The server's state contradicts the protocol; it must be stopped.</exception>
    public IReadOnlyList<RaftEffect> Step(RaftInput input) => [];
}
