using Microsoft.Data.Sqlite;

namespace AkkaRaft.Node.Hosting;

/// <summary>
/// The end of the journal's table in a SQLite file, told in three ways that one damaged place cannot change at once: the row that was
/// written last, the count of all rows ever written, which SQLite keeps apart from them, and the index that the journal is replayed by.
/// A row that is missing in one of them would not be missed in a replay: it would only end sooner.
/// </summary>
/// <param name="LastRow">Place, owner, number and mark of the row that stands last in the table; null for a table without rows.</param>
/// <param name="RowsWritten">How many rows were ever written, as SQLite counts them; null where it has not counted any.</param>
/// <param name="LastIndexed">The server's highest number in the index; null for none.</param>
internal sealed record JournalTail(
    (object Place, object Owner, object Number, object Deleted)? LastRow, object? RowsWritten, object? LastIndexed)
{
    /// <exception cref="SqliteException">The file is too damaged for it.</exception>
    public static JournalTail Of(SqliteConnection connection, string serverId) => new(
        LastRowOf(connection),
        Value(connection, "SELECT seq FROM sqlite_sequence WHERE name = 'journal'", serverId),
        Value(connection, "SELECT max(sequence_number) FROM journal WHERE persistence_id = @id", serverId));

    /// <summary>What is wrong, in words, or null.</summary>
    public string? Fault(string serverId)
    {
        if (LastRow is not var (place, owner, number, deleted))
        {
            return RowsWritten is long and > 0 ? $"{RowsWritten} rows were written to it, and it has none" : null;
        }

        if (owner as string != serverId)
        {
            return $"its last row is record {number} of '{owner}', not of '{serverId}'";
        }

        if (RowsWritten is long && !RowsWritten.Equals(place))
        {
            return $"{RowsWritten} rows were written to it, and the last one is row {place} with record {number}";
        }

        if (!number.Equals(LastIndexed))
        {
            return $"its last row is record {number}, and its index ends with record {LastIndexed ?? "none"}";
        }

        return deleted is 0L ? null : $"its last record, {number}, is marked as deleted";
    }

    private static (object Place, object Owner, object Number, object Deleted)? LastRowOf(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT ordering, persistence_id, sequence_number, deleted FROM journal NOT INDEXED ORDER BY ordering DESC LIMIT 1";
        using var reader = command.ExecuteReader();
        return reader.Read() ? (reader.GetValue(0), reader.GetValue(1), reader.GetValue(2), reader.GetValue(3)) : null;
    }

    private static object? Value(SqliteConnection connection, string statement, string serverId)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        command.Parameters.AddWithValue("@id", serverId);
        return command.ExecuteScalar() is var value and not DBNull ? value : null;
    }
}
