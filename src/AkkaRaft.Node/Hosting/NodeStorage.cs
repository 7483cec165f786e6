using Akka.Configuration;

namespace AkkaRaft.Node.Hosting;

/// <summary>A node's durable state, held by this process alone: its data directory, and its journal, which may be a database.</summary>
internal sealed class NodeStorage : IAsyncDisposable
{
    private const string SqlJournal = "akka.persistence.journal.sql";
    private readonly PostgresDatabase? _database;

    private NodeStorage(DataDirectory directory, PostgresDatabase? database)
    {
        Directory = directory;
        _database = database;
        Refusal = database?.Refusal ?? Task.Delay(Timeout.Infinite);
    }

    /// <summary>The node's folder.</summary>
    public DataDirectory Directory { get; }

    /// <summary>Fails with a <see cref="NodeException"/> when the journal must not be written to any more.</summary>
    public Task Refusal { get; }

    /// <summary>Takes a node's data directory, and makes sure that its journal is fit for use.</summary>
    /// <param name="config">The node's whole configuration.</param>
    /// <param name="settings">The node's settings.</param>
    /// <param name="waits">Whether to wait for a database server that does not answer.</param>
    /// <param name="cancellation">Ends that wait.</param>
    /// <exception cref="NodeException">One of them is not this node's, is in use, or cannot be used.</exception>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public static async Task<NodeStorage> OpenAsync(
        Config config, RaftSettings settings, bool waits, CancellationToken cancellation = default)
    {
        var directory = DataDirectory.Open(
            config.GetString("akkaraft.data-directory"), settings.ClusterId, settings.ServerId.Value);
        try
        {
            var storage = new NodeStorage(directory, await OpenJournalAsync(config, settings, directory, waits, cancellation));
            directory.Name();
            return storage;
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_database is { } database)
        {
            await database.DisposeAsync();
        }

        Directory.Dispose();
    }

    private static async Task<PostgresDatabase?> OpenJournalAsync(
        Config config, RaftSettings settings, DataDirectory directory, bool waits, CancellationToken cancellation)
    {
        var plugin = settings.JournalPluginId.Length > 0
            ? settings.JournalPluginId
            : config.GetString("akka.persistence.journal.plugin");
        if (plugin != SqlJournal)
        {
            return null;
        }

        var connectionString = config.GetString($"{SqlJournal}.connection-string");
        switch (config.GetString($"{SqlJournal}.provider-name"))
        {
            case "SQLite" or "SQLite.MS":
                SqliteJournal.Open(config, settings.ServerId.Value, isNew: directory.IsNew);
                return null;
            case { } name when name.StartsWith("PostgreSQL", StringComparison.Ordinal):
                return await PostgresDatabase.OpenAsync(connectionString, settings.ServerId.Value, waits, cancellation);
            case var other:
                throw new NodeException(
                    $"{SqlJournal}.provider-name is '{other}': a node keeps its journal in SQLite (SQLite.MS)"
                        + " or in PostgreSQL (PostgreSQL.15).",
                    ExitCodes.WrongUse);
        }
    }
}
