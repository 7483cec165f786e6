using Microsoft.Data.Sqlite;

namespace AkkaRaft.Node.Hosting;

/// <summary>Makes sure that a SQLite file is fit for a Raft journal before the engine opens it, whichever engine that is.</summary>
internal static class SqliteFile
{
    private const long FullSynchronous = 2;

    /// <summary>Puts the file into WAL mode, which the file keeps, and checks that a commit is on disk when it returns.</summary>
    /// <exception cref="NodeException">The file cannot be opened, or SQLite was built to leave commits in memory.</exception>
    public static void Prepare(string connectionString)
    {
        var file = new SqliteConnectionStringBuilder(connectionString).DataSource;
        try
        {
            using var connection = new SqliteConnection(connectionString);
            connection.Open();
            var mode = (string?)Scalar(connection, "PRAGMA journal_mode=WAL");
            var synchronous = (long?)Scalar(connection, "PRAGMA synchronous");
            if (mode != "wal" || synchronous != FullSynchronous)
            {
                throw new NodeException(
                    $"The journal {file} would lose writes: SQLite gives journal_mode={mode} and synchronous={synchronous},"
                    + " not wal and 2 (FULL).",
                    ExitCodes.Failure);
            }
        }
        catch (SqliteException failure)
        {
            throw new NodeException($"The journal {file} cannot be opened: {failure.Message}", ExitCodes.Failure, failure);
        }
    }

    private static object? Scalar(SqliteConnection connection, string statement)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        return command.ExecuteScalar();
    }
}
