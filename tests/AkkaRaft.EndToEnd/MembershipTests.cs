using System.Text.Json;
using AkkaRaft.Core;
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.EndToEnd.Replacement;
using AkkaRaft.KeyValue;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.EndToEnd;

/// <summary>Nodes that come, go, move and forget, as an operator meets them.</summary>
public sealed class MembershipTests
{
    [Fact]
    public async Task Scenario_32_a_node_is_added_by_a_command_and_a_wrong_one_is_refused_with_words_that_say_why()
    {
        await using var cluster = TestCluster.Start();
        await ClusterChecks.LeaderAsync(cluster);
        await cluster.SetAsync("colour", "blue");
        var joining = cluster.StartJoiningNode();
        await RollingReplacement.AwaitWaitingAsync(cluster, joining);
        var address = ContactPoint.ShortName(cluster.Nodes[joining].Contact);

        (await MemberAsync(cluster, "add", "node4", $"127.0.0.1:{Ports.Free(1)[0]}")).AssertRefused(1, "no server answers at");
        (await MemberAsync(cluster, "add", "node5", address)).AssertRefused(1, "is node4, not node5");
        Assert.DoesNotContain("node4", Names(await MemberAsync(cluster, "list", "--json")));

        AssertDone(await MemberAsync(cluster, "add", "node4", address));
        Assert.Contains(("node4", "voter"), Roles(await MemberAsync(cluster, "list", "--json")));
        await ClusterChecks.AssertNodesAgreeAsync(cluster);

        AssertDone(await MemberAsync(cluster, "remove", "node4"));
        (await MemberAsync(cluster, "add", "node4", address)).AssertRefused(1, "used data directory", "akka-raft.join = on");
        Assert.DoesNotContain("node4", Names(await MemberAsync(cluster, "list", "--json")));
    }

    [Fact]
    public async Task Scenario_30_a_learner_that_was_out_of_reach_while_the_log_was_cut_gets_a_snapshot_and_is_promoted()
    {
        await using var cluster = TestCluster.Start(overrides: "akka-raft.snapshot-entries = 20");
        await ClusterChecks.LeaderAsync(cluster);
        var joining = cluster.StartJoiningNode();
        await RollingReplacement.AwaitWaitingAsync(cluster, joining);
        var id = new ServerId(cluster.Nodes[joining].Name);
        await RollingReplacement.ChangeAsync(cluster, RollingReplacement.Adding(cluster, joining, asLearner: true));
        cluster.Pause(joining);
        for (var write = 0; write < 100; write++)
        {
            await cluster.SetAsync($"key {write}", $"{write}");
        }

        await Eventually.IsTrueAsync("the log to be cut", async () =>
            (await ClusterChecks.TryStatusAsync(cluster, cluster.Nodes[0].Contact))?.SnapshotIndex.Value >= 60);
        cluster.Resume(joining);
        await RollingReplacement.ChangeAsync(cluster, new PromoteMember(id));

        await RollingReplacement.AwaitVoterAsync(cluster, id);
        await ClusterChecks.AssertNodesAgreeAsync(cluster);
        var status = await ClusterChecks.TryStatusAsync(cluster, cluster.Nodes[joining].Contact);
        Assert.True(status!.SnapshotIndex.Value > 0, "It got there without a snapshot.");
    }

    [Fact]
    public async Task Scenario_34_a_node_whose_disk_was_wiped_counts_for_nothing_until_it_is_removed_and_added_anew()
    {
        await using var cluster = TestCluster.Start();
        var leader = await ClusterChecks.LeaderAsync(cluster);
        await cluster.SetAsync("colour", "blue");
        await AwaitAllAdmittedAsync(cluster);
        var wiped = (leader + 1) % 3;
        await cluster.KillAsync(wiped);
        Directory.Delete(Path.Combine(cluster.Folder, cluster.Nodes[wiped].Name), recursive: true);
        cluster.StartNode(wiped);

        var name = new ServerId(cluster.Nodes[wiped].Name);
        await Eventually.IsTrueAsync("a leader to see the node's data loss", async () =>
        {
            var statuses = await Task.WhenAll(cluster.Nodes.Select(node => ClusterChecks.TryStatusAsync(cluster, node.Contact)));
            return statuses.Any(status => status?.Progress.Any(member => member.Id == name && member.HasStaleIncarnation) == true);
        });

        // With one more node gone nothing can be committed: the one without a memory is not counted.
        var other = (leader + 2) % 3;
        cluster.Pause(other);
        using (var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2)))
        {
            var write = cluster.Client.ProposeAsync<KeyWritten>(new SetKey("colour", "red"), patience.Token);
            var failure = await Record.ExceptionAsync(() => write);
            Assert.True(failure is OperationCanceledException or ProposalIndeterminateException, $"{failure}");
        }

        cluster.Resume(other);
        await ClusterChecks.LeaderAsync(cluster);
        await cluster.RetireAsync(wiped);
        AssertDone(await MemberAsync(cluster, "remove", name.Value));
        var fresh = cluster.StartJoiningNode(name.Value, dataRoot: "rebuilt");
        await RollingReplacement.AwaitWaitingAsync(cluster, fresh);
        await RollingReplacement.AddAsync(cluster, fresh);
        await ClusterChecks.AssertNodesAgreeAsync(cluster);
    }

    [Fact]
    public async Task A_node_moves_to_another_address_with_its_data()
    {
        await using var cluster = TestCluster.Start();
        var leader = await ClusterChecks.LeaderAsync(cluster);
        var moving = (leader + 1) % 3;
        await AwaitAllAdmittedAsync(cluster);
        await cluster.StopAsync(moving);
        var address = cluster.MoveNode(moving);
        await Eventually.IsTrueAsync("the node to run at its new address", async () =>
            await ClusterChecks.TryStatusAsync(cluster, cluster.Nodes[moving].Contact) is { Down: null });

        AssertDone(await MemberAsync(cluster, "move", cluster.Nodes[moving].Name, address));

        await cluster.SetAsync("colour", "blue");
        await ClusterChecks.AssertNodesAgreeAsync(cluster);
    }

    private static Task AwaitAllAdmittedAsync(TestCluster cluster) =>
        Eventually.IsTrueAsync("the names of all data directories to be in the log", async () =>
        {
            var statuses = await Task.WhenAll(cluster.Nodes.Select(node => ClusterChecks.TryStatusAsync(cluster, node.Contact)));
            return statuses.Any(status => status is { IsChangingMembers: false, Progress: { Count: 2 } others }
                && others.All(member => member.IsAdmitted));
        });

    private static Task<CommandLineRun> MemberAsync(TestCluster cluster, string verb, params string[] arguments) =>
        CommandLineRun.RunAsync(
            ["member", verb, .. arguments, "--contact", .. cluster.Present.Select(node => ContactPoint.ShortName(node.Contact))]);

    private static void AssertDone(CommandLineRun run) => Assert.True(run.ExitCode == 0, run.Error);

    private static IEnumerable<string> Names(CommandLineRun run) => Roles(run).Select(member => member.Name);

    private static IReadOnlyList<(string Name, string Role)> Roles(CommandLineRun run)
    {
        Assert.True(run.ExitCode == 0, run.Error);
        using var json = JsonDocument.Parse(run.Output);
        return
        [
            .. json.RootElement.GetProperty("members").EnumerateArray()
                .Select(member => (member.GetProperty("name").GetString()!, member.GetProperty("role").GetString()!)),
        ];
    }
}
