using System.Data.Common;
using Akka.Persistence.Sql.Db;
using Akka.Persistence.Sql.Journal;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Engine.Tests.Persistence.Sql;

/// <summary>What the journal's writing thread does when the storage fails; the faults are the dialect's, or SQLite's own.</summary>
public sealed class SqlFailureSpec : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("sql-failure-").FullName;
    private readonly FaultyDialect _dialect = new();
    private readonly SqlWorker _worker;

    public SqlFailureSpec() => _worker = new SqlWorker("writer", new SqlSession(_dialect, ConnectionString, _dialect.CreateJournal));

    private string ConnectionString => $"Data Source={Path.Combine(_directory, "test.db")}";

    public void Dispose()
    {
        _dialect.Release.Set();
        _worker.Stop();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Commits_are_durable_when_they_return()
    {
        const long Full = 2;
        Assert.Equal("wal", await Pragma("journal_mode"));
        Assert.Equal(Full, await Pragma("synchronous"));
    }

    [Fact]
    public async Task Writes_that_wait_together_are_committed_together()
    {
        await Hold();
        var writes = Enumerable.Range(1, 20).Select(n => Write("a", n)).ToArray();
        _dialect.Release.Set();
        await Task.WhenAll(writes);

        Assert.Equal(1, _dialect.Commits);
        Assert.Equal(20L, await Count());
    }

    [Fact]
    public async Task A_failed_commit_fails_all_writes_of_its_batch_and_those_that_wait()
    {
        await Hold();
        _dialect.Failures.Enqueue(new SqliteException("disk I/O error", raw.SQLITE_IOERR));
        var writes = Enumerable.Range(1, 150).Select(n => Write("a", n)).ToArray();
        _dialect.Release.Set();

        foreach (var write in writes)
            Assert.Equal(raw.SQLITE_IOERR, (await Assert.ThrowsAsync<SqliteException>(() => write)).SqliteErrorCode);
        Assert.Equal(0L, await Count());
    }

    [Fact]
    public async Task After_a_failed_commit_a_new_connection_is_used_once_the_database_is_found_sane()
    {
        await Write("a", 1);
        _dialect.Failures.Enqueue(new SqliteException("disk I/O error", raw.SQLITE_IOERR));
        await Assert.ThrowsAsync<SqliteException>(() => Write("a", 2));
        await Write("a", 2);

        Assert.Equal((2, 1), (_dialect.Opened, _dialect.Examined));
        Assert.Equal(2L, await Count());
    }

    [Fact]
    public async Task A_damaged_database_is_not_written_to()
    {
        await Write("a", 1);
        _dialect.Failures.Enqueue(new SqliteException("disk I/O error", raw.SQLITE_IOERR));
        await Assert.ThrowsAsync<SqliteException>(() => Write("a", 2));
        _dialect.Damage = new IOException("damaged");

        Assert.Equal("damaged", (await Assert.ThrowsAsync<IOException>(() => Write("a", 2))).Message);
        Assert.Equal("damaged", (await Assert.ThrowsAsync<IOException>(() => Write("a", 2))).Message);
    }

    [Fact]
    public async Task A_number_that_is_taken_fails_its_own_write_alone()
    {
        await Write("a", 1);
        await Hold();
        var (before, taken, after) = (Write("b", 1), Write("a", 1), Write("c", 1));
        _dialect.Release.Set();

        await before;
        Assert.Equal(raw.SQLITE_CONSTRAINT, (await Assert.ThrowsAsync<SqliteException>(() => taken)).SqliteErrorCode);
        await after;
        Assert.Equal(3L, await Count());
    }

    [Fact]
    public async Task A_full_disk_refuses_writes_with_that_reason_and_takes_them_again_when_there_is_room()
    {
        await Write("a", 1);
        await Pragma("max_page_count = 20");
        var refused = await Assert.ThrowsAsync<SqliteException>(() => Write("a", 2, 200_000));
        Assert.Equal(raw.SQLITE_FULL, refused.SqliteErrorCode);
        Assert.Contains("full", refused.Message);
        Assert.Equal(1L, await Count());

        await Pragma("max_page_count = 100000");
        await Write("a", 2, 200_000);
        Assert.Equal((1, 0), (_dialect.Opened, _dialect.Examined));
    }

    [Fact]
    public async Task A_full_buffer_takes_no_more()
    {
        await Hold();
        Assert.True(_worker.TryEnqueue(NewWrite("a", 1), 2));
        Assert.True(_worker.TryEnqueue(NewWrite("a", 2), 2));
        Assert.False(_worker.TryEnqueue(NewWrite("a", 3), 2));
    }

    [Fact]
    public async Task What_waits_at_the_end_is_still_written()
    {
        await Hold();
        var write = Write("a", 1);
        var stopping = Task.Run(_worker.Stop);
        _dialect.Release.Set();
        await stopping;

        await write;
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Write("a", 2));
    }

    private static JournalWrite NewWrite(string id, long sequenceNr, int size = 10) => new(
        [new JournalRow(id, sequenceNr, DateTime.UtcNow.Ticks, new byte[size], "N", 4711, [])], "writer", batchSize: 100);

    private Task Write(string id, long sequenceNr, int size = 10)
    {
        var write = NewWrite(id, sequenceNr, size);
        Assert.True(_worker.TryEnqueue(write, int.MaxValue));
        return write.Committed;
    }

    /// <summary>Keeps the thread busy until it is released, so that what comes now waits.</summary>
    private async Task Hold()
    {
        var holding = new TaskCompletionSource();
        _ = _worker.Run(_ =>
        {
            holding.SetResult();
            _dialect.Commits = 0;
            return _dialect.Release.Wait(TimeSpan.FromSeconds(20));
        });
        await holding.Task;
    }

    private Task<long> Count() =>
        _worker.Run(session => session.Read(() => (long)session.Statement("SELECT COUNT(*) FROM journal").ExecuteScalar()!));

    private Task<object?> Pragma(string setting) =>
        _worker.Run(session => session.Read(() => session.Statement($"PRAGMA {setting}").ExecuteScalar()));

    private sealed class FaultyDialect : SqliteDialect
    {
        public ManualResetEventSlim Release { get; } = new();

        public Queue<Exception> Failures { get; } = new();

        public Exception? Damage { get; set; }

        public int Opened { get; private set; }

        public int Examined { get; private set; }

        public int Commits { get; set; }

        public override DbConnection Open(string connectionString)
        {
            Opened++;
            return base.Open(connectionString);
        }

        public override void Commit(DbTransaction transaction)
        {
            if (Failures.TryDequeue(out var failure))
                throw failure;
            base.Commit(transaction);
            Commits++;
        }

        public override void EnsureSane(DbConnection connection)
        {
            Examined++;
            if (Damage is not null)
                throw Damage;
            base.EnsureSane(connection);
        }
    }
}
