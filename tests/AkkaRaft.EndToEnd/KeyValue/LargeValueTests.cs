using System.Text.Json;
using Akka.Actor;
using Akka.Configuration;
using AkkaRaft.Core;
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.KeyValue;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.EndToEnd.KeyValue;

/// <summary>Values of 1.5 MiB, the largest request of etcd, with the program's own settings.</summary>
public sealed class LargeValueTests
{
    private const int LargestValue = 1536 * 1024;
    private const int TooLargeValue = 1541 * 1024;

    [Fact]
    public async Task The_largest_value_goes_in_by_a_follower_comes_out_of_each_node_and_survives_kill_nine()
    {
        await using var cluster = TestCluster.Start();
        var leader = await ClusterChecks.LeaderAsync(cluster);
        using var folder = new TemporaryFolder();
        var (file, value) = (Path.Combine(folder.Path, "value"), Bytes(1));
        File.WriteAllBytes(file, value);

        var follower = ContactPoint.ShortName(cluster.Nodes[(leader + 1) % 3].Contact);
        var set = await RunAsync("set", "large", "--file", file, "--json", "--contact", follower);
        Assert.True(set.ExitCode == ExitCodes.Success, set.Error);
        var revision = JsonDocument.Parse(set.Output).RootElement.GetProperty("revision").GetInt64();
        await AssertReadFromEachAsync(cluster, revision, value);

        await cluster.KillAllAsync();
        for (var node = 0; node < 3; node++)
        {
            cluster.StartNode(node);
        }

        await ClusterChecks.LeaderAsync(cluster);
        await AssertReadFromEachAsync(cluster, revision, value);
        var page = await cluster.Session.KeyValue.ListPageAsync("", "", 10);
        Assert.Equal(value, Assert.Single(page.Items).Value.ToArray());
        await foreach (var happened in cluster.Session.KeyValue.WatchAsync("large", 1))
        {
            Assert.Equal(value, happened.Value.ToArray());
            break;
        }
    }

    [Fact]
    public async Task A_larger_value_is_refused_as_too_large_and_the_cluster_goes_on()
    {
        await using var cluster = TestCluster.Start();
        await cluster.SetAsync("before", "kept");
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "value");
        File.WriteAllBytes(file, new byte[TooLargeValue]);

        var contact = ContactPoint.ShortName(cluster.Nodes[0].Contact);
        (await RunAsync("set", "large", "--file", file, "--contact", contact))
            .AssertRefused(ExitCodes.Failure, $"more than {1540 * 1024} bytes", "Nothing was written");
        var refused = await Assert.ThrowsAsync<ProposalRejectedException>(
            () => cluster.Session.KeyValue.SetAsync("large", new byte[TooLargeValue]));
        Assert.Equal(RejectionReason.TooLarge, refused.Reason);
        Assert.Contains($"akka-raft.max-command-size is {1540 * 1024}", refused.Message);

        Assert.Null(await cluster.Session.KeyValue.GetAsync("large"));
        Assert.Equal("kept", (await cluster.Session.KeyValue.GetAsync("before"))!.Value.Text);
        await cluster.SetAsync("after", "written");
        await ClusterChecks.AssertNodesAgreeAsync(cluster);
    }

    [Fact]
    public async Task A_client_with_a_small_frame_is_told_so_and_goes_on()
    {
        await using var cluster = TestCluster.Start();
        await cluster.Session.KeyValue.SetAsync("large", Bytes(1));
        var config = ConfigurationFactory.ParseString(
            """
            akka {
              loglevel = OFF
              stdout-loglevel = OFF
              actor.provider = remote
              remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0, maximum-frame-size = 128000b }
            }
            """);
        using var system = ActorSystem.Create("small", config.WithKeyValue());
        using var store = KeyValueClient.Create(system, cluster.Contacts);

        var refused = await Assert.ThrowsAsync<QueryFailedException>(() => store.GetAsync("large"));
        Assert.Contains("123904 fit into a frame of the client: raise its akka.remote.dot-netty.tcp.maximum-frame-size", refused.Message);
        var rejected = await Assert.ThrowsAsync<ProposalRejectedException>(() => store.SetAsync("large", Bytes(2)));
        Assert.Contains("akka-raft.max-command-size is 123904", rejected.Message);
        await Eventually.IsTrueAsync("a small write of the same client", async () =>
        {
            try
            {
                await store.SetAsync("small", "value");
                return true;
            }
            catch (ProposalIndeterminateException)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task Writes_of_the_largest_values_start_no_election()
    {
        await using var cluster = TestCluster.Start();
        await cluster.SetAsync("before", "kept");
        var rounds = 0;

        // The machine may be busy with something else and hold up a round; large values would hold up all of them.
        await Eventually.IsTrueAsync("thirty writes of 1.5 MiB within one term", async () =>
        {
            var term = await TermAsync(cluster);
            for (var write = 0; write < 30; write++)
            {
                await cluster.Session.KeyValue.SetAsync($"large/{write % 5}", Bytes(++rounds));
            }

            return term == await TermAsync(cluster);
        }, TimeSpan.FromMinutes(3));
    }

    private static async Task AssertReadFromEachAsync(TestCluster cluster, long revision, byte[] value)
    {
        foreach (var node in cluster.Nodes)
        {
            var contact = ContactPoint.ShortName(node.Contact);
            var read = await RunAsync("get", "large", "--raw", "--consistency", $"index:{revision}", "--contact", contact);
            Assert.True(read.ExitCode == ExitCodes.Success, read.Error);
            Assert.Equal(value, read.OutputBytes);
        }
    }

    private static Task<CommandLineRun> RunAsync(params string[] arguments) =>
        CommandLineRun.RunAsync([.. arguments, "--timeout", "60"]);

    private static async Task<long> TermAsync(TestCluster cluster)
    {
        var statuses = await Task.WhenAll(cluster.Nodes.Select(node => cluster.Client.StatusAsync(node.Contact)));
        return statuses.Max(status => status.Term.Value);
    }

    private static byte[] Bytes(int seed)
    {
        var bytes = new byte[LargestValue];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
