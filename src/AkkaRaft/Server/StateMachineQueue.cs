using Akka.Actor;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>
/// Hands work to the state machine's actor, in order, and no more entries at a time than a bound: the others wait here, so that a state
/// machine that is slow, or blocks, has no mailbox that grows. What waits refers to entries that the log holds anyway.
/// </summary>
/// <param name="stateMachine">The actor.</param>
/// <param name="maxEntries">The most entries that it has been given and has not applied; one message may go beyond.</param>
internal sealed class StateMachineQueue(IActorRef stateMachine, long maxEntries)
{
    private readonly Queue<object> _waiting = [];

    /// <summary>The last entry that the actor was given, in a message or in a snapshot.</summary>
    private LogIndex _given;

    /// <summary>The last entry that the actor has said it applied.</summary>
    private LogIndex _applied;

    /// <summary>How many messages wait here.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Gives a message, behind all that came before it.</summary>
    public void Tell(object message)
    {
        _waiting.Enqueue(message);
        GiveMore();
    }

    /// <summary>Notes what the actor has applied, and gives more.</summary>
    public void Applied(LogIndex upTo)
    {
        _applied = upTo;
        GiveMore();
    }

    private void GiveMore()
    {
        while (_waiting.TryPeek(out var next) && (next is not ApplyEntries || _given - _applied < maxEntries))
        {
            _waiting.Dequeue();
            _given = next switch
            {
                ApplyEntries apply => apply.Entries[^1].Entry.Index,
                RestoreState restore => restore.Snapshot.LastIncludedIndex,
                _ => _given,
            };
            stateMachine.Tell(next);
        }
    }
}
