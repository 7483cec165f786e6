namespace AkkaRaft.Simulation;

/// <summary>What can be scheduled.</summary>
internal enum EventKind : byte
{
    /// <summary>To a server: a message from a peer.</summary>
    Message,

    /// <summary>To a server: a client's request.</summary>
    Request,

    /// <summary>To a server: a request that another server passed on.</summary>
    ForwardedRequest,

    /// <summary>To a server, in one life: a timer; the number says which setting of it.</summary>
    Timer,

    /// <summary>To a server, in one life: its disk has finished the fsync under way.</summary>
    DiskSynced,

    /// <summary>To a server, in one life: writes up to the number are durable.</summary>
    Persisted,

    /// <summary>To a server, in one life: the state machine has got to the next thing in its queue.</summary>
    StateMachine,

    /// <summary>To a server, in one life: look how much room the disk has.</summary>
    DiskCheck,

    /// <summary>To a server, in one life: if it leads the term of the number, time passes.</summary>
    Tick,

    /// <summary>To a server, in one life: the snapshot's file is there.</summary>
    SnapshotWritten,

    /// <summary>To a server, in one life: the snapshot could not be written, or the one of the payload could not be read.</summary>
    SnapshotFailed,

    /// <summary>To a server, in one life: the oldest of the chunks that wait is stored.</summary>
    ChunkStored,

    /// <summary>To a server, in one life: what is needed no more goes from the journal.</summary>
    Trim,

    /// <summary>To a server, in one life: the proposals that were gathered go to the core.</summary>
    Batch,

    /// <summary>To a server, in one life: start again.</summary>
    Restart,

    /// <summary>To a server, in one life: it has asked the others long enough what it has promised.</summary>
    AskedLongEnough,

    /// <summary>To the administrator: time to look how far a replacement is.</summary>
    AdministratorTurn,

    /// <summary>To a client: time for the next operation.</summary>
    ClientTurn,

    /// <summary>To a client: an answer.</summary>
    ClientAnswer,

    /// <summary>To a client: it waits no longer for the attempt of the number.</summary>
    ClientTimeout,

    /// <summary>The fault of the number begins.</summary>
    FaultBegins,

    /// <summary>The fault of the number ends.</summary>
    FaultEnds,
}

/// <summary>Something scheduled.</summary>
/// <param name="Kind">What.</param>
/// <param name="Target">Which server or client.</param>
/// <param name="Life">Which life of the server, where it matters.</param>
/// <param name="Payload">The message, request or answer.</param>
/// <param name="Number">As the kind says.</param>
internal readonly record struct SimulatedEvent(EventKind Kind, int Target, int Life = 0, object? Payload = null, long Number = 0);
