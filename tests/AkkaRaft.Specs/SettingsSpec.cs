using Akka.Configuration;
using AkkaRaft.Core;

namespace AkkaRaft.Specs;

/// <summary>What a server reads from HOCON, and what it refuses.</summary>
public sealed class SettingsSpec
{
    internal const string Good =
        """
        akka.actor.provider = remote
        akka.remote.dot-netty.tcp.hostname = "127.0.0.1"
        akka.persistence.journal.plugin = "akka.persistence.journal.disk"
        akka.persistence.journal.disk { class = "Some.Durable.Journal, Some", replay-filter.mode = fail }
        akka-raft {
          cluster-id = kv
          server-id = node1
          members {
            node1 = "akka.tcp://raft@127.0.0.1:5001"
            node2 = "akka.tcp://raft@127.0.0.1:5002"
            node3 = "akka.tcp://raft@127.0.0.1:5003"
          }
        }
        """;

    [Fact]
    public void A_node_says_who_it_is_and_takes_the_defaults_for_the_rest()
    {
        var settings = Read("");

        Assert.Equal("kv", settings.ClusterId);
        Assert.Equal(new ServerId("node1"), settings.ServerId);
        Assert.Equal(["node1", "node2", "node3"], settings.Members.Select(member => member.Id.Value));
        Assert.Equal("akka.tcp://raft@127.0.0.1:5002/user/raft", settings.Members[1].ContactPath);
        Assert.Equal("akka.tcp://raft@127.0.0.1:5002/user/raft/server", settings.Members[1].ServerPath);
        Assert.Equal(128_000 - 4096, settings.MaxAnswerBytes);
    }

    [Fact]
    public void The_defaults_of_the_protocol_are_those_of_the_core_and_snapshots_are_taken()
    {
        var expected = new RaftOptions
        {
            MaxCommandBytes = 128_000 - 4096, SnapshotEntries = 100_000, SnapshotBytes = 64 * 1024 * 1024, SnapshotGrowth = 0.25,
        };

        Assert.Equal(expected, Read("").Protocol);
    }

    [Theory]
    [InlineData("", 128_000 - 4096)]
    [InlineData("akka.remote.dot-netty.tcp.maximum-frame-size = 80000b", 80_000 - 4096)]
    [InlineData("akka.remote.dot-netty.tcp.maximum-frame-size = 2097152b", 1540 * 1024)]
    [InlineData("akka-raft.max-command-size = 64KiB", 64 * 1024)]
    public void The_largest_command_is_as_large_as_the_frame_allows(string change, int bytes)
    {
        Assert.Equal(bytes, Read(change).Protocol.MaxCommandBytes);
        Assert.Equal(bytes, RaftClientSettings.From(ConfigurationFactory.ParseString(change)).MaxCommandBytes);
    }

    [Fact]
    public void Members_may_be_written_as_a_list()
    {
        var settings = Read(
            """
            akka-raft.members = [
              { id = node1, address = "akka.tcp://raft@127.0.0.1:5001" }
              { id = b, address = "akka.tcp://raft@127.0.0.1:7/user/other" }
            ]
            """);

        Assert.Equal("akka.tcp://raft@127.0.0.1:7/user/other/server", settings.Members[1].ServerPath);
    }

    [Fact]
    public void A_server_that_joins_needs_its_own_address_alone_and_begins_without_members()
    {
        const string joining =
            """
            akka-raft { join = on, server-id = node4, members = [{ id = node4, address = "akka.tcp://raft@127.0.0.1:5004" }] }
            """;

        Assert.Equal(ClusterConfiguration.Empty, Read(joining).Bootstrap);

        var lost = Assert.Throws<RaftConfigurationException>(() => Read("akka-raft { join = on, server-id = node4 }"));
        Assert.Contains("akka-raft.members must hold at least this server's own address, and has node1, node2, node3", lost.Message);
        var local = Assert.Throws<RaftConfigurationException>(() => Read($"{joining}\nakka.actor.provider = local"));
        Assert.Equal("akka.actor.provider", local.Key);
    }

    [Fact]
    public void A_bound_for_the_disk_may_be_nothing_and_not_less()
    {
        Assert.Equal(0, Read("akka-raft.min-free-disk = 0").MinFreeDiskBytes);
        var wrong = Assert.Throws<RaftConfigurationException>(() => Read("akka-raft.min-free-disk = much"));
        Assert.Equal("akka-raft.min-free-disk", wrong.Key);
    }

