using System.Security.Cryptography;
using AkkaRaft.Server;

namespace AkkaRaft.Snapshots;

/// <summary>
/// A file that comes to be under a temporary name and gets its own only when all of it is on the disk; its SHA-256 is taken on the way.
/// What is not brought to its end is deleted.
/// </summary>
internal sealed class DurableFile : ForwardStream
{
    /// <summary>So many bytes at a time are brought to the disk, so that no other file's fsync has to wait for many more.</summary>
    private const int SyncEachBytes = 4 * 1024 * 1024;

    private readonly string _temporaryPath;
    private readonly FileStream _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _synced;
    private bool _isKept;

    public DurableFile(string temporaryPath)
    {
        _temporaryPath = temporaryPath;
        CrashPoint.Reached(CrashPoint.BeforeSnapshotWrite);
        _file = new FileStream(temporaryPath, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    public override bool CanRead => false;

    public override bool CanWrite => true;

    public long SizeBytes { get; private set; }

    public override int Read(Span<byte> buffer) => throw new NotSupportedException();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _file.Write(buffer);
        _hash.AppendData(buffer);
        SizeBytes += buffer.Length;
        CrashPoint.Reached(CrashPoint.InSnapshotWrite);
        if (SizeBytes - _synced >= SyncEachBytes)
        {
            _file.Flush(flushToDisk: true);
            _synced = SizeBytes;
        }
    }

    /// <summary>The SHA-256 of what was written, in lower-case hexadecimal digits; nothing can be written behind it.</summary>
    public string Checksum() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    /// <summary>Brings all of it to the disk and gives it its name.</summary>
    public void Keep(string path)
    {
        CrashPoint.Reached(CrashPoint.AfterSnapshotWrite);
        _file.Flush(flushToDisk: true);
        _file.Dispose();
        CrashPoint.Reached(CrashPoint.BeforeSnapshotRename);
        File.Move(_temporaryPath, path, overwrite: true);
        _isKept = true;
        CrashPoint.Reached(CrashPoint.AfterSnapshotRename);
        var folder = Path.GetDirectoryName(path)!;
        DirectorySync.Flush(folder);
        if (Path.GetDirectoryName(folder) is { } parent)
        {
            // A sync of the folder says nothing of its own name, without which all that is in it is lost with the power.
            DirectorySync.Flush(parent);
        }

        CrashPoint.Reached(CrashPoint.AfterSnapshotSync);
    }

    protected override void Dispose(bool disposing)
    {
        _file.Dispose();
        _hash.Dispose();
        if (!_isKept)
        {
            File.Delete(_temporaryPath);
            _isKept = true;
        }

        base.Dispose(disposing);
    }
}
