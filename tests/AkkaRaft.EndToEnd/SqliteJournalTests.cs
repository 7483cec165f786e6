using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Sql;
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.Node.Hosting;
using Microsoft.Data.Sqlite;

namespace AkkaRaft.EndToEnd;

/// <summary>The connections and the tables of a SQLite journal.</summary>
public sealed class SqliteJournalTests
{
    private static readonly string[] OwnSchema = ["table journal", "table tags", "index journal_uq"];

    [Fact]
    public async Task A_connection_that_somebody_left_unsafe_in_the_pool_syncs_in_the_journals_hands()
    {
        using var folder = new TemporaryFolder();
        var (config, connectionString) = ConfigFor(folder);
        SqliteJournal.Prepare(config);
        Assert.Equal(0L, Execute(connectionString, "PRAGMA synchronous=OFF; PRAGMA synchronous"));
        Assert.Equal(0L, Execute(connectionString, "PRAGMA synchronous"));

        var system = ActorSystem.Create("test", SqliteJournal.SetupOf(config));
        try
        {
            var written = new TaskCompletionSource();
            system.ActorOf(Props.Create(() => new Writer(written)));
            await written.Task.WaitAsync(TimeSpan.FromMinutes(1));
            Assert.Equal(2L, Execute(connectionString, "PRAGMA synchronous"));
        }
        finally
        {
            await system.Terminate();
            SqliteConnection.ClearAllPools();
        }

        Assert.Equal(1L, Execute(connectionString, "SELECT count(*) FROM journal"));
        Assert.Equal(OwnSchema, FactsOf(folder).Schema);
    }

    [Fact]
    public void A_file_of_an_earlier_build_loses_the_indexes_that_nothing_reads_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var (config, connectionString) = ConfigFor(folder);
        File.Copy(
            Path.Combine(AppContext.BaseDirectory, "Data", "first-format", "raft.db"), JournalFile.PathIn(folder.Path));
        Assert.Contains("index journal_created_idx", FactsOf(folder).Schema);

        SqliteJournal.Prepare(config);
        SqliteJournal.Prepare(config);

        Assert.DoesNotContain(FactsOf(folder).Schema, name => name.EndsWith("_idx", StringComparison.Ordinal) && name.Contains("journal_"));
        Assert.Equal(19L, Execute(connectionString, "SELECT count(*) FROM journal"));
        Assert.Equal(("wal", "full"), (FactsOf(folder).JournalMode, FactsOf(folder).Synchronous));
    }

    private static (Config Config, string ConnectionString) ConfigFor(TemporaryFolder folder)
    {
        var connectionString = $"Data Source={JournalFile.PathIn(folder.Path)}";
        var config = ConfigurationFactory.ParseString(
            $$"""
            akka.loglevel = WARNING
            akka.persistence.journal {
              plugin = "akka.persistence.journal.sql"
              sql { provider-name = "SQLite.MS", connection-string = "{{connectionString}}" }
            }
            """);
        return (config.WithFallback(Raft.DefaultConfig).WithFallback(SqlPersistence.DefaultConfiguration), connectionString);
    }

    private static JournalFileFacts FactsOf(TemporaryFolder folder)
    {
        using var journal = JournalFile.Open(JournalFile.PathIn(folder.Path));
        return journal.Facts()!;
    }

    private static object? Execute(string connectionString, string statement)
    {
        using var connection = new SqliteConnection(connectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        return command.ExecuteScalar();
    }

    private sealed class Writer : ReceivePersistentActor
    {
        public Writer(TaskCompletionSource written)
        {
            SnapshotPluginId = "akka-raft.no-snapshot-store";
            RecoverAny(_ => { });
            Command<string>(text => Persist(text, _ => written.SetResult()));
            Self.Tell("event");
        }

        public override string PersistenceId => "writer";
    }
}
