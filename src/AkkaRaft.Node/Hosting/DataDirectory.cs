using System.Text.Json;
using AkkaRaft.Server;

namespace AkkaRaft.Node.Hosting;

/// <summary>
/// The folder that holds all that a server must not forget. One process at a time may hold it, for one server of one cluster.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    private const int FormatVersion = 1;
    private const string LockFileName = "lock";
    private const string IdentityFileName = "identity.json";
    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream lockFile)
    {
        Path = path;
        _lock = lockFile;
    }

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>Takes the folder for this process, and makes it if it is not there.</summary>
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

        var directory = new DataDirectory(fullPath, Lock(fullPath));
        try
        {
            directory.CheckIdentity(new Identity(FormatVersion, clusterId, serverId));
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

    private void CheckIdentity(Identity expected)
    {
        var file = System.IO.Path.Combine(Path, IdentityFileName);
        if (!File.Exists(file))
        {
            WriteDurably(file, JsonSerializer.SerializeToUtf8Bytes(expected));
            return;
        }

        var found = Read(file);
        if (found.Format > FormatVersion)
        {
            throw new NodeException(
                $"The data directory {Path} has format {found.Format}; this program knows formats up to {FormatVersion}."
                + " Use the newer program.",
                ExitCodes.Failure);
        }

        if (found.Cluster != expected.Cluster || found.Server != expected.Server)
        {
            throw new NodeException(
                $"The data directory {Path} was made by server '{found.Server}' of cluster '{found.Cluster}', not by server"
                + $" '{expected.Server}' of cluster '{expected.Cluster}'. Set akka-raft.server-id and akka-raft.cluster-id to those,"
                + " or choose another data directory.",
                ExitCodes.WrongUse);
        }
    }

    private static Identity Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<Identity>(File.ReadAllBytes(file)) ?? throw new JsonException("it is empty");
        }
        catch (JsonException failure)
        {
            throw new NodeException($"{file} does not name a server and a cluster: {failure.Message}", ExitCodes.Failure, failure);
        }
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
    }

    /// <summary>Whose a data directory is.</summary>
    internal sealed record Identity(int Format, string Cluster, string Server);
}
