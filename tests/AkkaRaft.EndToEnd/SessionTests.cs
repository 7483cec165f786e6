using AkkaRaft.Client;
using AkkaRaft.Core;
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.KeyValue;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.EndToEnd;

/// <summary>Sessions, reads and the change of leader, as the processes and the command line have them.</summary>
public sealed class SessionTests
{
    [Fact]
    public async Task Scenario_21_a_retry_after_failovers_and_after_a_snapshot_gets_the_first_answer()
    {
        await using var cluster = TestCluster.Start(overrides: "akka-raft { snapshot-entries = 50, snapshot-growth = 0 }");
        await using var raw = new RawClient();
        await ClusterChecks.LeaderAsync(cluster);
        var session = (await raw.AskAsync(cluster.Contacts, new SessionOpening(TimeSpan.FromMinutes(10)))).OpenedSession!.Value;
        var once = new SessionStep(session, 1, 0);
        var first = await raw.AskAsync(cluster.Contacts, once, new SetKey("once", "first"));
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => cluster.SetAsync($"key{i}", "value")));
        await Eventually.IsTrueAsync("all nodes to have snapshots", () => Task.FromResult(
            Enumerable.Range(0, 3).All(node => Directory.GetFiles(cluster.DataFolder(node), "*", SearchOption.AllDirectories)
                .Any(file => file.Contains("snapshots", StringComparison.Ordinal) && !file.EndsWith(".part", StringComparison.Ordinal)))));

        await cluster.KillAsync(await ClusterChecks.LeaderAsync(cluster));
        var atTheNext = await raw.AskAsync(cluster.Contacts, once, new SetKey("once", "again"));
        await cluster.KillAllAsync();
        for (var node = 0; node < 3; node++)
        {
            cluster.StartNode(node);
        }

        var afterRestart = await raw.AskAsync(cluster.Contacts, once, new SetKey("once", "once more"));

        Assert.Equal((first.Index, first.Result), (atTheNext.Index, atTheNext.Result));
        Assert.Equal((first.Index, first.Result), (afterRestart.Index, afterRestart.Result));
        Assert.Equal("first", (await cluster.Client.QueryAsync<KeyRead>(new GetKey("once"))).Value);
    }

    [Fact]
    public async Task Reads_of_each_consistency_come_from_the_command_line()
    {
        await using var cluster = TestCluster.Start();
        var leader = await ClusterChecks.LeaderAsync(cluster);
        await cluster.SetAsync("key", "value");
        var follower = cluster.Contacts[(leader + 1) % 3];

        foreach (var consistency in (string[])["linearizable", "linearizable-local", "stale:10s", "index:1", "local"])
        {
            var run = await CommandLineRun.RunAsync("get", "key", "--contact", follower, "--consistency", consistency);
            Assert.True(run.ExitCode == 0, $"{consistency}: {run.Error}");
            Assert.Equal("value", run.Output.Trim());
        }

        (await CommandLineRun.RunAsync("get", "key", "--consistency", "eventual"))
            .AssertRefused(ExitCodes.WrongUse, "eventual", "stale:200ms");
        (await CommandLineRun.RunAsync("get", "key", "--contact", follower, "--consistency", "index:1000000", "--timeout", "2"))
            .AssertRefused(ExitCodes.Failure, "not come as far", "leader");
    }

    [Fact]
    public async Task The_lead_is_handed_over_from_the_command_line()
    {
        await using var cluster = TestCluster.Start();
        var leader = await ClusterChecks.LeaderAsync(cluster);
        await cluster.SetAsync("key", "value");
        var target = cluster.Nodes[(leader + 1) % 3].Name;
        string[] contacts = ["--contact", .. cluster.Contacts];

        var run = await CommandLineRun.RunAsync(["transfer", target, .. contacts]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal($"{target} leads.", run.Output.Trim());
        await Eventually.IsTrueAsync("the node to lead", async () =>
            (await ClusterChecks.TryStatusAsync(cluster, cluster.Contacts[(leader + 1) % 3]))?.Role == RaftRole.Leader);

        var chosen = await CommandLineRun.RunAsync(["transfer", .. contacts]);
        Assert.True(chosen.ExitCode == 0, chosen.Error);
        var leads = cluster.Nodes[await ClusterChecks.LeaderAsync(cluster)].Name;
        Assert.Equal($"{leads} leads.", chosen.Output.Trim());
        Assert.NotEqual(target, leads);

        (await CommandLineRun.RunAsync(["transfer", "nobody", .. contacts]))
            .AssertRefused(ExitCodes.Failure, "nobody", "no voter", "node1");
    }

    [Fact]
    public async Task Scenario_25_without_a_quorum_the_command_line_says_who_does_not_answer()
    {
        await using var cluster = TestCluster.Start();
        var leader = await ClusterChecks.LeaderAsync(cluster);
        await cluster.SetAsync("kept", "value");
        string[] dead = [cluster.Nodes[(leader + 1) % 3].Name, cluster.Nodes[(leader + 2) % 3].Name];
        await cluster.KillAsync((leader + 1) % 3);
        await cluster.KillAsync((leader + 2) % 3);
        await Eventually.IsTrueAsync("the lonely leader to step down", async () =>
            (await ClusterChecks.TryStatusAsync(cluster, cluster.Contacts[leader]))?.Role != RaftRole.Leader);

        (await CommandLineRun.RunAsync("set", "key", "value", "--contact", cluster.Contacts[leader], "--timeout", "3"))
            .AssertRefused(ExitCodes.Failure, [.. dead, "term", "leader"]);

        var read = await CommandLineRun.RunAsync("get", "kept", "--contact", cluster.Contacts[leader], "--consistency", "local");
        Assert.Equal((ExitCodes.Success, "value"), (read.ExitCode, read.Output.Trim()));
        Assert.Contains("may be old", read.Error);

        var health = await CommandLineRun.RunAsync(["endpoint", "health", "--timeout", "2", "--contact", .. cluster.Contacts]);
        Assert.Equal(ExitCodes.Failure, health.ExitCode);
        Assert.Equal(2, health.Output.Split('\n').Count(line => line.Contains("does not answer")));
        Assert.Contains("knows no leader", health.Output);
    }
}