    [Fact]
    public void Each_default_has_a_comment_above_it()
    {
        using var reader = new StreamReader(typeof(Raft).Assembly.GetManifestResourceStream("AkkaRaft.reference.conf")!);
        string[] lines = [.. reader.ReadToEnd().Split('\n').Select(line => line.Trim())];
        var end = Array.FindIndex(lines, line => line.StartsWith("akka.actor", StringComparison.Ordinal));
        for (var i = 0; i < end; i++)
        {
            if (lines[i].Contains(" = ") && !lines[i].StartsWith('#') && !lines[i].Contains("class ="))
            {
                var above = lines[i - 1];
                var isExplained = above.StartsWith('#') || above.Contains("class =") || above.EndsWith('{');
                Assert.True(isExplained, $"No comment above '{lines[i]}'.");
            }
        }
    }

    [Theory]
    [InlineData("akka-raft.cluster-id = \"\"", "akka-raft.cluster-id", "a name of")]
    [InlineData("akka-raft.server-id = \"no good\"", "akka-raft.server-id", "'no good'")]
    [InlineData("akka-raft.server-id = node9", "akka-raft.server-id", "node1, node2, node3")]
    [InlineData("akka-raft.members.node3 = \"akka.tcp://raft@127.0.0.1:5001\"", "akka-raft.members", "the same address")]
    [InlineData("akka-raft.members.node3 = \"not an address\"", "akka-raft.members", "'not an address'")]
    [InlineData("akka-raft.members = [{id=a,address=\"akka://x\"},{id=a,address=\"akka://y\"}]", "akka-raft.members", "once")]
    [InlineData("akka-raft.election-timeout-min = 400ms", "akka-raft.election-timeout-max", "300ms")]
    [InlineData("akka-raft.election-timeout-min = 90ms", "akka-raft.election-timeout-min", "two heartbeats")]
    [InlineData("akka-raft.heartbeat-interval = soon", "akka-raft.heartbeat-interval", "'soon'")]
    [InlineData("akka-raft.heartbeat-interval = 0ms", "akka-raft.heartbeat-interval", "from 1ms to 1d")]
    [InlineData("akka-raft.lease-reads = on, akka-raft.check-quorum = off", "akka-raft.lease-reads", "check-quorum")]
    [InlineData("akka-raft.max-clock-drift = 0.6", "akka-raft.max-clock-drift", "from 0 to 0.5")]
    [InlineData("akka-raft.max-write-stall = 100ms", "akka-raft.max-write-stall", "300ms")]
    [InlineData("akka-raft.priority = high", "akka-raft.priority", "'high'")]
    [InlineData("akka-raft.max-in-flight = 0", "akka-raft.max-in-flight", "from 1 to")]
    [InlineData("akka-raft.pre-vote = perhaps", "akka-raft.pre-vote", "on or off")]
    [InlineData("akka-raft.max-command-size = 1MiB", "akka-raft.max-command-size", "123904 bytes")]
    [InlineData("akka-raft.max-batch-size = 125000b", "akka-raft.max-batch-size", "123904 bytes")]
    [InlineData("akka.remote.dot-netty.tcp.maximum-frame-size = 32000b", "akka-raft.max-batch-size", "27904 bytes")]
    [InlineData("akka-raft.restart-backoff-max = 1ms", "akka-raft.restart-backoff-max", "restart-backoff-min")]
    [InlineData("akka.actor.provider = local", "akka.actor.provider", "'remote'")]
    [InlineData("akka-raft.journal-plugin-id = \"akka.persistence.journal.lost\"", "akka-raft.journal-plugin-id", "no such section")]
    [InlineData("akka.persistence.journal.disk.replay-filter.mode = warn", "akka.persistence.journal.disk.replay-filter.mode", "'fail'")]
    public void Nonsense_is_refused_with_the_key_the_value_and_what_would_be_right(string change, string key, string part)
    {
        var refusal = Assert.Throws<RaftConfigurationException>(() => Read(change));

        Assert.Equal(key, refusal.Key);
        Assert.StartsWith(key, refusal.Message);
        Assert.Contains(part, refusal.Message);
    }

    [Fact]
    public void A_setting_that_was_renamed_is_refused_with_its_new_name()
    {
        var wrong = Assert.Throws<RaftConfigurationException>(() => Read("akka-raft.clock-interval = 1s"));

        Assert.Equal(
            "akka-raft.clock-interval is an old name, but the setting is now called akka-raft.time-entry-interval.", wrong.Message);
    }

