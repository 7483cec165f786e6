using System.Collections.Concurrent;
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.KeyValue;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.EndToEnd;

/// <summary>Journals in PostgreSQL: what holds of those in SQLite holds of them, when the database server is killed as well.</summary>
public sealed class PostgresTests
{
    private const string Sql = "akka.persistence.journal.sql";

    [Fact]
    public async Task Nodes_and_their_database_server_killed_under_load_lose_no_acknowledged_write()
    {
        await using var server = await PostgresServer.StartNewAsync();
        await MakeDatabasesAsync(server, "node1", "node2", "node3");
        await server.KillAsync();

        var lines = new ConcurrentQueue<string>();
        await using var cluster = TestCluster.Start(new TestClusterOptions
        {
            Overrides = server.Overrides,
            Output = (node, line) => lines.Enqueue($"{node}: {line}"),
        });
        await LineAsync(lines, "all nodes to wait for PostgreSQL", count: 3, "waits", "does not answer", "refused");
        await server.StartAsync();
        await cluster.SetAsync("colour", "blue");
        foreach (var node in cluster.Nodes)
        {
            await using var session = ClientSession.Start([node.Contact], TimeSpan.FromSeconds(60));
            Assert.Equal("blue", (await session.Client.QueryAsync<KeyRead>(new GetKey("colour"))).Value);
            Assert.False(File.Exists(Path.Combine(cluster.Folder, node.Name, "raft.db")), "The journal is in SQLite.");
        }

        await cluster.Session.KeyValue.DeleteAsync("colour");
        var inUse = await Assert.ThrowsAsync<NodeException>(
            () => PostgresDatabase.OpenAsync(server.JournalOf("node1"), "node1", waits: false, CancellationToken.None));
        Assert.Contains("is in use", inUse.Message);

        await using (var writers = new Writers(cluster, clients: 4))
        {
            for (var round = 0; round < 3; round++)
            {
                await writers.MoreAcknowledgementsAsync(100);
                var leader = await ClusterChecks.LeaderAsync(cluster);
                await cluster.KillAsync(leader);
                await writers.MoreAcknowledgementsAsync(100);
                cluster.StartNode(leader);
                await writers.MoreAcknowledgementsAsync(100);

                await server.KillAsync();
                await server.StartAsync();
            }

            await writers.MoreAcknowledgementsAsync(100);
            await writers.StopAsync();
            await ClusterChecks.AssertNothingLostAndNothingInventedAsync(cluster, writers);
            await ClusterChecks.AssertNodesAgreeAsync(cluster);
        }

        await LineAsync(lines, "the cause of a failed write in a node's words", count: 1, "a write to the journal failed");
        await cluster.KillAllAsync();
        var inspected = await CommandLineRun.RunAsync("inspect", cluster.DataFolder(0), "--journal", server.JournalOf("node1"));
        Assert.True(inspected.ExitCode == 0, inspected.Output + inspected.Error);
        Assert.Contains("All checksums are right.", inspected.Output);
        (await CommandLineRun.RunAsync("inspect", cluster.DataFolder(0))).AssertRefused(1, "raft.db", "--journal");
    }

    [Fact]
    public async Task A_database_that_would_lose_writes_or_is_not_there_is_refused_at_start_with_one_line()
    {
        await using var server = await PostgresServer.StartNewAsync();
        await MakeDatabasesAsync(server, "node1");
        await server.ExecuteAsync("ALTER DATABASE akkaraft_node1 SET synchronous_commit = off");
        using var folder = new TemporaryFolder();

        (await RunNodeAsync(server, folder, "node1")).AssertRefused(1, "akkaraft_node1", "would lose writes", "synchronous_commit = off");
        (await RunNodeAsync(server, folder, "node2")).AssertRefused(1, "akkaraft_node2", "does not exist", "CREATE DATABASE");
        (await RunNodeAsync(server, folder, "node3", $"{Sql}.provider-name=MySql")).AssertRefused(2, "MySql", "SQLite.MS", "PostgreSQL.15");
        (await RunNodeAsync(server, folder, "node3", $"{Sql}.connection-string=Server"))
            .AssertRefused(2, $"{Sql}.connection-string");
    }

    /// <summary>Runs a node by the file as it is shipped.</summary>
    private static Task<CommandLineRun> RunNodeAsync(PostgresServer server, TemporaryFolder folder, string node, params string[] settings)
    {
        string[] all =
        [
            $"akkaraft.postgres={server.ConnectionString}", $"akkaraft.data-directory={Path.Combine(folder.Path, node)}", .. settings,
        ];
        return CommandLineRun.RunAsync(
        [
            "node", "--config", Path.Combine(ClusterFiles.HoconFolder, "postgres.conf"), "--id", node, "--port", $"{Ports.Free(1)[0]}",
            .. all.SelectMany(setting => new[] { "--set", setting }),
        ]);
    }

    private static async Task MakeDatabasesAsync(PostgresServer server, params string[] nodes)
    {
        foreach (var node in nodes)
        {
            await server.ExecuteAsync($"CREATE DATABASE akkaraft_{node}");
        }
    }

    private static Task LineAsync(ConcurrentQueue<string> lines, string what, int count, params string[] words) =>
        Eventually.IsTrueAsync(
            what,
            () => Task.FromResult(lines.Count(line => words.All(word => line.Contains(word, StringComparison.Ordinal))) >= count));
}
