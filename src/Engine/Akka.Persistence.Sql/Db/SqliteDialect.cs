using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Akka.Persistence.Sql.Db;

internal class SqliteDialect : SqlDialect
{
    public const string ProviderName = "SQLite.MS";

    private const int BusyTimeoutMilliseconds = 5000;

    static SqliteDialect() => Batteries_V2.Init();

    public override IReadOnlyList<string> CreateJournal { get; } =
    [
        """
        CREATE TABLE IF NOT EXISTS journal (
            ordering INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
            created BIGINT NOT NULL,
            deleted BIT NOT NULL,
            persistence_id NVARCHAR(255) NOT NULL,
            sequence_number BIGINT NOT NULL,
            message BLOB NOT NULL,
            manifest NVARCHAR(500),
            identifier INTEGER,
            writer_uuid NVARCHAR(128)
        )
        """,
        "CREATE UNIQUE INDEX IF NOT EXISTS journal_uq ON journal (persistence_id, sequence_number)",
        "CREATE INDEX IF NOT EXISTS journal_created_idx ON journal (created)",
        "CREATE INDEX IF NOT EXISTS journal_sequence_number_idx ON journal (sequence_number)",
        """
        CREATE TABLE IF NOT EXISTS tags (
            ordering_id BIGINT NOT NULL,
            tag NVARCHAR(64) NOT NULL,
            sequence_nr BIGINT NOT NULL,
            persistence_id NVARCHAR(255) NOT NULL,
            PRIMARY KEY (ordering_id, tag)
        )
        """,
    ];

    public override IReadOnlyList<string> CreateSnapshots { get; } =
    [
        """
        CREATE TABLE IF NOT EXISTS snapshot (
            persistence_id NVARCHAR(255) NOT NULL,
            sequence_number BIGINT NOT NULL,
            created BIGINT NOT NULL,
            snapshot BLOB NOT NULL,
            manifest NVARCHAR(500),
            serializer_id INTEGER,
            PRIMARY KEY (persistence_id, sequence_number)
        )
        """,
    ];

    public override DbConnection Open(string connectionString)
    {
        // A pooled connection would outlive its failure.
        var settings = new SqliteConnectionStringBuilder(connectionString) { Pooling = false };
        var connection = new SqliteConnection(settings.ToString());
        try
        {
            connection.Open();
            Execute(connection, $"PRAGMA busy_timeout = {BusyTimeoutMilliseconds}");

            // In WAL mode a reader elsewhere does not stop the writer. SQLite's default for it loses commits with the power.
            Execute(connection, "PRAGMA journal_mode = WAL");
            Execute(connection, "PRAGMA synchronous = FULL");
            return connection;
        }
        catch (Exception)
        {
            connection.Dispose();
            throw;
        }
    }

    public override bool IsConflict(Exception e) => e is SqliteException { SqliteErrorCode: raw.SQLITE_CONSTRAINT };

    public override bool IsHarmless(Exception e) => e switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode is raw.SQLITE_CONSTRAINT or raw.SQLITE_FULL or raw.SQLITE_BUSY
            or raw.SQLITE_LOCKED or raw.SQLITE_READONLY or raw.SQLITE_TOOBIG,
        _ => e is not (DbException or IOException),
    };

    public override void EnsureSane(DbConnection connection)
    {
        var verdict = Execute(connection, "PRAGMA quick_check(1)") as string;
        if (verdict != "ok")
            throw new IOException($"SQLite finds the database '{connection.DataSource}' damaged: {verdict}");

        // What a failed fsync left of the log in memory is not on the disk, though a later fsync may say so. Moving the whole
        // log into the database writes it anew.
        Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    private static object? Execute(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
