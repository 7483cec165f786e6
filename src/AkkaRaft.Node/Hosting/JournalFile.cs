using System.Runtime.Serialization;
using AkkaRaft.Serialization;
using Microsoft.Data.Sqlite;

namespace AkkaRaft.Node.Hosting;

/// <summary>A record of a journal, or why it cannot be read.</summary>
/// <param name="SequenceNr">Its number.</param>
/// <param name="Content">What it says, or null.</param>
/// <param name="Fault">What is wrong with it, or null.</param>
internal sealed record JournalRow(long SequenceNr, object? Content, string? Fault);

/// <summary>A node's SQLite journal, read as it lies in its folder: no server is needed, and nothing is written.</summary>
internal sealed class JournalFile : IDisposable
{
    private readonly SqliteConnection _connection;

    private JournalFile(SqliteConnection connection) => _connection = connection;

    /// <summary>The journal's path within a data directory.</summary>
    public static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, "raft.db");

    /// <summary>Opens a journal.</summary>
    /// <exception cref="NodeException">There is none, or it is no SQLite file.</exception>
    public static JournalFile Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new NodeException($"There is no journal {path}.", ExitCodes.Failure);
        }

        // SQLite leaves nothing behind beside a file that it takes for immutable, which one without pending pages is.
        var pages = new FileInfo(path + "-wal");
        var isSettled = !pages.Exists || pages.Length == 0;
        var source = isSettled ? new Uri(Path.GetFullPath(path)).AbsoluteUri + "?immutable=1" : path;
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = source, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ConnectionString);
        try
        {
            connection.Open();
            return new JournalFile(connection);
        }
        catch (SqliteException failure)
        {
            connection.Dispose();
            throw new NodeException($"The journal {path} cannot be opened: {failure.Message}", ExitCodes.Failure, failure);
        }
    }

    /// <summary>What SQLite finds wrong with the file itself.</summary>
    public IReadOnlyList<string> FaultsOfFile()
    {
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
    /// <exception cref="SqliteException">The file is so damaged that it cannot be read further.</exception>
    public IEnumerable<JournalRow> Rows(string serverId)
    {
        using var command = _connection.CreateCommand();
        command.CommandText =
            "SELECT sequence_number, identifier, manifest, message FROM journal"
            + " WHERE persistence_id = $id AND deleted = 0 ORDER BY sequence_number";
        command.Parameters.AddWithValue("$id", serverId);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            yield return Read(reader);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _connection.Dispose();

    private static JournalRow Read(SqliteDataReader reader)
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
