using System.Collections.Concurrent;
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.KeyValue;
using Microsoft.Data.Sqlite;

namespace AkkaRaft.EndToEnd;

/// <summary>A journal that another program holds the write lock of, as a backup tool may for a while.</summary>
public sealed class LockedJournalTests
{
    [Fact]
    public async Task A_node_behind_a_locked_journal_reads_it_says_what_holds_it_up_waits_and_comes_back()
    {
        var log = new ConcurrentQueue<string>();
        await using var cluster = TestCluster.Start(new TestClusterOptions
        {
            Nodes = 1,
            Overrides =
                """
                akka.persistence.journal.sql.connection-string = "Data Source="${akkaraft.data-directory}"/raft.db;Default Timeout=1"
                akka-raft { restart-backoff-min = 100ms, restart-backoff-max = 200ms }
                """,
            Output = (_, line) => log.Enqueue(line),
        });
        await cluster.SetAsync("colour", "blue");
        await cluster.KillAsync(0);
        log.Clear();

        using (Lock(cluster.JournalFile(0)))
        {
            cluster.StartNode(0);
            await LinesAsync(1, "starts from its journal with last index");
            await LinesAsync(2, "a write to the journal failed", "database is locked");
            await LinesAsync(2, "starts again from its journal in");
            Assert.True(cluster.IsRunning(0), cluster.LastLines(0));
        }

        Assert.Equal("blue", (await cluster.Client.QueryAsync<KeyRead>(new GetKey("colour"))).Value);
        await cluster.SetAsync("colour", "green");

        Task LinesAsync(int count, params string[] words) => Eventually.IsTrueAsync(
            $"{count} lines with: {string.Join(", ", words)}", () => Task.FromResult(log.Count(line => words.All(line.Contains)) >= count));
    }

    /// <summary>Takes the write lock, until what it gives back is disposed of.</summary>
    private static SqliteConnection Lock(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        command.ExecuteNonQuery();
        return connection;
    }
}
