using System.Data.Common;
using System.Net.Sockets;
using AkkaRaft.Serialization;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AkkaRaft.Node.Hosting;

/// <summary>A record of a journal, or why it cannot be read.</summary>
/// <param name="SequenceNr">Its number.</param>
/// <param name="Content">What it says; null for one that cannot be read or is marked as deleted.</param>
/// <param name="Fault">What is wrong with it, or null.</param>
internal sealed record JournalRow(long SequenceNr, object? Content, string? Fault)
{
    /// <summary>Whether it is marked as deleted: the node does not see it. The last one that was trimmed stays so.</summary>
    public bool IsDeleted { get; init; }
}

/// <summary>
/// Reads a node's journal in its folder or in its PostgreSQL database, without a Raft server. Nothing is written.
/// </summary>
internal sealed class JournalFile : IDisposable
{
    private const int WriteVersionOffset = 18;
    private const int WriteVersionOfWal = 2;
    private readonly DbConnection _connection;

    /// <summary>The file's path, or null for a database.</summary>
    private readonly string? _path;

    /// <summary>The copy that is read in the place of the file, or null.</summary>
    private readonly JournalCopy? _copy;

    private JournalFile(DbConnection connection, string name, string? path, JournalCopy? copy = null) =>
        (_connection, Name, _path, _copy) = (connection, name, path, copy);

    /// <summary>What people call it.</summary>
    public string Name { get; }

