using System.Collections.Concurrent;
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.Node.KeyValue;
using Microsoft.Data.Sqlite;

namespace AkkaRaft.EndToEnd;

/// <summary>Journals that were damaged on the disk: the server must neither vote nor lead on what it is not sure of.</summary>
[Collection(nameof(RealProcesses))]
public sealed class DamagedJournalTests
{
    [Fact]
    public async Task Scenario_38_a_flipped_bit_in_the_middle_of_the_journal_stops_the_server_and_the_log_says_where() =>
        await AServerRefusesToStartAsync(
            "UPDATE journal SET message = substr(message, 1, 4) || x'5a' || substr(message, 6) WHERE sequence_number = 10",
            "behind its record 9", "damaged");

    [Fact]
    public async Task A_record_that_is_missing_in_the_middle_of_the_journal_stops_the_server_and_the_log_says_where() =>
        await AServerRefusesToStartAsync("DELETE FROM journal WHERE sequence_number = 10", "behind its record 9", "record 10 is missing");

    private static async Task AServerRefusesToStartAsync(string damage, params string[] words)
    {
        var log = new ConcurrentQueue<string>();
        await using var cluster = TestCluster.Start(new TestClusterOptions { Nodes = 1, Output = (_, line) => log.Enqueue(line) });
        for (var i = 0; i < 20; i++)
        {
            await cluster.Client.ProposeAsync<KeyWritten>(new SetKey($"key {i}", "a value that is long enough"));
        }

        await cluster.KillAsync(0);
        Execute(cluster.JournalFile(0), damage);
        cluster.StartNode(0);

        await Eventually.IsTrueAsync(
            $"the node's log to say: {string.Join(", ", words)}",
            () => Task.FromResult(log.Any(line => words.All(line.Contains))));
        var status = await Eventually.GetAsync(
            "the node's own word that its server is down", () => ClusterChecks.TryStatusAsync(cluster, cluster.Nodes[0].Contact));
        Assert.NotNull(status.Down);
    }

    private static void Execute(string file, string statement)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        Assert.Equal(1, command.ExecuteNonQuery());
    }
}
