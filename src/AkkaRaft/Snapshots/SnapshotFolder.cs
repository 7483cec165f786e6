using System.Runtime.Serialization;
using System.Security.Cryptography;
using AkkaRaft.Core;
using AkkaRaft.Server;
using Google.Protobuf;

namespace AkkaRaft.Snapshots;

/// <summary>
/// The folder that holds a server's snapshots, one file each. One server at a time may use it. A file is named after what is in it, so
/// that two of them never share a name; what has not come to its end has another ending and is deleted at the next start.
/// </summary>
internal sealed class SnapshotFolder : IDisposable
{
    public const string Ending = ".snapshot";
    private const string UnfinishedEnding = ".unfinished";
    private const string ReceivedEnding = ".part";
    private const string LockName = "lock";

    private readonly string _path;
    private readonly FileStream _lock;

    private SnapshotFolder(string path, FileStream lockFile)
    {
        _path = path;
        _lock = lockFile;
    }

    /// <summary>Takes the folder, which is made if it is not there.</summary>
    /// <exception cref="IOException">Another server uses it, or it cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written to.</exception>
    public static SnapshotFolder Open(string path)
    {
        var fullPath = Path.GetFullPath(path);
        Directory.CreateDirectory(fullPath);
        try
        {
            var lockFile = new FileStream(Path.Combine(fullPath, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new SnapshotFolder(fullPath, lockFile);
        }
        catch (IOException cause)
        {
            throw new IOException($"The folder {fullPath} is in use by another server: each needs one of its own.", cause);
        }
    }

    public static string NameOf(SnapshotMetadata snapshot) =>
        $"{snapshot.LastIncludedIndex.Value:d19}-{snapshot.LastIncludedTerm}-{snapshot.Checksum[..8]}{Ending}";

    public string PathOf(SnapshotMetadata snapshot) => Path.Combine(_path, NameOf(snapshot));

    public DurableFile BeginOwn(LogIndex index) => new(Path.Combine(_path, $"{index.Value:d19}{UnfinishedEnding}"));

    public DurableFile BeginReceived(SnapshotMetadata snapshot) =>
        new(Path.Combine(_path, Path.ChangeExtension(NameOf(snapshot), ReceivedEnding)));

    /// <summary>Opens a snapshot's file; it may be deleted meanwhile.</summary>
    public static FileStream OpenToRead(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);

    /// <summary>Why snapshots that the journal does not tell of must not be deleted as the rest of a killed server's, or null.</summary>
    /// <param name="clusterId">The server's cluster.</param>
    /// <param name="known">The snapshots that the journal tells of.</param>
    /// <param name="journalIsEmpty">Whether the journal tells of nothing at all.</param>
    public string? WhyForeign(string clusterId, IReadOnlyList<SnapshotMetadata> known, bool journalIsEmpty)
    {
        var names = known.Select(NameOf).ToHashSet();
        foreach (var file in Directory.EnumerateFiles(_path, $"*{Ending}").Where(file => !names.Contains(Path.GetFileName(file))))
        {
            if (journalIsEmpty)
            {
                return $"a folder without snapshots is expected, as the journal is empty, and {file} is there. If the journal was lost, "
                    + "remove this server from its cluster, wipe its data directory, and add it anew";
            }

            if (ClusterOf(file) is { } found && found != clusterId)
            {
                return $"{file} is a snapshot of the cluster '{found}', and the server is of '{clusterId}'";
            }
        }

        return null;
    }

    /// <summary>Deletes what a server that was killed has left behind, and all snapshots that its journal does not tell of.</summary>
    public void DeleteOrphans(IReadOnlyList<SnapshotMetadata> known)
    {
        var names = known.Select(NameOf).ToHashSet();
        foreach (var file in Directory.EnumerateFiles(_path).Where(file => MayBeOrphan(file) && !names.Contains(Path.GetFileName(file))))
        {
            Delete(file);
        }
    }

    /// <summary>
    /// Deletes snapshots that are needed no more. One that is newer than all that are needed stays: the server may be about to hear of it.
    /// </summary>
    public void DeleteAllBut(IReadOnlyList<SnapshotMetadata> needed)
    {
        if (needed.Count == 0)
        {
            return;
        }

        var names = needed.Select(NameOf).ToHashSet();
        var newest = names.Max(StringComparer.Ordinal)!;
        foreach (var file in Directory.EnumerateFiles(_path, $"*{Ending}"))
        {
            var name = Path.GetFileName(file);
            if (!names.Contains(name) && string.CompareOrdinal(name, newest) < 0)
            {
                Delete(file);
            }
        }
    }

    /// <summary>Reads the whole file of a snapshot and compares it with what the journal says of it.</summary>
    /// <returns>What is wrong with it, in words, or null when it is good.</returns>
    public string? WhatIsWrongWith(SnapshotMetadata snapshot)
    {
        var path = PathOf(snapshot);
        try
        {
            using var file = OpenToRead(path);
            if (file.Length != snapshot.SizeBytes)
            {
                return $"{path} has {file.Length} bytes instead of {snapshot.SizeBytes}";
            }

            var checksum = Convert.ToHexStringLower(SHA256.HashData(file));
            return checksum == snapshot.Checksum ? null : $"{path} is damaged: its SHA-256 is {checksum} instead of {snapshot.Checksum}";
        }
        catch (FileNotFoundException)
        {
            return $"{path} is missing";
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            return $"{path} cannot be read: {cause.Message}";
        }
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>The cluster that a snapshot is of, or null where its file does not say that.</summary>
    private static string? ClusterOf(string path)
    {
        using var file = OpenToRead(path);
        try
        {
            return new SnapshotFileReader(file).Header.ClusterId;
        }
        catch (Exception cause) when (cause is InvalidDataException or SerializationException or InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static bool MayBeOrphan(string file) => Path.GetExtension(file) is Ending or UnfinishedEnding or ReceivedEnding;

    private static void Delete(string file)
    {
        CrashPoint.Reached(CrashPoint.BeforeSnapshotDelete);
        File.Delete(file);
        CrashPoint.Reached(CrashPoint.AfterSnapshotDelete);
    }
}
