using Akka.Configuration;
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.Node.Configuration;
using AkkaRaft.Node.Hosting;
using Microsoft.Data.Sqlite;

namespace AkkaRaft.EndToEnd.Disks;

/// <summary>
/// What a node that was killed has left in its data directory: a journal that was trimmed, with a write-ahead log, and two snapshots.
/// </summary>
public sealed class NodeData : IAsyncLifetime, IDisposable
{
    internal const string ClusterId = "end-to-end";
    internal const string ServerId = "node1";

    private readonly TemporaryFolder _folder = new();
    private (Config Config, RaftSettings Settings) _node;

    /// <summary>The directory as the killed node left it.</summary>
    internal string Killed => Path.Combine(_folder.Path, "killed");

    /// <summary>The directory with all of the journal in its one file.</summary>
    internal string Settled => Path.Combine(_folder.Path, "settled");

    public async Task InitializeAsync()
    {
        await using var cluster = TestCluster.Start(nodes: 1, "akka-raft { snapshot-entries = 20, snapshot-growth = 0 }");
        for (var write = 0; write < 10 || Snapshots(cluster).Length < 2 || FirstRecord(cluster) == 1; write++)
        {
            await Task.WhenAll(Enumerable.Range(0, 10).Select(client => cluster.SetAsync($"key {client}", $"value {write}")));
        }

        await cluster.KillAsync(0);
        Copy(cluster.DataFolder(0), Killed);
        Copy(cluster.DataFolder(0), Settled);
        Execute(Settled, "PRAGMA wal_checkpoint(TRUNCATE)");
        Assert.True(File.Exists(Path.Combine(Killed, "raft.db-wal")));
        Assert.False(File.Exists(Path.Combine(Settled, "raft.db-wal")));
        _node = NodeHost.Load(NodeConfiguration.Load(cluster.Nodes[0].ConfigFile));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();

    /// <summary>Does what a node does with its data directory before it listens.</summary>
    internal async Task StartOnAsync(string directory, string clusterId = ClusterId, string serverId = ServerId)
    {
        var connection = $"Data Source={JournalFile.PathIn(directory)};Pooling=False";
        var config = ConfigurationFactory.ParseString(
            $$"""
            akkaraft.data-directory = "{{directory}}"
            akka.persistence.journal.sql.connection-string = "{{connection}}"
            """).WithFallback(_node.Config);
        var settings = _node.Settings with
        {
            ClusterId = clusterId, ServerId = new Core.ServerId(serverId), SnapshotDirectory = Path.Combine(directory, "snapshots"),
        };
        await using var storage = await NodeStorage.OpenAsync(config, settings, waits: false);
    }

    /// <summary>Looks at the data directory of a survivor as `recover` does that was not told to do it.</summary>
    internal void RecoverFrom(string directory)
    {
        using var held = DataDirectory.Hold(directory);
        DataRecovery.CheckSurvivor(DataDirectoryInspection.Of(directory), _node.Settings with { ClusterId = "recovered" });
    }

    internal static void Copy(string source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var file in Directory.GetFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>Runs a statement on a journal and leaves all of it in its one file.</summary>
    internal static int Execute(string directory, string statement)
    {
        using var connection = new SqliteConnection($"Data Source={JournalFile.PathIn(directory)};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        return command.ExecuteNonQuery();
    }

    private static string[] Snapshots(TestCluster cluster)
    {
        var folder = Path.Combine(cluster.DataFolder(0), "snapshots");
        return Directory.Exists(folder) ? Directory.GetFiles(folder, "*.snapshot") : [];
    }

    private static long FirstRecord(TestCluster cluster)
    {
        using var connection = new SqliteConnection($"Data Source={cluster.JournalFile(0)};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT min(sequence_number) FROM journal WHERE NOT deleted";
        return (long)command.ExecuteScalar()!;
    }
}
