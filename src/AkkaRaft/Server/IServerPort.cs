using Akka.Actor;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>What a collaborator of the server's actor sees of the core, and what it may hand to it.</summary>
internal interface IServerPort
{
    /// <summary>The server's actor.</summary>
    IActorRef Self { get; }

    /// <summary>Monotonic time.</summary>
    TimeSpan Now { get; }

    /// <summary>The core's term, or the journal's while that is replayed.</summary>
    Term CurrentTerm { get; }

    RaftRole Role { get; }

    /// <summary>When the role was last taken.</summary>
    TimeSpan RoleSince { get; }

    ServerId? Leader { get; }

    ClusterConfiguration Configuration { get; }

    LogIndex LastLogIndex { get; }

    LogIndex CommitIndex { get; }

    LogIndex LastApplied { get; }

    /// <summary>The name of the cluster's history, as far as it is committed; 0 for none.</summary>
    long CommittedHistory { get; }

    Core.RaftStatus Status();

    /// <summary>A number for a request that is unique to this run of the server.</summary>
    RequestId NextRequest();

    /// <summary>Hands an input to the core and carries out its effects.</summary>
    void Step(RaftInput input);

    /// <summary>Sends the server's actor a message after a time, in place of an earlier one with the same key.</summary>
    void StartTimer(object key, object message, TimeSpan after);

    void CancelTimer(object key);
}
