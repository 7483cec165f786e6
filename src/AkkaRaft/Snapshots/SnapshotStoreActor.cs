using System.Diagnostics;
using Akka.Actor;
using AkkaRaft.Core;

namespace AkkaRaft.Snapshots;

/// <summary>
/// Does all that touches snapshots' files, on a thread of its own, so that no mailbox waits for a disk: the server's goes on while parts
/// are read and stored here. A snapshot of the server's own is written beside that, on another thread, as it takes long.
/// </summary>
internal sealed class SnapshotStoreActor : ReceiveActor
{
    private readonly string _path;
    private readonly string _clusterId;
    private readonly StopSignal _stopped = new();
    private readonly Dictionary<SnapshotMetadata, FileStream> _sent = [];

    /// <summary>Snapshots that were sent to their end: a follower that asks from the beginning again may have found one damaged.</summary>
    private readonly HashSet<SnapshotMetadata> _sentToEnd = [];

    private SnapshotFolder? _folder;
    private Task _writing = Task.CompletedTask;
    private (SnapshotMetadata Snapshot, DurableFile File)? _received;

    public SnapshotStoreActor(string path, string clusterId)
    {
        (_path, _clusterId) = (path, clusterId);
        Receive<OpenSnapshots>(OnOpen);
        Receive<WriteSnapshot>(OnWrite);
        Receive<ReadChunk>(OnReadChunk);
        Receive<StoreChunk>(OnStoreChunk);
        Receive<DeleteUnneeded>(OnDelete);
    }

    private SnapshotFolder Folder => _folder ?? throw new InvalidOperationException("The snapshots' folder is not open.");

    public static Props PropsOf(RaftSettings settings) =>
        Props.Create(() => new SnapshotStoreActor(settings.SnapshotDirectory, settings.ClusterId))
            .WithDispatcher(settings.SnapshotDispatcher).WithMailbox("akka-raft.guarded-mailbox");

    /// <inheritdoc />
    protected override void PostStop()
    {
        // The next life must find neither the folder locked nor a writer in it.
        _stopped.Stop();
        _writing.Wait();
        _received?.File.Dispose();
        CloseSentBut([]);
        _folder?.Dispose();
    }

    private void OnOpen(OpenSnapshots open)
    {
        try
        {
            _folder = SnapshotFolder.Open(_path);
            if (_folder.WhyForeign(_clusterId, open.Known, open.JournalIsEmpty) is { } refusal)
            {
                Sender.Tell(new SnapshotsOpened(refusal, []));
                return;
            }

            _folder.DeleteOrphans(open.Known);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            Sender.Tell(new SnapshotsOpened(cause.Message, []));
            return;
        }

        var faults = open.Known.Reverse().Select(_folder.WhatIsWrongWith).TakeWhile(fault => fault is not null).OfType<string>();
        Sender.Tell(new SnapshotsOpened(null, [.. faults]));
    }

    private void OnWrite(WriteSnapshot request)
    {
        var parent = Context.Parent;
        var (folder, stopped) = (Folder, _stopped);
        _writing = Task.Factory.StartNew(
            () => parent.Tell(Write(folder, request, stopped), ActorRefs.NoSender),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    private static object Write(SnapshotFolder folder, WriteSnapshot request, StopSignal stopped)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            using var capture = request.Capture;
            using var file = folder.BeginOwn(request.Header.LastIncludedIndex);
            using var stoppable = new StoppableStream(file, stopped);
            SnapshotFileWriter.Write(stoppable, request.Header, request.Sessions, capture.WriteTo);
            var (_, index, term, configuration) = request.Header;
            var snapshot = new SnapshotMetadata(index, term, configuration, file.SizeBytes, file.Checksum());
            file.Keep(folder.PathOf(snapshot));
            return new SnapshotWritten(snapshot, watch.Elapsed);
        }
        catch (Exception cause)
        {
            // Whatever the state machine or the disk has met, the server can do without this snapshot, and says so.
            return new SnapshotNotWritten(cause.Message);
        }
    }

