using Akka.Actor;
using Akka.Persistence;
using AkkaRaft.Core;
using AkkaRaft.Snapshots;

namespace AkkaRaft.Server;

/// <summary>Snapshots, between the core that decides on them and the actor that has their files; and the journal that they shorten.</summary>
internal sealed partial class RaftActor
{
    /// <summary>So much of the journal is deleted at a time: its writes wait for a deletion, and must not for long.</summary>
    private const int TrimmedRecordsAtATime = 256;

    private const long TrimmedBytesAtATime = 4 * 1024 * 1024;

    /// <summary>Has the snapshots' files; null when there are to be none.</summary>
    private readonly IActorRef? _snapshots;

    private long _trimTo;
    private bool _isTrimming;
    private long _failedChunks;

    private void MindsSnapshots()
    {
        Command<SnapshotWritten>(OnSnapshotWritten);
        Command<SnapshotNotWritten>(OnSnapshotNotWritten);
        Command<StateNotCaptured>(_ => _log.CannotSnapshot(CurrentTerm));
        Command<ChunkRead>(OnChunkRead);
        Command<ChunkNotRead>(unread => CountFailedChunk($"cannot send a part of a {unread.Chunk.Snapshot}: {unread.Why}"));
        Command<ChunkStored>(stored => Handle(new SnapshotChunkStored(Now, stored.Snapshot, stored.UpTo)));
        Command<SnapshotStored>(OnSnapshotStored);
        Command<SnapshotNotStored>(OnSnapshotNotStored);
        Command<SnapshotsNotDeleted>(left => _log.SnapshotsNotDeleted(CurrentTerm, left.Why));
        Command<DeleteMessagesSuccess>(_ => OnTrimmed());
        Command<DeleteMessagesFailure>(OnNotTrimmed);
    }

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

    private void Store(StoreSnapshotChunk chunk)
    {
        if (_snapshots is { } snapshots)
        {
            snapshots.Tell(new StoreChunk(chunk));
        }
        else
        {
            Self.Tell(new SnapshotNotStored(chunk.Snapshot, "akka-raft.snapshot-directory is not set"));
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
        _snapshots?.Tell(new DeleteUnneeded(compact.Keep));
        var upTo = _extent.TrimmableUpTo(compact.UpTo, compact.OldestBase);
        if (upTo <= _extent.TrimmedUpTo)
        {
            return;
        }

        var owner = new JournalOwner(_settings.ClusterId, _settings.ServerId) { Incarnation = _incarnation, TrimmedUpTo = upTo };
        CrashPoint.Reached(CrashPoint.BeforeJournalTrim);
        PersistAsync(owner, written =>
        {
            _extent.Note(LastSequenceNr, written);
            Trim(upTo);
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
