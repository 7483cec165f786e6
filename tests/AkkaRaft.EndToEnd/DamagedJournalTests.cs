using System.Collections.Concurrent;
using System.Text;
using AkkaRaft.Core;
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.KeyValue;
using Microsoft.Data.Sqlite;

namespace AkkaRaft.EndToEnd;

/// <summary>Journals that were damaged on the disk: the server must neither vote nor lead on what it is not sure of.</summary>
public sealed class DamagedJournalTests
{
    [Fact]
    public async Task Scenario_38_a_flipped_bit_in_the_middle_of_the_journal_stops_the_server_and_the_log_says_where() =>
        await AServerRefusesToStartAsync(
            "UPDATE journal SET message = CAST(substr(message, 1, 4) || x'5a' || substr(message, 6) AS BLOB) WHERE sequence_number = 10",
            "behind its record 9", "damaged");

    [Fact]
    public async Task A_record_that_is_missing_in_the_middle_of_the_journal_stops_the_server_and_the_log_says_where() =>
        await AServerRefusesToStartAsync("DELETE FROM journal WHERE sequence_number = 10", "behind its record 9", "record 10 is missing");

    [Fact]
    public async Task Scenario_38_a_server_with_a_bit_flipped_in_its_file_takes_no_part_and_the_others_go_on()
    {
        await using var cluster = TestCluster.Start();
        for (var i = 0; i < 20; i++)
        {
            await cluster.SetAsync($"key {i}", $"value {i}");
        }

        await ClusterChecks.AssertNodesAgreeAsync(cluster);
        await cluster.KillAsync(0);
        FlipBit(cluster.JournalFile(0), "value 10");
        cluster.StartNode(0);

        var status = await Eventually.GetAsync("the server to say what is wrong", async () =>
            await ClusterChecks.TryStatusAsync(cluster, cluster.Nodes[0].Contact) is { Down: { } down } status
                && down.Contains("damaged", StringComparison.Ordinal) ? status : null);
        Assert.Contains("behind its record", status.Down);
        Assert.Equal(Term.Zero, status.Term);
        Assert.NotEqual(0, await ClusterChecks.LeaderAsync(cluster));
        await cluster.SetAsync("key", "written without it");
    }

    private static async Task AServerRefusesToStartAsync(string damage, params string[] words)
    {
        var log = new ConcurrentQueue<string>();
        await using var cluster = TestCluster.Start(new TestClusterOptions { Nodes = 1, Output = (_, line) => log.Enqueue(line) });
        for (var i = 0; i < 20; i++)
        {
            await cluster.SetAsync($"key {i}", "a value that is long enough");
        }

        await cluster.KillAsync(0);
        Assert.Equal(1, Execute(cluster.JournalFile(0), damage));
        cluster.StartNode(0);

        await Eventually.IsTrueAsync(
            $"the node's log to say: {string.Join(", ", words)}",
            () => Task.FromResult(log.Any(line => words.All(line.Contains))));
        var status = await Eventually.GetAsync(
            "the node's own word that its server is down", () => ClusterChecks.TryStatusAsync(cluster, cluster.Nodes[0].Contact));
        Assert.NotNull(status.Down);
    }

    /// <summary>Moves the write-ahead log into the file and flips a bit of the text, wherever in the file that is.</summary>
    private static void FlipBit(string file, string text)
    {
        Execute(file, "PRAGMA wal_checkpoint(TRUNCATE)");
        var bytes = File.ReadAllBytes(file);
        var at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text));
        Assert.True(at > 0, $"The journal does not have '{text}'.");
        bytes[at] ^= 4;
        File.WriteAllBytes(file, bytes);
    }

    private static int Execute(string file, string statement)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        return command.ExecuteNonQuery();
    }
}
