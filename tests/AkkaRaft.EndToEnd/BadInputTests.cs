using System.Net;
using System.Net.Sockets;
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.EndToEnd;

/// <summary>Bad input gets one clear line and an exit code, not a stack trace.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_unknown_command_names_the_known_ones() =>
        (await CommandLineRun.RunAsync("sett", "a", "b")).AssertRefused(ExitCodes.WrongUse, "sett", "set", "get", "status");

    [Fact]
    public async Task A_missing_argument_is_named() =>
        (await CommandLineRun.RunAsync("set", "key")).AssertRefused(ExitCodes.WrongUse, "VALUE");

    [Fact]
    public async Task A_contact_that_is_no_address_is_refused() =>
        (await CommandLineRun.RunAsync("get", "key", "--contact", "nowhere")).AssertRefused(ExitCodes.WrongUse, "nowhere", "host:port");

    [Fact]
    public async Task A_missing_file_is_named() =>
        (await CommandLineRun.RunAsync("node", "--config", "no-such.conf")).AssertRefused(ExitCodes.WrongUse, "no-such.conf");

    [Fact]
    public async Task A_malformed_file_is_named_with_line_and_column()
    {
        var file = _folder.File("bad.conf", "akka-raft {\n  server-id = \"node1\n}\n");
        (await CommandLineRun.RunAsync("node", "--config", file)).AssertRefused(ExitCodes.WrongUse, "bad.conf", "2");
    }

    [Fact]
    public async Task An_unknown_key_is_named_with_the_nearest_known_one()
    {
        var node = OneNode("akka-raft.election-timout-min = 200 ms");
        (await CommandLineRun.RunAsync("node", "--config", node.ConfigFile))
            .AssertRefused(ExitCodes.WrongUse, "akka-raft.election-timout-min", "election-timeout-min");
    }

    [Fact]
    public async Task A_setting_that_makes_no_sense_is_refused_with_its_path_and_value()
    {
        var node = OneNode("akka-raft.election-timeout-min = 10 ms");
        (await CommandLineRun.RunAsync("node", "--config", node.ConfigFile))
            .AssertRefused(ExitCodes.WrongUse, "akka-raft.election-timeout-min", "10");
    }

    [Fact]
    public async Task The_in_memory_journal_is_refused()
    {
        var node = OneNode("akka.persistence.journal.plugin = \"akka.persistence.journal.inmem\"");
        (await CommandLineRun.RunAsync("node", "--config", node.ConfigFile))
            .AssertRefused(ExitCodes.WrongUse, "allow-volatile-journal");
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var node = ClusterFiles.Write(_folder.Path, [port], _folder.Path, "bad-input")[0];
        var run = await CommandLineRun.RunAsync("node", "--config", node.ConfigFile);
        run.AssertRefused(ExitCodes.Failure, $"127.0.0.1:{port}", "in use");
    }

    /// <summary>By Akka's default two nodes share a port on Linux, and connections go to either.</summary>
    [Fact]
    public async Task A_port_that_another_node_listens_on_is_named()
    {
        await using var cluster = TestCluster.Start(nodes: 1);
        await ClusterChecks.LeaderAsync(cluster);
        var port = new Uri(cluster.Nodes[0].Contact).Port;
        var node = ClusterFiles.Write(_folder.Path, [port], _folder.Path, "bad-input")[0];

        (await CommandLineRun.RunAsync("node", "--config", node.ConfigFile))
            .AssertRefused(ExitCodes.Failure, $"127.0.0.1:{port}", "in use");
        await cluster.SetAsync("the first node", "goes on");
    }

    [Fact]
    public async Task A_data_directory_in_use_is_named()
    {
        var node = OneNode();
        using var directory = DataDirectory.Open(Path.Combine(_folder.Path, "node1"), "bad-input", "node1");
        (await CommandLineRun.RunAsync("node", "--config", node.ConfigFile)).AssertRefused(ExitCodes.Failure, directory.Path, "in use");
    }

    [Fact]
    public async Task A_data_directory_of_another_server_is_refused()
    {
        var node = OneNode();
        using (var directory = DataDirectory.Open(Path.Combine(_folder.Path, "node1"), "another-cluster", "node9"))
        {
            directory.Name();
        }

        (await CommandLineRun.RunAsync("node", "--config", node.ConfigFile))
            .AssertRefused(ExitCodes.WrongUse, "another-cluster", "node9", "bad-input", "node1");
    }

    [Fact]
    public async Task No_node_reachable_tells_which_were_tried()
    {
        var port = Ports.Free(1)[0];
        (await CommandLineRun.RunAsync("get", "key", "--contact", $"127.0.0.1:{port}", "--timeout", "2"))
            .AssertRefused(ExitCodes.Failure, $"127.0.0.1:{port}");
    }

    [Fact]
    public async Task No_quorum_tells_which_members_do_not_answer()
    {
        await using var cluster = TestCluster.Start();
        await ClusterChecks.LeaderAsync(cluster);
        await cluster.KillAsync(0);
        await cluster.KillAsync(1);
        (await CommandLineRun.RunAsync("set", "key", "value", "--contact", cluster.Nodes[2].Contact, "--timeout", "3"))
            .AssertRefused(ExitCodes.Failure, "node1", "node2");
    }

    private LocalNode OneNode(string overrides = "") =>
        ClusterFiles.Write(_folder.Path, Ports.Free(1), _folder.Path, "bad-input", overrides)[0];
}