    private void OnReadChunk(ReadChunk request)
    {
        var chunk = request.Chunk;
        try
        {
            if (chunk.Offset == 0 && _sentToEnd.Remove(chunk.Snapshot))
            {
                CloseSent(chunk.Snapshot);
            }

            var data = new byte[chunk.Length];
            var file = Sent(chunk.Snapshot);
            file.Position = chunk.Offset;
            file.ReadExactly(data);
            if (chunk.Offset + chunk.Length == chunk.Snapshot.SizeBytes)
            {
                _sentToEnd.Add(chunk.Snapshot);
            }

            Sender.Tell(new ChunkRead(chunk, data));
        }
        catch (Exception cause) when (cause is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            CloseSent(chunk.Snapshot);
            Sender.Tell(new ChunkNotRead(chunk, cause.Message));
        }
    }

    /// <summary>The file of a snapshot that is being sent; all of it is checked before the first part goes out.</summary>
    private FileStream Sent(SnapshotMetadata snapshot)
    {
        if (!_sent.TryGetValue(snapshot, out var file))
        {
            if (Folder.WhatIsWrongWith(snapshot) is { } fault)
            {
                throw new InvalidDataException(fault);
            }

            file = SnapshotFolder.OpenToRead(Folder.PathOf(snapshot));
            _sent.Add(snapshot, file);
        }

        return file;
    }

    private void CloseSent(SnapshotMetadata snapshot)
    {
        if (_sent.Remove(snapshot, out var file))
        {
            file.Dispose();
        }
    }

    private void OnStoreChunk(StoreChunk request)
    {
        var chunk = request.Chunk;
        try
        {
            var file = Received(chunk);
            file.Write(chunk.Data.Span);
            if (!chunk.IsLast)
            {
                Sender.Tell(new ChunkStored(chunk.Snapshot, file.SizeBytes));
                return;
            }

            var checksum = file.Checksum();
            if (checksum != chunk.Snapshot.Checksum)
            {
                throw new InvalidDataException($"it has come with the SHA-256 {checksum} instead of {chunk.Snapshot.Checksum}");
            }

            file.Keep(Folder.PathOf(chunk.Snapshot));
            ForgetReceived();
            Sender.Tell(new SnapshotStored(chunk.Snapshot));
        }
        catch (Exception cause) when (cause is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            ForgetReceived();
            Sender.Tell(new SnapshotNotStored(chunk.Snapshot, cause.Message));
        }
    }

    /// <summary>The file that a part belongs to; the first part begins it anew, in the place of what came before.</summary>
    private DurableFile Received(StoreSnapshotChunk chunk)
    {
        if (chunk.Offset == 0)
        {
            ForgetReceived();
            _received = (chunk.Snapshot, Folder.BeginReceived(chunk.Snapshot));
        }

        return _received is { } received && received.Snapshot == chunk.Snapshot && received.File.SizeBytes == chunk.Offset
            ? received.File
            : throw new InvalidDataException($"what lies ahead of byte {chunk.Offset} has not come");
    }

    private void ForgetReceived()
    {
        _received?.File.Dispose();
        _received = null;
    }

    private void OnDelete(DeleteUnneeded request)
    {
        CloseSentBut(request.Needed);
        try
        {
            Folder.DeleteAllBut(request.Needed);
            Sender.Tell(new UnneededDeleted(null));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            Sender.Tell(new UnneededDeleted(cause.Message));
        }
    }

    private void CloseSentBut(IReadOnlyList<SnapshotMetadata> needed)
    {
        foreach (var (snapshot, file) in _sent)
        {
            if (!needed.Contains(snapshot))
            {
                file.Dispose();
                _sent.Remove(snapshot);
                _sentToEnd.Remove(snapshot);
            }
        }
    }
}