    [Fact]
    public void A_misspelt_key_is_refused_with_the_nearest_known_one()
    {
        var refusal = Assert.Throws<RaftConfigurationException>(() => Read("akka-raft.heartbeat-intervall = 50ms"));

        Assert.Equal("akka-raft.heartbeat-intervall", refusal.Key);
        Assert.Contains("akka-raft.heartbeat-interval.", refusal.Message);
        Assert.Throws<RaftConfigurationException>(() => Read("akka-raft.client.timeot = 1s"));
    }

    [Fact]
    public void Scenario_44_a_journal_in_memory_is_refused_unless_it_is_allowed()
    {
        const string inMemory =
            """
            akka.persistence.journal.plugin = "akka.persistence.journal.inmem"
            akka.persistence.journal-plugin-fallback.replay-filter.mode = fail

            """;

        var refusal = Assert.Throws<RaftConfigurationException>(() => Read(inMemory));

        Assert.Contains("allow-volatile-journal", refusal.Message);
        Read(inMemory + "akka-raft.allow-volatile-journal = on");
    }

    [Theory]
    [InlineData("akka-raft.members.node1 = \"akka.tcp://raft@10.0.0.1:5001\"")]
    [InlineData("akka.remote.dot-netty.tcp.hostname = \"0.0.0.0\"\nakka.remote.dot-netty.tcp.public-hostname = \"127.0.0.1\"")]
    public void An_address_that_is_not_loopback_needs_TLS(string elsewhere)
    {
        const string withTls =
            """

            akka.remote.dot-netty.tcp.enable-ssl = on
            akka-raft.members {
              node1 = "akka.ssl.tcp://raft@10.0.0.1:5001"
              node2 = "akka.ssl.tcp://raft@10.0.0.2:5001"
              node3 = "akka.ssl.tcp://raft@10.0.0.3:5001"
            }
            """;

        var refusal = Assert.Throws<RaftConfigurationException>(() => Read(elsewhere));

        Assert.Equal("akka.remote.dot-netty.tcp.enable-ssl", refusal.Key);
        Read(elsewhere + withTls);
        Read(elsewhere + "\nakka-raft.allow-plaintext = on");
    }

    [Theory]
    [InlineData("akka-raft.members.node2 = \"akka.tcp://raft@localhost:5002\"", "'localhost' is to be written '127.0.0.1'")]
    [InlineData("akka-raft.members.node2 = \"akka.tcp://raft@host2.:5002\"", "'host2.' is to be written 'host2'")]
    [InlineData("akka-raft.members.node2 = \"akka.tcp://other@127.0.0.1:5001\"", "127.0.0.1:5001 is there under two names")]
    [InlineData("akka-raft.members.node2 = \"akka.ssl.tcp://raft@127.0.0.1:5002\"", "must begin with akka.tcp://")]
    [InlineData("akka-raft.members = [{ id = node1, address = \"akka.tcp://raft@127.0.0.1:5001\" }, "
        + "{ id = node1, address = \"akka.tcp://raft@127.0.0.1:5002\" }]", "node1 stands there more than once")]
    [InlineData("akka.remote.dot-netty.tcp.hostname = \"\"", "hostname is missing or empty")]
    [InlineData("akka.remote.dot-netty.tcp.hostname = localhost", "'localhost' is to be written '127.0.0.1'")]
    [InlineData("akka-raft.reconnect-after = 299 ms", "must not be below akka-raft.election-timeout-max")]
    public void A_node_has_one_name_and_listens_where_it_says(string change, string expected) =>
        Assert.Contains(expected, Assert.Throws<RaftConfigurationException>(() => Read(change)).Message);

    [Fact]
    public void A_list_of_members_takes_the_place_of_an_object_that_is_set_before_it()
    {
        var settings = RaftSettings.From(ConfigurationFactory.ParseString(
            Good + "\nakka-raft.members = [{ id = node1, address = \"akka.tcp://raft@127.0.0.1:7001\" }]"));

        Assert.Equal(["akka.tcp://raft@127.0.0.1:7001"], settings.Members.Select(member => member.Address));
    }

    private static RaftSettings Read(string change) =>
        RaftSettings.From(ConfigurationFactory.ParseString(change).WithFallback(ConfigurationFactory.ParseString(Good)));
}
