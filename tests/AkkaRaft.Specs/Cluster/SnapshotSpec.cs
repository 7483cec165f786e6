using AkkaRaft.Client;
using AkkaRaft.Core;
using AkkaRaft.Core.Sessions;
using AkkaRaft.Snapshots;
using AkkaRaft.TestKit;
using Xunit.Abstractions;

namespace AkkaRaft.Specs.Cluster;

/// <summary>Snapshots as users meet them: logs stay short, servers come back from them, and followers far behind get one.</summary>
public sealed class SnapshotSpec : RaftTestKit
{
    private static readonly ServerId Node1 = new("node1");
    private static readonly ServerId Node3 = new("node3");

    private ServerId? _stopped;

    public SnapshotSpec(ITestOutputHelper output)
        : base(
            config: "akka-raft { snapshot-entries = 10, snapshot-growth = 0 }\n"
                + "akka-raft { snapshot-chunk-size = 64B, max-snapshot-chunks-in-flight = 2 }",
            output: output,
            snapshots: true)
    {
    }

    [Fact]
    public async Task A_log_is_cut_to_the_snapshot_before_the_last()
    {
        await WriteAsync(35);
        await AwaitConvergence();

        foreach (var server in Servers)
        {
            Assert.Equal(2, FilesOf(server).Count);
            Assert.True(Status(server).SnapshotIndex >= new LogIndex(30), $"{server} has a snapshot of {Status(server).SnapshotIndex}");
            Assert.True(Status(server).LastIncludedIndex >= new LogIndex(20), $"{server} has its log from {Status(server).LastIncludedIndex}");
            Assert.True(Journal(server).FirstSequenceNr > 1, $"{server} has its whole journal");
        }
    }

    [Fact]
    public async Task A_server_that_is_started_again_begins_with_its_snapshot()
    {
        await WriteAsync(35);
        await AwaitConvergence();
        await StopNode3Async();
        await StartNode3Async();
        await WriteAsync(1);
        await AwaitConvergence();

        Assert.True(Applied(Node3).Count < 20, $"{Applied(Node3).Count} commands were applied again");
        AssertSameState(36);
    }

    [Fact]
    public async Task Scenario_30_a_follower_that_the_log_does_not_reach_any_more_gets_a_snapshot()
    {
        await WithoutNode3Async(60);
        Assert.True(Status(Node1).LastIncludedIndex > new LogIndex(5), "the leader has what node3 lacks");
        await StartNode3Async();
        await AwaitConvergence();

        Assert.True(Status(Node3).LastIncludedIndex > new LogIndex(5), "node3 was sent entries");
        AssertSameState(63);
    }

    [Fact]
    public async Task Parts_of_a_snapshot_that_are_lost_or_come_twice_do_no_harm()
    {
        await WithoutNode3Async(60);
        Network.Drop<InstallSnapshot>(probability: 0.3);
        Network.Drop<InstallSnapshotReply>(probability: 0.3);
        Network.Duplicate<InstallSnapshot>(TimeSpan.FromMilliseconds(20), probability: 0.3);
        await StartNode3Async();
        await Await(() => Status(Node3).SnapshotIndex > LogIndex.Zero, "node3 to have a snapshot", TimeSpan.FromMinutes(5));
        Network.Heal();
        await AwaitConvergence();

        AssertSameState(63);
    }

    [Fact]
    public async Task Entries_go_on_to_others_while_a_snapshot_is_on_its_way_and_to_its_receiver_behind_it()
    {
        await WithoutNode3Async(60);
        var held = Network.Drop<InstallSnapshot>(when: part => part.Offset > 0);
        await StartNode3Async();
        await Await(() => Status(Node1).Progress.Any(member => member.InstallingIndex > LogIndex.Zero), "a snapshot to be on its way");
        await WriteAsync(5);

        Assert.True(Status(Node3).LastApplied < Status(Node1).LastApplied);
        Network.Heal(held);
        await AwaitConvergence();
        AssertSameState(68);
    }

    [Fact]
    public async Task Scenario_38_a_damaged_last_snapshot_falls_back_to_the_one_before()
    {
        await WriteAsync(35);
        await AwaitConvergence();
        await StopNode3Async();
        Damage(FilesOf(Node3)[^1]);
        await StartNode3Async();
        await WriteAsync(1);
        await AwaitConvergence();

        AssertSameState(36);
    }

    [Fact]
    public async Task Scenario_38_a_server_without_a_good_snapshot_says_so_and_the_others_go_on()
    {
        await WriteAsync(35);
        await AwaitConvergence();
        await StopNode3Async();
        var files = FilesOf(Node3);
        Damage(files[0]);
        File.Delete(files[1]);
        await StartNode3Async();
        await Await(() => Status(Node3).Down is not null, "node3 to refuse to run");

        Assert.Contains(files[0], Status(Node3).Down);
        Assert.Contains("is missing", Status(Node3).Down);
        Assert.Contains("is damaged", Status(Node3).Down);
        Assert.Contains("add it anew", Status(Node3).Down);
        await WriteAsync(1);
    }

