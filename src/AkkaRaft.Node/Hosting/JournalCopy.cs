namespace AkkaRaft.Node.Hosting;

/// <summary>
/// A copy of a stopped node's journal with the files in which SQLite keeps what is not in the database yet. SQLite reads those files only
/// where it may write, and a data directory that is looked at must stay as it is.
/// </summary>
internal sealed class JournalCopy : IDisposable
{
    private const string Log = "-wal";
    private static readonly string[] Endings = ["", Log, "-journal"];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("akkaraft-inspect-");

    /// <summary>The copy of the database.</summary>
    public string Path => System.IO.Path.Combine(_folder.FullName, "raft.db");

    /// <summary>Whether all of a journal is in the database itself.</summary>
    public static bool IsSettled(string path) => Endings.Skip(1).All(ending => SizeOf(path + ending) == 0);

    /// <summary>The size of the write-ahead log beside a journal; 0 when there is none.</summary>
    public static long SizeOfLog(string path) => SizeOf(path + Log);

    /// <summary>Copies a journal that nobody writes to.</summary>
    /// <exception cref="IOException">It cannot be copied.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be read.</exception>
    public static JournalCopy Of(string path)
    {
        var copy = new JournalCopy();
        try
        {
            foreach (var ending in Endings.Where(ending => SizeOf(path + ending) > 0))
            {
                // The file's own mode may be read-only, and a copy of the file would have it too.
                using var source = new FileStream(path + ending, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                using var target = new FileStream(copy.Path + ending, FileMode.CreateNew, FileAccess.Write);
                source.CopyTo(target);
            }

            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _folder.Delete(recursive: true);

    private static long SizeOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}
