using AkkaRaft.Core;

namespace AkkaRaft;

/// <summary>
/// What is replicated. Each server has one and gives it the same commands in the same order, so the same commands must lead to the same
/// state: no clock, no randomness, no I/O.
/// </summary>
/// <remarks>
/// One thread at a time calls it. An exception from <see cref="Apply"/> stops the server, as nobody knows whether the others met it too:
/// a command that cannot be obeyed is answered with a result that says so.
/// </remarks>
public interface IStateMachine
{
    /// <summary>Applies a committed command.</summary>
    /// <param name="index">Its place in the log; it rises from call to call, with gaps.</param>
    /// <param name="command">The command, as its serializer read it.</param>
    /// <returns>What the proposing client is told; serialized by the serializer that is bound to its type.</returns>
    object? Apply(LogIndex index, object command);

    /// <summary>Answers a query from the state, without changing it. An exception fails the query and nothing else.</summary>
    /// <param name="query">The query, as its serializer read it.</param>
    /// <returns>What the asking client is told; serialized by the serializer that is bound to its type.</returns>
    object? Query(object query);
}

/// <summary>
/// A command that servers of an earlier version cannot apply as it is meant. It is refused until all members speak the version that it
/// needs, so that it never reaches one that would come to another state, or to none.
/// </summary>
public interface IVersionedCommand
{
    /// <summary>The version of <see cref="ProtocolVersion"/> that all members must speak.</summary>
    int RequiredVersion { get; }
}

/// <summary>
/// A state machine that can tell its state from another by a short text, so that servers can be compared at the same index.
/// </summary>
public interface IStateDigest
{
    /// <summary>A hash of the whole state: equal for equal states, on each server.</summary>
    string Digest { get; }
}

/// <summary>
/// A state machine whose state can be written out, so that the log behind it can be cut. One that is not keeps its whole log for ever.
/// </summary>
public interface ISnapshotStateMachine : IStateMachine
{
    /// <summary>
    /// Captures the state as it is now, between two commands. It must be cheap, as commands wait for it: share an immutable structure, or
    /// copy on write.
    /// </summary>
    IStateCapture Capture();

    /// <summary>Takes over the state that a capture wrote. Called on a new state machine, before any command.</summary>
    /// <param name="source">What <see cref="IStateCapture.WriteTo"/> wrote.</param>
    /// <exception cref="InvalidDataException">It cannot be read, or a newer version wrote it.</exception>
    void Restore(Stream source);
}

/// <summary>The state of a state machine at one moment; commands that come later do not change it.</summary>
public interface IStateCapture : IDisposable
{
    /// <summary>Writes the state out, on a thread of its own while the state machine goes on.</summary>
    /// <param name="target">Takes the bytes; the format is the state machine's own and should begin with a version.</param>
    void WriteTo(Stream target);
}

/// <summary>
/// A state machine that knows time: replicated time, which is the same on each server at the same place in the log, and never runs ahead
/// of real time. While no leader leads it stands still, so what expires by it lives rather longer than shorter.
/// </summary>
public interface ITimedStateMachine : IStateMachine
{
    /// <summary>Whether something waits for time to pass. While nothing does, no time is put into the log.</summary>
    bool NeedsTime { get; }

    /// <summary>Time has passed.</summary>
    /// <param name="index">The place in the log at which it has.</param>
    /// <param name="now">The replicated time since the cluster's beginning; it never falls.</param>
    void AdvanceTime(LogIndex index, TimeSpan now);
}

/// <summary>
/// A state machine that gives out numbers which must not come twice, such as revisions or fencing tokens: it is told when the cluster's
/// history begins anew, after a restore or a recovery. What was given out behind the backup, or behind what the survivor had, is not known
/// then, and indexes of the log come a second time.
/// </summary>
public interface IHistoryStateMachine : IStateMachine
{
    /// <summary>Another history begins, from this state. Called ahead of all commands of that history.</summary>
    /// <param name="index">The place in the log at which it begins.</param>
    void BeginHistory(LogIndex index);
}

/// <summary>
/// What <see cref="IStateMachine.Query"/> returns when there is no answer yet, as the query waits for a state to come: it is asked again
/// each time that commands were applied, until it is answered or the client's wait is over.
/// </summary>
public sealed class BlockingQuery
{
    /// <summary>The only instance.</summary>
    public static readonly BlockingQuery Instance = new();

    private BlockingQuery()
    {
    }
}
