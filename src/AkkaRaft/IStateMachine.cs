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
/// A state machine that can tell its state from another by a short text, so that servers can be compared at the same index.
/// </summary>
public interface IStateDigest
{
    /// <summary>A hash of the whole state: equal for equal states, on each server.</summary>
    string Digest { get; }
}
