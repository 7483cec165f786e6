using Akka.Actor;
using Akka.Persistence;
using AkkaRaft.Core;
using AkkaRaft.Snapshots;

namespace AkkaRaft.Server;

/// <summary>
/// Snapshots, between the core that decides on them and the actor that has their files; and the journal that they shorten.
/// </summary>
internal sealed partial class RaftActor
{
    /// <summary>So much of the journal is deleted at a time: its writes wait for a deletion, and must not for long.</summary>
    private const int TrimmedRecordsAtATime = 256;

    private const long TrimmedBytesAtATime = 4 * 1024 * 1024;

    /// <summary>Has the snapshots' files; null when there are to be none.</summary>
    private readonly IActorRef? _snapshots;

    /// <summary>How many questions to the actors that do the work are not answered yet.</summary>
    private int _snapshotWork;

    private long _trimTo;
    private bool _isTrimming;
    private long _failedChunks;

    private void MindsSnapshots()
    {
        Ends<SnapshotWritten>(OnSnapshotWritten);
        Ends<SnapshotNotWritten>(OnSnapshotNotWritten);
        Ends<StateNotCaptured>(_ => _log.CannotSnapshot(CurrentTerm));
        Ends<ChunkRead>(OnChunkRead);
        Ends<ChunkNotRead>(OnChunkNotRead);
        Ends<ChunkStored>(stored => Handle(new SnapshotChunkStored(Now, stored.Snapshot, stored.UpTo)));
        Ends<SnapshotStored>(OnSnapshotStored);
        Ends<SnapshotNotStored>(OnSnapshotNotStored);
        Ends<UnneededDeleted>(OnUnneededDeleted);
        Command<DeleteMessagesSuccess>(_ => OnTrimmed());
        Command<DeleteMessagesFailure>(OnNotTrimmed);
    }

    private void Ask(IActorRef actor, object work)
    {
        _snapshotWork++;
        actor.Tell(work);
    }

    private void Ends<T>(Action<T> handle) => Command<T>(answer =>
    {
        _snapshotWork--;
        handle(answer);
    });

    private void OnSnapshotWritten(SnapshotWritten written)
    {
        _log.SnapshotTaken(CurrentTerm, written.Snapshot, written.Took);
        Handle(new SnapshotTaken(Now, written.Snapshot));
    }

    private void OnSnapshotNotWritten(SnapshotNotWritten unwritten)
    {
        _log.SnapshotFailed(CurrentTerm, unwritten.Why);
        Handle(new SnapshotFailed(Now));
    }

    private void OnChunkRead(ChunkRead read)
    {
        var (to, snapshot, offset, _, term, round) = read.Chunk;
        SendToPeer(new InstallSnapshot(_settings.ServerId, to, term, snapshot, offset, read.Data, round));
    }

    private void OnChunkNotRead(ChunkNotRead unread)
    {
        CountFailedChunk($"cannot send a part of a {unread.Chunk.Snapshot}: {unread.Why}");
        Handle(new SnapshotUnreadable(Now, unread.Chunk.Snapshot));
    }

    private void Store(StoreSnapshotChunk chunk)
    {
        if (_snapshots is { } snapshots)
        {
            Ask(snapshots, new StoreChunk(chunk));
        }
        else
        {
            Ask(Self, new SnapshotNotStored(chunk.Snapshot, "akka-raft.snapshot-directory is not set"));
        }
    }

    private void OnSnapshotStored(SnapshotStored stored)
    {
        _log.SnapshotReceived(CurrentTerm, stored.Snapshot, Server.Leader);
        Handle(new SnapshotReceived(Now, stored.Snapshot));
    }

    private void OnSnapshotNotStored(SnapshotNotStored unstored)
    {
        CountFailedChunk($"cannot take a {unstored.Snapshot}: {unstored.Why}");
        Handle(new SnapshotReceptionFailed(Now, unstored.Snapshot));
    }

    private void OnUnneededDeleted(UnneededDeleted deleted)
    {
        if (deleted.Failure is { } failure)
        {
            _log.SnapshotsNotDeleted(CurrentTerm, failure);
        }
    }

    private void CountFailedChunk(string why)
    {
        _failedChunks++;
        if (long.IsPow2(_failedChunks))
        {
            _log.ChunkFailed(CurrentTerm, why, _failedChunks);
        }
    }

    /// <summary>
    /// Frees what the core needs no more. Before records go, the journal says that they may: else they would count as lost.
    /// </summary>
    private void Free(Compact compact)
    {
        if (_snapshots is { } snapshots)
        {
            Ask(snapshots, new DeleteUnneeded(compact.Keep));
        }

        var upTo = _extent.TrimmableUpTo(compact.UpTo, compact.OldestBase);
        if (upTo <= _extent.TrimmedUpTo)
        {
            return;
        }

        var owner = new JournalOwner(_settings.ClusterId, _settings.ServerId) { Incarnation = _incarnation, TrimmedUpTo = upTo };
        CrashPoint.Reached(CrashPoint.BeforeJournalTrim);
        _snapshotWork++;
        _pendingWrites++;
        PersistAsync(owner, written =>
        {
            _snapshotWork--;
            _pendingWrites--;
            _extent.Note(LastSequenceNr, written);
            Trim(upTo);
            SayWhenFinished();
        });
    }

    private void Trim(long upTo)
    {
        _trimTo = Math.Max(_trimTo, upTo);
        if (!_isTrimming)
        {
            _isTrimming = true;
            OnTrimmed();
        }
    }

    private void OnTrimmed()
    {
        CrashPoint.Reached(CrashPoint.AfterJournalTrim);
        if (_extent.TakeStep(_trimTo, TrimmedRecordsAtATime, TrimmedBytesAtATime) is { } step)
        {
            DeleteMessages(step);
        }
        else
        {
            _isTrimming = false;
        }
    }

    private void OnNotTrimmed(DeleteMessagesFailure failure)
    {
        // Nothing is lost by it: what was to go will go with what follows it.
        _isTrimming = false;
        _log.NotTrimmed(CurrentTerm, failure.ToSequenceNr, failure.Cause);
    }
}
