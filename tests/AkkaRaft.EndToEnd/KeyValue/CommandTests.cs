using System.Text.Json;
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.EndToEnd.KeyValue;

/// <summary>The store's commands as people and scripts use them.</summary>
public sealed class CommandTests
{
    [Fact]
    public async Task Keys_are_compared_listed_watched_and_leased_on_the_command_line()
    {
        await using var cluster = TestCluster.Start(nodes: 1);
        await cluster.SetAsync("a/1", "one");

        var compared = await RunAsync(cluster, 0, "cas", "a/1", "uno", "--value", "one");
        Assert.StartsWith("Committed at revision", compared.Output);
        var refused = await RunAsync(cluster, 1, "cas", "a/1", "eins", "--value", "one");
        Assert.Contains("'a/1' has the value 'uno'", refused.Error);
        var current = Json(await RunAsync(cluster, 1, "cas", "a/1", "eins", "--absent", "--json")).GetProperty("current");
        Assert.Equal("uno", current.GetProperty("value").GetString());
        var revision = current.GetProperty("revision").GetInt64();
        await RunAsync(cluster, 0, "cas", "a/1", "eins", "--revision", $"{revision}");

        var lease = (await RunAsync(cluster, 0, "lease", "grant", "1h")).Output.Trim();
        await RunAsync(cluster, 0, "set", "a/2", "two", "--lease", lease);
        Assert.Equal(["a/1 = eins", "a/2 = two"], LinesOf(await RunAsync(cluster, 0, "list", "a/")));
        var listed = Json(await RunAsync(cluster, 0, "list", "a/2", "--json")).GetProperty("items")[0];
        Assert.Equal(lease, listed.GetProperty("lease").GetInt64().ToString());
        Assert.Contains("1 keys are attached to it", (await RunAsync(cluster, 0, "lease", "show", lease)).Output);
        Assert.Contains("3600 s", (await RunAsync(cluster, 0, "lease", "keep-alive", lease, "--once")).Output);
        Assert.Contains("Removed 1 keys", (await RunAsync(cluster, 0, "lease", "revoke", lease)).Output);
        Assert.Contains($"no lease {lease}", (await RunAsync(cluster, 1, "set", "a/2", "two", "--lease", lease)).Error);

        var watched = LinesOf(await RunAsync(cluster, 0, "watch", "a/", "--from", "1", "--count", "5"));
        Assert.Equal(
            ["set a/1 = one", "set a/1 = uno", "set a/1 = eins", "set a/2 = two", "expired a/2"],
            watched.Select(line => line[(line.IndexOf(' ') + 1)..]));
        var last = LinesOf(await RunAsync(cluster, 0, "watch", "a/", "--from", $"{revision + 1}", "--count", "3", "--json"))[^1];
        Assert.Equal("expired", JsonDocument.Parse(last).RootElement.GetProperty("kind").GetString());
    }

    [Fact]
    public async Task What_is_missing_is_told_and_so_is_a_name_that_is_not_the_nodes_own()
    {
        await using var cluster = TestCluster.Start(nodes: 1);
        await ClusterChecks.LeaderAsync(cluster);
        var port = new Uri(cluster.Nodes[0].Contact).Port;

        Assert.Contains("'nothing' has no value", (await RunAsync(cluster, 1, "get", "nothing")).Error);
        Assert.Contains("'nothing' had no value", (await RunAsync(cluster, 0, "delete", "nothing")).Output);
        Assert.Equal(
            "akkaraft: Nothing was changed: nobody is no member; the members are node1.",
            (await RunAsync(cluster, 1, "member", "remove", "nobody")).Error.Trim());
        (await CommandLineRun.RunAsync("get", "nothing", "--contact", $"localhost:{port}", "--timeout", "60"))
            .AssertRefused(1, "'nothing' has no value");
        (await CommandLineRun.RunAsync("get", "nothing", "--contact", $"akka.tcp://other@127.0.0.1:{port}", "--timeout", "2"))
            .AssertRefused(1, $"calls itself akka.tcp://akkaraft@127.0.0.1:{port}", "--contact");
        Assert.Contains("is healthy", (await RunAsync(cluster, 0, "endpoint", "health")).Output);
    }

    /// <summary>Once a session was opened for it and closed behind it, an entry each.</summary>
    [Fact]
    public async Task A_command_that_writes_is_one_entry_in_the_log()
    {
        await using var cluster = TestCluster.Start(nodes: 1);
        await RunAsync(cluster, 0, "set", "a", "1");
        var before = (await cluster.Client.StatusAsync(cluster.Contacts[0])).LastLogIndex;

        await RunAsync(cluster, 0, "set", "a", "2");
        await RunAsync(cluster, 0, "cas", "a", "3", "--if-value", "2");
        await RunAsync(cluster, 0, "delete", "a");

        Assert.Equal(before + 3, (await cluster.Client.StatusAsync(cluster.Contacts[0])).LastLogIndex);
    }

    [Theory]
    [InlineData("one of --if-value", "cas", "k", "v")]
    [InlineData("either VALUE or --delete", "cas", "k", "--absent")]
    [InlineData("is no time", "lease", "grant", "soon")]
    [InlineData("akkaraft lease grant TTL", "lease", "grant")]
    public async Task Wrong_use_is_told_in_one_line(string words, params string[] arguments) =>
        (await CommandLineRun.RunAsync(arguments)).AssertRefused(2, words);

    private static async Task<CommandLineRun> RunAsync(TestCluster cluster, int exitCode, params string[] arguments)
    {
        var contact = ContactPoint.ShortName(cluster.Nodes[0].Contact);
        var run = await CommandLineRun.RunAsync([.. arguments, "--timeout", "60", "--contact", contact]);
        Assert.True(run.ExitCode == exitCode, $"akkaraft {string.Join(' ', arguments)} ended with {run.ExitCode}: {run.Output}{run.Error}");
        return run;
    }

    private static string[] LinesOf(CommandLineRun run) => run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static JsonElement Json(CommandLineRun run) => JsonDocument.Parse(run.Output).RootElement;
}
