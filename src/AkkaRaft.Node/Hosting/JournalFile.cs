using System.Data.Common;
using System.Net.Sockets;
using System.Runtime.Serialization;
using AkkaRaft.Serialization;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AkkaRaft.Node.Hosting;

/// <summary>A record of a journal, or why it cannot be read.</summary>
/// <param name="SequenceNr">Its number.</param>
/// <param name="Content">What it says, or null.</param>
/// <param name="Fault">What is wrong with it, or null.</param>
internal sealed record JournalRow(long SequenceNr, object? Content, string? Fault);

/// <summary>
/// A node's journal, read as it lies in its folder or in its PostgreSQL database: no Raft server is needed, and nothing is written.
/// </summary>
internal sealed class JournalFile : IDisposable
{
    private const int WriteVersionOffset = 18;
    private const int WriteVersionOfWal = 2;
    private readonly DbConnection _connection;

    /// <summary>The file's path, or null for a database.</summary>
    private readonly string? _path;

    private JournalFile(DbConnection connection, string name, string? path) => (_connection, Name, _path) = (connection, name, path);

    /// <summary>What people call it.</summary>
    public string Name { get; }

    /// <summary>The journal's path within a data directory.</summary>
    public static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, "raft.db");

    /// <summary>Opens a journal.</summary>
    /// <exception cref="NodeException">There is none, or it is no SQLite file.</exception>
    public static JournalFile Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new NodeException(
                $"There is no journal {path}. Of one in PostgreSQL, say --journal with its connection string.", ExitCodes.Failure);
        }

        // SQLite leaves nothing behind beside a file that it takes for immutable, which one without pending pages is.
        var isSettled = SizeOfLog(path) == 0;
        var source = isSettled ? new Uri(Path.GetFullPath(path)).AbsoluteUri + "?immutable=1" : path;
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = source, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ConnectionString);
        try
        {
            connection.Open();
            SqliteJournal.MakeSafe(connection);
            return new JournalFile(connection, Path.GetFileName(path), path);
        }
        catch (SqliteException failure)
        {
            connection.Dispose();
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
                    schema.Add($"{reader.GetString(0)} {reader.GetString(1)}");
                }
            }

            return new JournalFileFacts(
                new FileInfo(_path).Length,
                SizeOfLog(_path),
                Number("PRAGMA page_size"),
                IsInWalMode(_path) ? "wal" : "rollback",
                JournalFileFacts.LevelOf(Number("PRAGMA synchronous")),
                schema);
        }
        catch (Exception failure) when (failure is SqliteException or IOException)
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

    /// <summary>The records of a server, in order, those that were deleted left out; a damaged one does not end it.</summary>
    /// <exception cref="DbException">The journal is so damaged that it cannot be read further.</exception>
    public IEnumerable<JournalRow> Rows(string serverId)
    {
        using var command = _connection.CreateCommand();
        command.CommandText =
            "SELECT sequence_number, identifier, manifest, message FROM journal"
            + " WHERE persistence_id = @id AND NOT deleted ORDER BY sequence_number";
        var id = command.CreateParameter();
        (id.ParameterName, id.Value) = ("@id", serverId);
        command.Parameters.Add(id);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            yield return Read(reader);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _connection.Dispose();

    private static long SizeOfLog(string path) => new FileInfo(path + "-wal") is { Exists: true } log ? log.Length : 0;

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
        return (long)command.ExecuteScalar()!;
    }

    private static JournalRow Read(DbDataReader reader)
    {
        var sequenceNr = reader.GetInt64(0);
        try
        {
            return reader.GetInt32(1) == RaftMessageSerializer.Id
                ? new JournalRow(sequenceNr, RaftMessageSerializer.Read((byte[])reader[3], reader.GetString(2)), null)
                : new JournalRow(sequenceNr, null, $"it was written by serializer {reader.GetInt32(1)}, which is not AkkaRaft's");
        }
        catch (Exception fault) when (fault is SerializationException or InvalidCastException or ArgumentException)
        {
            return new JournalRow(sequenceNr, null, fault.Message);
        }
    }
}
