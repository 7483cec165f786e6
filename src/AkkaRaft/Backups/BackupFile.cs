using AkkaRaft.Snapshots;

namespace AkkaRaft.Backups;

/// <summary>
/// The backup that a server gives out: one at a time, written beside its snapshots, and deleted when it is read, when another is asked
/// for, or at the server's next start.
/// </summary>
internal sealed class BackupFile : IDisposable
{
    private readonly string _path;
    private readonly StopSignal _stopped = new();
    private readonly Task<BackupTaken> _taken;
    private FileStream? _file;

    private BackupFile(long token, string path, WriteSnapshot content)
    {
        Token = token;
        _path = path;
        _taken = Task.Factory.StartNew(
            () => Write(content), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public long Token { get; }

    /// <summary>What was written, once it is.</summary>
    /// <exception cref="AggregateException">It could not be written.</exception>
    public BackupTaken? Taken => _taken.IsCompleted ? _taken.Result : null;

    /// <summary>Begins to write a backup.</summary>
    /// <param name="folder">The snapshots' folder, which is cleaned of such files at a server's start.</param>
    /// <param name="token">The client's name for it.</param>
    /// <param name="content">What is written.</param>
    /// <param name="whenDone">Is called when it is written or has failed, on any thread.</param>
    public static BackupFile Begin(string folder, long token, WriteSnapshot content, Action whenDone)
    {
        var backup = new BackupFile(token, Path.Combine(folder, $"backup-{token:x16}.part"), content);
        backup._taken.ContinueWith(_ => whenDone(), TaskScheduler.Default);
        return backup;
    }

    public BackupPart Read(long offset, int length)
    {
        _file ??= SnapshotFolder.OpenToRead(_path);
        _file.Position = offset;
        var data = new byte[Math.Min(length, Math.Max(0, _file.Length - offset))];
        _file.ReadExactly(data);
        return new BackupPart(data);
    }

    /// <summary>Deletes the file, and waits until nobody writes it.</summary>
    public void Dispose()
    {
        _stopped.Stop();
        ((IAsyncResult)_taken).AsyncWaitHandle.WaitOne();
        _file?.Dispose();
        File.Delete(_path);
    }

    private BackupTaken Write(WriteSnapshot content)
    {
        using var capture = content.Capture;
        using var file = new DurableFile(Path.ChangeExtension(_path, ".unfinished"));
        using var stoppable = new StoppableStream(file, _stopped);
        SnapshotFileWriter.Write(stoppable, content.Header, content.Sessions, capture.WriteTo);
        var taken = new BackupTaken(content.Header.LastIncludedIndex, content.Header.LastIncludedTerm, file.SizeBytes, file.Checksum());
        file.Keep(_path);
        return taken;
    }
}
