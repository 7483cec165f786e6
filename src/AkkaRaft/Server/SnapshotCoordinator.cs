using Akka.Actor;
using AkkaRaft.Core;
using AkkaRaft.Snapshots;

namespace AkkaRaft.Server;

/// <summary>Stands between the core, which decides on snapshots, and the actors that capture, write and read them.</summary>
/// <param name="server">The core.</param>
/// <param name="peers">Sends chunks to other servers.</param>
/// <param name="stateMachine">Captures the state.</param>
/// <param name="store">Has the snapshots' files; null when there are to be none.</param>
/// <param name="log">Takes the lines.</param>
internal sealed class SnapshotCoordinator(
    IServerPort server, PeerTransport peers, IActorRef stateMachine, IActorRef? store, RaftServerLogger log)
{
    private long _failedChunks;

    /// <summary>How many requests to the actors that do the work are not answered yet.</summary>
    public int Work { get; private set; }

    public bool TakesSnapshots => store is not null;

    public void Take(TakeSnapshot take) => Ask(stateMachine, new CaptureState(take.AtLeast, store!));

    public void ReadChunk(SendSnapshotChunk chunk) => Ask(store!, new ReadChunk(chunk));

    public void Store(StoreSnapshotChunk chunk)
    {
        if (store is not null)
        {
            Ask(store, new StoreChunk(chunk));
        }
        else
        {
            Ask(server.Self, new SnapshotNotStored(chunk.Snapshot, "akka-raft.snapshot-directory is not set"));
        }
    }

    /// <summary>Deletes the snapshots that the core needs no more.</summary>
    public void Free(Compact compact)
    {
        if (store is not null)
        {
            Ask(store, new DeleteUnneeded(compact.Keep));
        }
    }

    /// <summary>Takes the answer to one of the requests.</summary>
    public void OnOutcome(ISnapshotOutcome outcome)
    {
        Work--;
        switch (outcome)
        {
            case SnapshotWritten written:
                log.SnapshotTaken(server.CurrentTerm, written.Snapshot, written.Took);
                server.Step(new SnapshotTaken(server.Now, written.Snapshot));
                break;
            case SnapshotNotWritten unwritten:
                log.SnapshotFailed(server.CurrentTerm, unwritten.Why);
                server.Step(new SnapshotFailed(server.Now));
                break;
            case StateNotCaptured:
                log.CannotSnapshot(server.CurrentTerm);
                break;
            case ChunkRead read:
                SendChunk(read);
                break;
            case ChunkNotRead unread:
                CountFailedChunk($"cannot send a part of a {unread.Chunk.Snapshot}: {unread.Why}");
                server.Step(new SnapshotUnreadable(server.Now, unread.Chunk.Snapshot));
                break;
            case ChunkStored stored:
                server.Step(new SnapshotChunkStored(server.Now, stored.Snapshot, stored.UpTo));
                break;
            case SnapshotStored stored:
                log.SnapshotReceived(server.CurrentTerm, stored.Snapshot, server.Leader);
                server.Step(new SnapshotReceived(server.Now, stored.Snapshot));
                break;
            case SnapshotNotStored unstored:
                CountFailedChunk($"cannot take a {unstored.Snapshot}: {unstored.Why}");
                server.Step(new SnapshotReceptionFailed(server.Now, unstored.Snapshot));
                break;
            case UnneededDeleted { Failure: { } failure }:
                log.SnapshotsNotDeleted(server.CurrentTerm, failure);
                break;
        }
    }

    private void SendChunk(ChunkRead read)
    {
        var (to, snapshot, offset, _, term, round) = read.Chunk;
        peers.Send(new InstallSnapshot(peers.Id, to, term, snapshot, offset, read.Data, round));
    }

    private void CountFailedChunk(string why)
    {
        _failedChunks++;
        if (long.IsPow2(_failedChunks))
        {
            log.ChunkFailed(server.CurrentTerm, why, _failedChunks);
        }
    }

    private void Ask(IActorRef actor, object work)
    {
        Work++;
        actor.Tell(work);
    }
}
