using System.Text.Json;
using AkkaRaft.Server;
using AkkaRaft.Snapshots;

namespace AkkaRaft.Node.Hosting;

/// <summary>
/// The folder with a server's durable state. One process at a time may hold it, for one server of one cluster.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    private const int FormatVersion = 1;
    private const string LockFileName = "lock";
    private const string IdentityFileName = "identity.json";
    private readonly Identity _identity;
    private readonly FileStream _lock;

    private DataDirectory(string path, Identity identity, FileStream lockFile)
    {
        Path = path;
        _identity = identity;
        _lock = lockFile;
    }

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>Whether the folder has no name yet: no durable state was ever written to it.</summary>
    public bool IsNew { get; private set; }

    /// <summary>
    /// Takes the folder for this process, and makes it if it is not there. It gets its name with <see cref="Name"/>, when the journal is
    /// there: a folder that has a name and no journal has lost that.
    /// </summary>
    /// <exception cref="NodeException">Another process holds it, it belongs to another server or cluster, or it cannot be used.</exception>
    public static DataDirectory Open(string path, string clusterId, string serverId)
    {
        var fullPath = System.IO.Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(fullPath);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new NodeException($"The data directory {fullPath} cannot be made: {failure.Message}", ExitCodes.Failure, failure);
        }

        var directory = new DataDirectory(fullPath, new Identity(FormatVersion, clusterId, serverId), Lock(fullPath));
        try
        {
            directory.CheckIdentity();
            return directory;
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>Says whose a data directory is, without taking it.</summary>
    /// <exception cref="NodeException">It is no data directory.</exception>
    public static Identity IdentityOf(string path)
    {
        var file = System.IO.Path.Combine(path, IdentityFileName);
        return File.Exists(file)
            ? Read(file)
            : throw new NodeException($"{path} is no data directory: it has no {IdentityFileName}.", ExitCodes.WrongUse);
    }

    /// <summary>Writes down whose folder it is, if it is new.</summary>
    /// <exception cref="NodeException">It cannot be written.</exception>
    public void Name()
    {
        if (!IsNew)
        {
            return;
        }

        try
        {
            // The journal's file is in the folder for good before the name is that says so.
            DirectorySync.Flush(Path);
            if (System.IO.Path.GetDirectoryName(Path) is { } parent)
            {
                DirectorySync.Flush(parent);
            }

            WriteDurably(System.IO.Path.Combine(Path, IdentityFileName), JsonSerializer.SerializeToUtf8Bytes(_identity));
            IsNew = false;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new NodeException($"The data directory {Path} cannot be written: {failure.Message}", ExitCodes.Failure, failure);
        }
    }

    /// <summary>Keeps a data directory from being used meanwhile, and changes nothing in it.</summary>
    /// <returns>What is to be disposed of; null where the directory has no lock.</returns>
    /// <exception cref="NodeException">Another process holds it.</exception>
    public static IDisposable? Hold(string path)
    {
        var lockPath = System.IO.Path.Combine(path, LockFileName);
        try
        {
            return File.Exists(lockPath) ? new FileStream(lockPath, FileMode.Open, FileAccess.Read, FileShare.None) : null;
        }
        catch (IOException failure)
        {
            throw new NodeException($"The data directory {path} is in use by another process. Stop it first.", ExitCodes.Failure, failure);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new NodeException($"The data directory {path} cannot be read: {failure.Message}", ExitCodes.Failure, failure);
        }
    }

    /// <summary>As <see cref="Hold"/>, where a node may run on the directory.</summary>
    public static IDisposable? TryHold(string path, out bool isInUse)
    {
        try
        {
            isInUse = false;
            return Hold(path);
        }
        catch (NodeException)
        {
            isInUse = true;
            return null;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _lock.Dispose();

    // The operating system drops the lock with the process, however that ends, so a killed node leaves nothing to clean up.
    private static FileStream Lock(string path)
    {
        var lockPath = System.IO.Path.Combine(path, LockFileName);
        try
        {
            var file = new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes($"{Environment.ProcessId}\n"));
            file.Flush();
            return file;
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new NodeException($"The data directory {path} cannot be written: {failure.Message}", ExitCodes.Failure, failure);
        }
        catch (IOException failure)
        {
            throw new NodeException(
                $"The data directory {path} is in use by another process."
                + " Stop that process, or give this node a data directory of its own.",
                ExitCodes.Failure,
                failure);
        }
    }

    private void CheckIdentity()
    {
        var file = System.IO.Path.Combine(Path, IdentityFileName);
        if (!File.Exists(file))
        {
            IsNew = true;
            return;
        }

        var found = Read(file);
        if (found.Cluster != _identity.Cluster || found.Server != _identity.Server)
        {
            throw new NodeException(
                $"The data directory {Path} was made by server '{found.Server}' of cluster '{found.Cluster}', not by server"
                + $" '{_identity.Server}' of cluster '{_identity.Cluster}'. Set akka-raft.server-id and akka-raft.cluster-id to those,"
                + " or choose another data directory.",
                ExitCodes.WrongUse);
        }
    }

    private static Identity Read(string file)
    {
        Identity? found;
        try
        {
            found = JsonSerializer.Deserialize<Identity>(File.ReadAllBytes(file));
        }
        catch (Exception failure) when (failure is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new NodeException($"{file} does not name a server and a cluster: {failure.Message}", ExitCodes.Failure, failure);
        }

        if (found is not { Format: > 0, Cluster.Length: > 0, Server.Length: > 0 })
        {
            throw new NodeException($"{file} is damaged: it does not name a format, a server and a cluster.", ExitCodes.Failure);
        }

        return found.Format <= FormatVersion
            ? found
            : throw new NodeException(
                $"The data directory of {file} has format {found.Format}; this program knows formats up to {FormatVersion}."
                + " Use the newer program.",
                ExitCodes.Failure);
    }

    private static void WriteDurably(string file, byte[] content)
    {
        var temporary = file + ".tmp";
        CrashPoint.Reached(CrashPoint.BeforeWrite);
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        CrashPoint.Reached(CrashPoint.AfterWrite);
        File.Move(temporary, file, overwrite: true);
        CrashPoint.Reached(CrashPoint.AfterRename);
        DirectorySync.Flush(System.IO.Path.GetDirectoryName(file)!);
    }

    /// <summary>Whose a data directory is.</summary>
    internal sealed record Identity(int Format, string Cluster, string Server);
}