    [Fact]
    public async Task What_a_killed_server_left_unfinished_is_gone_when_it_is_started_again()
    {
        await WriteAsync(35);
        await AwaitConvergence();
        await StopNode3Async();
        string[] orphans =
        [
            "0000000000000000040.unfinished", "0000000000000000040-1-abcdef01.part", "0000000000000000099-1-abcdef01.snapshot",
        ];
        foreach (var orphan in orphans)
        {
            File.WriteAllText(Path.Combine(SnapshotFolder(Node3), orphan), "half");
        }

        await StartNode3Async();
        await AwaitConvergence();

        Assert.DoesNotContain(Directory.GetFiles(SnapshotFolder(Node3)), file => orphans.Contains(Path.GetFileName(file)));
    }

    [Fact]
    public async Task A_journal_whose_head_was_lost_and_not_trimmed_is_refused()
    {
        await WriteAsync(35);
        await AwaitConvergence();
        await StopNode3Async();
        Journal(Node3).Trim(Journal(Node3).FirstSequenceNr + 3);
        await StartNode3Async();
        await Await(() => Status(Node3).Down is not null, "node3 to refuse to run");

        Assert.Contains("records are missing", Status(Node3).Down);
    }

    [Fact]
    public async Task A_journal_whose_last_record_is_hidden_is_refused_at_the_first_start()
    {
        await WriteAsync(5);
        await AwaitConvergence();
        await StopNode3Async();
        Journal(Node3).HideLast();
        await StartNode3Async();
        await Await(() => Status(Node3).Down is not null, "node3 to refuse to run");

        Assert.Contains("were written, and the last that can be read is", Status(Node3).Down);
        Assert.Contains("add it anew", Status(Node3).Down);
    }

    [Fact]
    public async Task A_leader_that_finds_its_snapshots_damaged_takes_another_at_once_for_the_follower_that_needs_it()
    {
        await WithoutNode3Async(60);
        await AwaitConvergence();
        var before = Status(Node1).SnapshotIndex;
        FilesOf(Node1).ForEach(Damage);
        await StartNode3Async();
        await AwaitConvergence();

        Assert.True(Status(Node3).LastIncludedIndex > new LogIndex(5), "node3 was sent entries");
        Assert.True(Status(Node1).SnapshotIndex > before, $"the leader still has its snapshot of {before}");
        Assert.False(Status(Node1).IsSnapshotUnreadable);
        AssertSameState(63);
    }

    [Fact]
    public async Task A_snapshot_of_another_cluster_is_refused_and_stays()
    {
        await WriteAsync(5);
        await AwaitConvergence();
        await StopNode3Async();
        var foreign = Path.Combine(SnapshotFolder(Node3), "0000000000000000099-1-abcdef01.snapshot");
        using (var file = File.Create(foreign))
        {
            SnapshotFileWriter.Write(
                file,
                new SnapshotHeader("another", new LogIndex(99), new Term(1), ClusterConfiguration.Of(Node3)),
                new SessionsCapture<Answer>(TimeSpan.Zero, []),
                _ => { });
        }

        await StartNode3Async();
        await Await(() => Status(Node3).Down is not null, "node3 to refuse to run");

        Assert.Contains("is a snapshot of the cluster 'another'", Status(Node3).Down);
        Assert.True(File.Exists(foreign));
    }

    private static void Damage(string file)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
    }

    private List<string> FilesOf(ServerId server) =>
        [.. Directory.GetFiles(SnapshotFolder(server), "*.snapshot").Order(StringComparer.Ordinal)];

    /// <summary>Everybody knows node3, which then misses so many writes.</summary>
    private async Task WithoutNode3Async(int writes)
    {
        await Elect(Node1);
        await WriteAsync(3);
        await AwaitConvergence();
        await StopNode3Async();
        await WriteAsync(writes);
    }

    private async Task WriteAsync(int count)
    {
        // Before that nobody takes snapshots, as a member might be too old to be sent one.
        await AwaitLeader();
        await Await(
            () => Servers.Where(IsRunning).All(server => Status(server).ClusterVersion == ProtocolVersion.Latest),
            "all to speak one version");
        for (var i = 0; i < count; i++)
        {
            var leader = await AwaitLeader();
            var write = Propose(leader, $"write {i}");
            await AwaitAnswer(write);
            Assert.True(write.Succeeded);
        }
    }

    private Task StopNode3Async()
    {
        _stopped = Node3;
        return Crash(Node3);
    }

    private Task StartNode3Async()
    {
        _stopped = null;
        return Restart(Node3);
    }

    private bool IsRunning(ServerId server) => _stopped != server && Status(server).Down is null;

    private void AssertSameState(int commands) =>
        Assert.All(Servers, server => Assert.Equal($"{commands} commands", Status(server).Digest));
}
