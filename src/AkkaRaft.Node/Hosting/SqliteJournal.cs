using System.Data.Common;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Persistence.Sql.Config;
using LinqToDB;
using Microsoft.Data.Sqlite;

namespace AkkaRaft.Node.Hosting;

/// <summary>
/// Makes a SQLite file safe for a Raft journal. Akka's plugin opens a connection for each transaction, from a pool that the process shares
/// by connection string, and a pooled connection keeps the settings of its former user. So the settings are set on each connection as it
/// is opened.
/// </summary>
internal static class SqliteJournal
{
    private const string Plugin = "akka.persistence.journal.sql";
    private const long FullSynchronous = 2;

    /// <summary>
    /// The tables of Akka's plugin, without its indexes on the record's number and the time of writing alone: no query of a journal uses
    /// them, and each is another page to write in each transaction. An earlier build makes them again when it opens the file.
    /// </summary>
    private const string Tables =
        """
        CREATE TABLE IF NOT EXISTS journal (
          ordering INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
          created INTEGER NOT NULL,
          deleted Bit NOT NULL,
          persistence_id NVarChar(255) NOT NULL,
          sequence_number INTEGER NOT NULL,
          message VarBinary NOT NULL,
          manifest NVarChar(500) NULL,
          identifier INTEGER NULL,
          writer_uuid NVarChar(128) NULL);
        CREATE UNIQUE INDEX IF NOT EXISTS journal_uq ON journal (persistence_id, sequence_number);
        CREATE TABLE IF NOT EXISTS tags (
          ordering_id INTEGER NOT NULL,
          tag NVarChar(64) NOT NULL,
          sequence_nr INTEGER NOT NULL,
          persistence_id NVarChar(255) NOT NULL,
          CONSTRAINT PK_tags PRIMARY KEY (ordering_id, tag));
        DROP INDEX IF EXISTS journal_created_idx;
        DROP INDEX IF EXISTS journal_sequence_number_idx;
        """;

    /// <summary>Whether a node's journal is a SQLite file.</summary>
    public static bool IsUsedBy(Config config) =>
        config.GetString("akka.persistence.journal.plugin") == Plugin
        && config.GetString($"{Plugin}.provider-name") is { } provider
        && provider.StartsWith("SQLite", StringComparison.OrdinalIgnoreCase);

    /// <summary>Prepares a server's journal, and makes sure that it is whole at its end.</summary>
    /// <param name="config">The node's whole configuration.</param>
    /// <param name="serverId">Whose journal it is.</param>
    /// <param name="isNew">Whether it is to be made if it is not there.</param>
    /// <exception cref="NodeException">It cannot be opened, is missing, is not the server's, or has lost its end.</exception>
    public static void Open(Config config, string serverId, bool isNew)
    {
        const string remedy = "Remove this server from its cluster, wipe its data directory, and add it anew.";
        var connectionString = ConnectionStringOf(config);
        var file = new SqliteConnectionStringBuilder(connectionString).DataSource;
        if (!isNew && new FileInfo(file) is not { Exists: true, Length: > 0 })
        {
            throw new NodeException(
                $"The journal {file} is missing or empty, and was there: its server has forgotten its votes and its log. {remedy}",
                ExitCodes.Failure);
        }

        Prepare(config);
        try
        {
            using var connection = new SqliteConnection(connectionString);
            connection.Open();
            if (JournalTail.Of(connection, serverId).Fault(serverId) is { } fault)
            {
                throw new NodeException($"The journal {file} is damaged: {fault}. {remedy}", ExitCodes.Failure);
            }
        }
        catch (SqliteException failure)
        {
            throw new NodeException($"The journal {file} is damaged: {failure.Message}. {remedy}", ExitCodes.Failure, failure);
        }
    }

    /// <summary>
    /// Puts the file into WAL mode, which the file keeps, makes the tables that it lacks, and checks that a commit is on disk when it
    /// returns.
    /// </summary>
    /// <exception cref="NodeException">The file cannot be opened, or its disk or SQLite cannot do this.</exception>
    public static void Prepare(Config config)
    {
        var connectionString = ConnectionStringOf(config);
        var file = new SqliteConnectionStringBuilder(connectionString).DataSource;
        try
        {
            using var connection = new SqliteConnection(connectionString);
            connection.Open();
            MakeSafe(connection);
            var mode = (string?)Scalar(connection, "PRAGMA journal_mode=WAL");
            if (NeedsTables(connection))
            {
                Scalar(connection, $"BEGIN IMMEDIATE; {Tables} COMMIT");
            }

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

    /// <summary>The setup of an actor system without remoting; see <see cref="SystemOf"/>.</summary>
    public static ActorSystemSetup SetupOf(Config config)
    {
        var (prepared, setups) = SystemOf(config);
        return ActorSystemSetup.Create([BootstrapSetup.Create().WithConfig(prepared), .. setups]);
    }

    /// <summary>The configuration and setups of an actor system in which each journal connection to SQLite is safe.</summary>
    public static (Config Config, IReadOnlyList<Setup> Setups) SystemOf(Config config)
    {
        if (!IsUsedBy(config))
        {
            return (config, []);
        }

        // The tables are there. The plugin would take the write lock to make sure of it, and would make its indexes again.
        var prepared = ConfigurationFactory.ParseString($"{Plugin}.auto-initialize = off").WithFallback(config);
        var connections = new MultiDataOptionsSetup();
        connections.AddDataOptions(
            Plugin,
            new DataOptions()
                .UseConnectionString(config.GetString($"{Plugin}.provider-name"), ConnectionStringOf(config))
                .UseAfterConnectionOpened(MakeSafe, MakeSafeAsync));
        return (prepared, [connections]);
    }

    /// <summary>Makes SQLite sync the write-ahead log in each commit on this connection.</summary>
    public static void MakeSafe(DbConnection connection) => Scalar(connection, "PRAGMA synchronous=FULL");

    private static Task MakeSafeAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        MakeSafe(connection);
        return Task.CompletedTask;
    }

    /// <summary>Whether tables or indexes have to change, which takes the write lock.</summary>
    private static bool NeedsTables(SqliteConnection connection) => (long?)Scalar(
        connection,
        """
        SELECT count(*) FILTER (WHERE name IN ('journal', 'journal_uq', 'tags')) <> 3
          OR count(*) FILTER (WHERE name IN ('journal_created_idx', 'journal_sequence_number_idx')) > 0
        FROM sqlite_master
        """) != 0;

    private static string ConnectionStringOf(Config config) => config.GetString($"{Plugin}.connection-string");

    private static object? Scalar(DbConnection connection, string statement)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        return command.ExecuteScalar();
    }
}
