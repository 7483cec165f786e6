using System.Net.Sockets;
using AkkaRaft.Server;
using Npgsql;

namespace AkkaRaft.Node.Hosting;

/// <summary>
/// Checks that the settings of a PostgreSQL database are safe for a Raft journal, and keeps other processes out of this server's journal. A
/// session of its own holds an advisory lock while the node runs, and repeats the check of the settings.
/// </summary>
internal sealed class PostgresDatabase : IAsyncDisposable
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long to wait while another session holds the lock. The lock of a killed process is released when its socket closes. That of a
    /// machine that has failed is released when its keep-alive probes fail: after <see cref="ProbeAfterSeconds"/> and three more probes.
    /// </summary>
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(30);

    private const int ProbeAfterSeconds = 5;

    private readonly NpgsqlConnectionStringBuilder _settings;
    private readonly string _serverId;
    private readonly bool _waits;
    private readonly CancellationTokenSource _end = new();
    private NpgsqlConnection? _session;
    private bool _isWarned;

    private PostgresDatabase(NpgsqlConnectionStringBuilder settings, string serverId, bool waits)
    {
        (_settings, _serverId, _waits) = (settings, serverId, waits);
        Refusal = Task.CompletedTask;
    }

    /// <summary>
    /// Fails with a <see cref="NodeException"/> when the settings are no longer safe, or another process has the journal. Otherwise it ends
    /// when this is disposed of.
    /// </summary>
    public Task Refusal { get; private set; }

    private string Place => $"{_settings.Host}:{_settings.Port}";

    private string Name => $"The journal's database '{_settings.Database ?? _settings.Username}' at {Place}";

    /// <summary>Opens the database, with the very settings of the journal's plugin, and takes the server's journal in it.</summary>
    /// <param name="connectionString">The plugin's connection string.</param>
    /// <param name="serverId">Whose journal it is.</param>
    /// <param name="waits">Whether to wait for a server that does not answer, and say so; else that is refused.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="NodeException">
    /// The database is not there, would lose writes, or another process has the server's journal in it.
    /// </exception>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public static async Task<PostgresDatabase> OpenAsync(
        string connectionString, string serverId, bool waits, CancellationToken cancellation)
    {
        var database = new PostgresDatabase(Read(connectionString, serverId), serverId, waits);
        try
        {
            await database.TakeAsync(cancellation);
            database.Refusal = database.WatchAsync(new NpgsqlConnection(connectionString));
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Refusal.ContinueWith(_ => { }, TaskScheduler.Default);
        await CloseAsync();
        _end.Dispose();
    }

    private static NpgsqlConnectionStringBuilder Read(string connectionString, string serverId)
    {
        try
        {
            // A pooled connection would keep the lock after it was closed.
            return new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, ApplicationName = $"akkaraft {serverId}" };
        }
        catch (Exception failure) when (failure is ArgumentException or FormatException)
        {
            throw new NodeException(
                $"akka.persistence.journal.sql.connection-string is not one of Npgsql's: {failure.Message.ReplaceLineEndings(" ")}",
                ExitCodes.WrongUse,
                failure);
        }
    }

    /// <summary>Tries until a session has the lock, on a database with safe settings.</summary>
    private async Task TakeAsync(CancellationToken cancellation)
    {
        var wait = FirstWait;
        var told = "";
        var lockedSince = default(DateTime?);
        while (true)
        {
            string why;
            try
            {
                await OpenSessionAsync(cancellation);
                why = await CheckSettingsAsync(_session!, cancellation) ?? await TryLockAsync(_session!, cancellation) ?? "";
                if (why.Length == 0)
                {
                    if (told.Length > 0)
                    {
                        Console.Error.WriteLine($"{Name} answers.");
                    }

                    return;
                }

                lockedSince ??= DateTime.UtcNow;
            }
            catch (Exception failure) when (IsTemporary(failure))
            {
                why = $"does not answer: {WordsOf(failure)}";
                lockedSince = null;
            }
            catch (NpgsqlException failure)
            {
                throw Refused(failure);
            }

            await CloseAsync();
            if (!_waits || DateTime.UtcNow - lockedSince > LockPatience)
            {
                throw new NodeException($"{Name} {why}.", ExitCodes.Failure);
            }

            if (why != told)
            {
                Console.Error.WriteLine($"{_serverId} waits. {Name} {why}.");
                told = why;
            }

            await Task.Delay(wait, cancellation);
            wait = TimeSpan.FromTicks(Math.Min(2 * wait.Ticks, LongestWait.Ticks));
        }
    }

    private async Task OpenSessionAsync(CancellationToken cancellation)
    {
        _session = new NpgsqlConnection(_settings.ConnectionString);
        await _session.OpenAsync(cancellation);
    }

    private async Task CloseAsync()
    {
        if (_session is { } session)
        {
            _session = null;
            await session.DisposeAsync();
        }
    }

    /// <summary>Checks that a commit is on disk when it returns.</summary>
    /// <returns>A condition that may be temporary, or null.</returns>
    /// <exception cref="NodeException">Commits would be lost.</exception>
    private async Task<string?> CheckSettingsAsync(NpgsqlConnection session, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "SELECT current_setting('synchronous_commit'), current_setting('fsync'), current_setting('full_page_writes'),"
            + " pg_is_in_recovery(), current_setting('default_transaction_read_only')",
            session);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);

        // All values of synchronous_commit but this one wait until the server itself has the commit on disk.
        RefuseOff("synchronous_commit", row.GetString(0));
        RefuseOff("fsync", row.GetString(1));
        if (row.GetString(2) == "off" && !_isWarned)
        {
            _isWarned = true;
            Console.Error.WriteLine(
                $"{Name} has full_page_writes = off: after a power failure a page may be torn, unless the file system rules that out.");
        }

        return row.GetBoolean(3) ? "is a standby, which takes no writes"
            : row.GetString(4) == "on" ? "is read-only (default_transaction_read_only = on)"
            : null;
    }

    private void RefuseOff(string setting, string value)
    {
        if (value == "off")
        {
            throw new NodeException(
                $"{Name} would lose writes: it has {setting} = off. Set it to on, for the server, the database and the role.",
                ExitCodes.Failure);
        }
    }

    /// <summary>Takes the lock, unless another session has it.</summary>
    /// <returns>The session that has it, or null.</returns>
    private async Task<string?> TryLockAsync(NpgsqlConnection session, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"""
            SELECT set_config('tcp_keepalives_idle', '{ProbeAfterSeconds}', false),
                set_config('tcp_keepalives_interval', '{ProbeAfterSeconds}', false), set_config('tcp_keepalives_count', '3', false),
                pg_try_advisory_lock(hashtextextended($1, 0)),
                (SELECT 'process ' || s.pid || ' of the server, ' || s.application_name || coalesce(' from ' || host(s.client_addr), '')
                 FROM pg_locks l JOIN pg_stat_activity s ON s.pid = l.pid
                 WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND s.datname = current_database()
                     AND (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended($1, 0) AND s.pid <> pg_backend_pid() LIMIT 1)
            """,
            session);
        command.Parameters.Add(new NpgsqlParameter { Value = $"akkaraft {_serverId}" });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return row.GetBoolean(3)
            ? null
            : $"is in use: another process has the journal of '{_serverId}'"
                + $" ({(row.IsDBNull(4) ? "which was not found" : row.GetString(4))}). Stop it first";
    }

    /// <summary>
    /// Keeps the session. The lock is lost when the database server stops, and is taken again as soon as it answers. The connections in the
    /// plugin's pool are broken then, so the pool is cleared, or the next write would fail.
    /// </summary>
    private async Task WatchAsync(NpgsqlConnection pooled)
    {
        try
        {
            while (true)
            {
                try
                {
                    // There are no notifications: the wait ends at its time-out, or with the connection.
                    await _session!.WaitAsync(CheckInterval, _end.Token);
                    await CheckSettingsAsync(_session!, _end.Token);
                }
                catch (Exception failure) when (failure is NpgsqlException or SocketException or TimeoutException)
                {
                    NpgsqlConnection.ClearPool(pooled);
                    await CloseAsync();
                    await TakeAsync(_end.Token);
                    NpgsqlConnection.ClearPool(pooled);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
        finally
        {
            await pooled.DisposeAsync();
        }
    }

    private NodeException Refused(NpgsqlException failure)
    {
        var remedy = (failure as PostgresException)?.SqlState switch
        {
            PostgresErrorCodes.InvalidCatalogName => $" Make it: CREATE DATABASE {_settings.Database}",
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
                " Look at Username and Password in akka.persistence.journal.sql.connection-string, and at the server's pg_hba.conf",
            _ => "",
        };
        return new NodeException($"{Name} cannot be used: {WordsOf(failure)}.{remedy}".TrimEnd('.') + ".", ExitCodes.Failure, failure);
    }

    /// <summary>Whether the database server is down, starts, stops, or has too many sessions.</summary>
    private static bool IsTemporary(Exception failure) =>
        failure is NpgsqlException { IsTransient: true } or SocketException or TimeoutException;

    private static string WordsOf(Exception failure) =>
        failure is PostgresException answer ? answer.MessageText : FailureWords.Of(failure);
}