    /// <summary>The journal's path within a data directory.</summary>
    public static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, "raft.db");

    /// <summary>Opens a journal, and leaves nothing behind beside it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isInUse">Whether a node has it open; SQLite's own files are there then, and a copy might mix two states.</param>
    /// <exception cref="NodeException">There is none, or it is no SQLite file.</exception>
    public static JournalFile Open(string path, bool isInUse = false)
    {
        if (!File.Exists(path))
        {
            throw new NodeException(
                $"There is no journal {path}. Of one in PostgreSQL, say --journal with its connection string.", ExitCodes.Failure);
        }

        JournalCopy? copy = null;
        SqliteConnection? connection = null;
        try
        {
            // SQLite makes no files beside one that it takes for immutable. It does not read a write-ahead log then, and to read one it
            // makes files: of a journal with a log, a copy is read.
            copy = isInUse || JournalCopy.IsSettled(path) ? null : JournalCopy.Of(path);
            var source = copy?.Path ?? (isInUse ? path : new Uri(Path.GetFullPath(path)).AbsoluteUri + "?immutable=1");
            connection = new SqliteConnection(new SqliteConnectionStringBuilder
            {
                DataSource = source,
                Mode = copy is null ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWrite,
                Pooling = false,
            }.ConnectionString);
            connection.Open();
            SqliteJournal.MakeSafe(connection);
            return new JournalFile(connection, Path.GetFileName(path), path, copy);
        }
        catch (Exception failure) when (failure is SqliteException or IOException or UnauthorizedAccessException)
        {
            connection?.Dispose();
            copy?.Dispose();
            throw new NodeException($"The journal {path} cannot be opened: {failure.Message}", ExitCodes.Failure, failure);
        }
    }

    /// <summary>What the file is like; null for a database, and when it cannot be read so far.</summary>
    public JournalFileFacts? Facts()
    {
        if (_path is null)
        {
            return null;
        }

        try
        {
            var schema = new List<string>();
            using var command = _connection.CreateCommand();
            command.CommandText = "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type DESC, name";
            using (var reader = command.ExecuteReader())
            {
                while (reader.Read())
                {
                    schema.Add($"{reader.GetValue(0)} {reader.GetValue(1)}");
                }
            }

            return new JournalFileFacts(
                new FileInfo(_path).Length,
                JournalCopy.SizeOfLog(_path),
                Number("PRAGMA page_size"),
                IsInWalMode(_path) ? "wal" : "rollback",
                JournalFileFacts.LevelOf(Number("PRAGMA synchronous")),
                schema);
        }
        catch (Exception failure) when (failure is SqliteException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Opens a journal in PostgreSQL.</summary>
    /// <exception cref="NodeException">The database cannot be read.</exception>
    public static JournalFile OpenDatabase(string connectionString)
    {
        NpgsqlConnection? connection = null;
        try
        {
            connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
            connection.Open();
            return new JournalFile(connection, $"the database {connection.Database}", path: null);
        }
        catch (Exception failure) when (failure is NpgsqlException or SocketException or TimeoutException or ArgumentException)
        {
            connection?.Dispose();
            throw new NodeException(
                $"The journal's database cannot be read: {failure.Message.ReplaceLineEndings(" ")}", ExitCodes.Failure, failure);
        }
    }

    /// <summary>What SQLite finds wrong with the file itself; PostgreSQL looks at its pages as it reads them.</summary>
    public IReadOnlyList<string> FaultsOfFile()
    {
        if (_connection is not SqliteConnection)
        {
            return [];
        }

        try
        {
            using var command = _connection.CreateCommand();
            command.CommandText = "PRAGMA integrity_check(20)";
            using var reader = command.ExecuteReader();
            var faults = new List<string>();
            while (reader.Read())
            {
                faults.AddRange(reader.GetString(0).Split('\n').Where(line => line != "ok"));
            }

            return faults;
        }
        catch (SqliteException failure)
        {
            return [failure.Message];
        }
    }

    /// <summary>
    /// The records of a server, in order, with those that are marked as deleted; a damaged one does not end it. Of a file these are all
    /// that the table itself has, in the order in which they were written: its index leads past what was damaged in it.
    /// </summary>
    /// <exception cref="DbException">The journal is so damaged that it cannot be read further.</exception>
    public IEnumerable<JournalRow> Rows(string serverId)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT sequence_number, persistence_id, deleted, identifier, manifest, message FROM journal "
            + (_connection is SqliteConnection ? "NOT INDEXED ORDER BY ordering" : "WHERE persistence_id = @id ORDER BY sequence_number");
        var id = command.CreateParameter();
        (id.ParameterName, id.Value) = ("@id", serverId);
        command.Parameters.Add(id);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            yield return Read(reader, serverId);
        }
    }

    /// <summary>What the table's end says against the last record of a server; see <see cref="JournalTail"/>.</summary>
    public string? FaultOfTail(string serverId)
    {
        try
        {
            return _connection is SqliteConnection file ? JournalTail.Of(file, serverId).Fault(serverId) : null;
        }
        catch (SqliteException failure)
        {
            return failure.Message;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _connection.Dispose();
        _copy?.Dispose();
    }

    /// <summary>Read from the file's head, as a connection to a file that is taken for immutable knows of no log.</summary>
    private static bool IsInWalMode(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = WriteVersionOffset;
        return file.ReadByte() == WriteVersionOfWal;
    }

    private long Number(string statement)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = statement;
        return command.ExecuteScalar() is long number ? number : 0;
    }

    // A damaged column may have any type.
    private static JournalRow Read(DbDataReader reader, string serverId)
    {
        if (reader.GetValue(0) is not long sequenceNr)
        {
            return new JournalRow(0, null, $"the number of a record is '{reader.GetValue(0)}'");
        }

        if (reader.GetValue(1) as string != serverId)
        {
            return new JournalRow(sequenceNr, null, $"it is a record of '{reader.GetValue(1)}'");
        }

        return reader.GetValue(2) switch
        {
            false or 0L => ReadContent(sequenceNr, reader),
            true or 1L => new JournalRow(sequenceNr, null, null) { IsDeleted = true },
            var other => new JournalRow(sequenceNr, null, $"its column 'deleted' has '{other}'"),
        };
    }

    private static JournalRow ReadContent(long sequenceNr, DbDataReader reader)
    {
        if (reader.GetValue(4) is not string manifest || reader.GetValue(5) is not byte[] message)
        {
            return new JournalRow(sequenceNr, null, "its manifest is no text or its message no bytes");
        }

        if (reader.GetValue(3) is not (RaftMessageSerializer.Id or (long)RaftMessageSerializer.Id))
        {
            return new JournalRow(sequenceNr, null, $"it was written by serializer {reader.GetValue(3)}, which is not AkkaRaft's");
        }

        try
        {
            return new JournalRow(sequenceNr, RaftMessageSerializer.Read(message, manifest), null);
        }
        catch (Exception fault)
        {
            // Damaged bytes may cause any exception. Each one is a fault of the record.
            return new JournalRow(sequenceNr, null, fault.Message);
        }
    }
}
