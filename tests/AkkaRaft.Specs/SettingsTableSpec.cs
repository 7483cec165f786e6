using System.Runtime.CompilerServices;
using Akka.Configuration;
using AkkaRaft.Core;

namespace AkkaRaft.Specs;

/// <summary>
/// Every key of <c>reference.conf</c> at its ends: the smallest and the largest value are taken, and a server begins with them; what is
/// beyond is refused, with the key, the value and what would be right.
/// </summary>
public sealed class SettingsTableSpec
{
    private const string LongTimes = "election-timeout-max = 1d, reconnect-after = 1d, max-write-stall = 1d";
    private static readonly string[] Times = ["0ms", "999us", "-1s", "86401s", "3000000d", "soon", "infinite", "\"\""];
    private static readonly string[] Numbers = ["0", "-1", "2147483648", "1.5", "many", "\"\""];
    private static readonly string[] Sizes = ["16B", "1023B", "0", "-1KiB", "1025TiB", "99999999EiB", "much", "\"\""];
    private static readonly string[] Switches = ["perhaps", "2", "\"\""];

    private static readonly Row[] Rows =
    [
        new("cluster-id", "a", new string('a', 64), ["\"\"", new string('a', 65), "\"a b\"", "\"..\"", "\"ä\""]),
        new("server-id", "node1", "node3", ["\"\"", "node9", "\"no de1\"", "\"..\"", "\".\""]),
        new(
            "members",
            "[{ id = node1, address = \"akka.tcp://raft@127.0.0.1:1\" }]",
            "{ node1 = \"akka.tcp://raft@127.0.0.1:65535\" }",
            ["[]", "text", "{ node1 = nowhere }", "[{ id = node1 }]", "{ node1 = \"akka.tcp://raft@127.0.0.1:65536\" }",
                "{ node1 = \"akka.tcp://raft@127.0.0.1:0\" }", "{ node1 = \"akka.tcp://raft@127.0.0.1\" }"])
        {
            Part = "",
            IsAnyKey = true,
        },
        new("join", "off", "on", Switches),
        new("reconnect-after", "300ms", "1d", Times),
        new("member-probe-timeout", "1ms", "1d", Times),
        new("election-timeout-min", "2ms", "1d", Times) { With = "heartbeat-interval = 1ms", WithLargest = LongTimes },
        new("election-timeout-max", "2ms", "1d", Times)
        {
            With = "heartbeat-interval = 1ms, election-timeout-min = 2ms", WithLargest = "reconnect-after = 1d, max-write-stall = 1d",
        },
        new("heartbeat-interval", "1ms", "12h", Times) { WithLargest = "election-timeout-min = 1d, " + LongTimes },
        new("pre-vote", "off", "on", Switches),
        new("check-quorum", "off", "on", Switches),
        new("forward-to-leader", "off", "on", Switches),
        new("max-batch-entries", "1", "2147483647", Numbers),
        new("max-batch-size", "1KiB", "123904B", [.. Sizes, "123905B"]),
        new("max-in-flight", "1", "2147483647", Numbers),
        new("max-in-flight-size", "1KiB", "1TiB", Sizes),
        new("max-command-size", "1KiB", "123904B", [.. Sizes, "123905B"]),
        new("max-uncommitted-entries", "1", "2147483647", Numbers),
        new("max-uncommitted-size", "1048B", "1TiB", [.. Sizes, "1047B"]) { With = "max-command-size = 1KiB" },
        new("max-unapplied-entries", "1", "2147483647", Numbers),
        new("max-unapplied-size", "1048B", "1TiB", [.. Sizes, "1047B"]) { With = "max-command-size = 1KiB" },
        new("max-pending-reads", "1", "2147483647", Numbers),
        new("max-local-reads", "1", "2147483647", Numbers),
        new("max-write-stall", "300ms", "1d", [.. Times, "299ms"]),
        new("lease-reads", "off", "on", Switches),
        new("max-clock-drift", "0", "0.5", ["-0.1", "0.51", "NaN", "some", "\"\""]),
        new("priority", "-2147483648", "2147483647", ["high", "2147483648", "1.5", "\"\""]),
        new("time-entry-interval", "1ms", "1d", Times),
        new("query-wait-max", "1ms", "1d", Times),
        new("max-waiting-queries", "1", "2147483647", Numbers),
        new("journal-plugin-id", "\"\"", "\"akka.persistence.journal.disk\"", ["nowhere", "akka-raft"]) { IsAnyKey = true },
        new("snapshot-plugin-id", "\"akka-raft.no-snapshot-store\"", "\"akka.persistence.no-snapshot-store\"", ["\"\"", "nowhere"]),
        new("snapshot-directory", "\"\"", "\"some/folder\"", []),
        new("snapshot-entries", "0", "2147483647", ["-1", "2147483648", "never", "\"\""]),
        new("snapshot-size", "0", "1TiB", ["-1", "1025TiB", "much", "\"\""]),
        new("snapshot-growth", "0", "10", ["-1", "10.1", "NaN", "Infinity", "some"]),
        new("snapshot-chunk-size", "64B", "123904B", ["0", "63B", "-1KiB", "99999999EiB", "much", "\"\"", "123905B"]),
        new("max-snapshot-chunks-in-flight", "1", "2147483647", Numbers),
        new("allow-volatile-journal", "off", "on", Switches),
        new("allow-json-payloads", "off", "on", Switches),
        new("allow-plaintext", "off", "on", Switches),
        new("restart-backoff-min", "1ms", "1d", Times) { WithLargest = "restart-backoff-max = 1d" },
        new("restart-backoff-max", "1ms", "1d", Times) { With = "restart-backoff-min = 1ms" },
        new("disk-directory", "\"\"", "\"some/folder\"", []),
        new("min-free-disk", "0", "1024TiB", ["-1", "1025TiB", "16EiB", "much", "\"\""]),
        Dispatcher("dispatcher"),
        Dispatcher("state-machine-dispatcher"),
        Dispatcher("snapshot-dispatcher"),
        new("client.cluster-id", "\"\"", "\"some-cluster\"", []),
        new("client.timeout", "1ms", "1d", Times),
        new("client.retry-backoff-min", "1ms", "1d", Times) { WithLargest = "client.retry-backoff-max = 1d" },
        new("client.retry-backoff-max", "1ms", "1d", Times) { With = "client.retry-backoff-min = 1ms" },
        new("client.probe-interval", "1ms", "1d", Times),
        new("client.members-interval", "1ms", "1d", Times),
        new("client.query-resend-after", "1ms", "1d", Times),
        new("client.session", "off", "on", Switches),
        new("client.session-timeout", "1ms", "365d", ["0ms", "366d", "3000000d", "10675199d", "soon"]),
        new("client.max-pending-requests", "1", "2147483647", Numbers),
    ];

    public static TheoryData<string> Keys => [.. Rows.Select(row => row.Key)];

    [Fact]
    public void Each_key_of_the_reference_has_a_row_here_and_one_in_the_table()
    {
        var keys = LeavesOf(Raft.DefaultConfig.GetConfig("akka-raft"), "").ToList();

        Assert.Equal(keys, Rows.Select(row => row.Key));
        Assert.Equal(keys, SettingsTable.All.Select(setting => setting.Key));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void The_smallest_and_the_largest_value_work(string key)
    {
        var row = Rows.Single(row => row.Key == key);
        foreach (var (value, with) in new[] { (row.Smallest, row.With), (row.Largest, row.WithLargest) })
        {
            var settings = Read(row, value, with);

            var server = new RaftServer(
                settings.ServerId, settings.Bootstrap, new PersistentState(), settings.Protocol, seed: 1, incarnation: 1);
            var now = TimeSpan.Zero;
            Assert.NotEmpty(server.Step(new Started(now)));
            now += settings.Protocol.ElectionTimeoutMax + settings.Protocol.ElectionTimeoutMax;
            server.Step(new TimerElapsed(now, RaftTimer.Election));
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void What_is_beyond_is_refused_with_the_key_the_value_and_what_would_be_right(string key)
    {
        var row = Rows.Single(row => row.Key == key);
        foreach (var value in row.Refused)
        {
            var refusal = Record.Exception(() => Read(row, value, row.With)) as RaftConfigurationException;

            Assert.True(refusal is not null, $"akka-raft.{key} = {value} was taken");
            Assert.Contains(row.Part ?? value.Trim('"'), refusal.Message);
            Assert.Contains("but ", refusal.Message);
            if (!row.IsAnyKey)
            {
                Assert.Equal("akka-raft." + key, refusal.Key);
            }
        }
    }

    [Theory]
    [InlineData("Data Source=:memory:")]
    [InlineData("Data Source=file:raft?mode=memory&cache=shared")]
    [InlineData("Data Source=raft.db;Mode=Memory")]
    [InlineData("datasource=' :MEMORY: '")]
    [InlineData("Default Timeout=8")]
    [InlineData("nonsense")]
    public void A_database_in_memory_is_no_journal(string connection)
    {
        var sqlite = $$"""
            akka.persistence.journal.disk { provider-name = "SQLite.MS", connection-string = "{{connection}}" }
            """;

        var refusal = Assert.Throws<RaftConfigurationException>(() => ReadText(sqlite));

        Assert.Equal("akka.persistence.journal.disk.connection-string", refusal.Key);
        Assert.Contains($"'{connection}'", refusal.Message);
        ReadText(sqlite + "\nakka-raft.allow-volatile-journal = on");
        ReadText(sqlite.Replace(connection, "Data Source=data/memory/raft.db;Default Timeout=8", StringComparison.Ordinal));
        ReadText(sqlite.Replace("SQLite.MS", "PostgreSQL.15", StringComparison.Ordinal));
    }

    [Fact]
    public void A_clients_system_is_checked_as_a_servers_is()
    {
        Refused("akka-raft.client.timeot = 1s", "akka-raft.client.timeout");
        Refused("akka-raft.max-command-size = 1MiB", "123904 bytes");

        static void Refused(string change, string part) => Assert.Contains(
            part,
            Assert.Throws<RaftConfigurationException>(() => RaftClientSettings.From(ConfigurationFactory.ParseString(change))).Message);
    }

    [Fact]
    public void The_page_of_settings_is_what_the_code_says()
    {
        var defaults = Raft.DefaultConfig.GetConfig("akka-raft");
        var table = string.Join('\n', SettingsTable.All.Select(setting =>
            $"| `{setting.Key}` | {DefaultOf(defaults, setting.Key)} | {setting.Values} | {setting.Beyond} |"));

        var page = File.ReadAllText(Path.Combine(Path.GetDirectoryName(SourceFile())!, "../../docs/settings.md")).ReplaceLineEndings("\n");

        Assert.True(page.Contains(table, StringComparison.Ordinal), $"docs/settings.md should have this table:\n{table}");
    }

    private static Row Dispatcher(string key) =>
        new(key, "\"akka.actor.default-dispatcher\"", "\"akka-raft.default-server-dispatcher\"", ["\"\"", "nowhere", "akka-raft"]);

    private static string DefaultOf(Config defaults, string key)
    {
        var value = defaults.GetValue(key)!;
        return value.IsArray() || value.GetString() is not { Length: > 0 } text ? "" : $"`{text}`";
    }

    private static IEnumerable<string> LeavesOf(Config config, string path) => config.Root.GetObject().Items
        .Where(field => !(field.Value.IsObject() && path.Length == 0 && field.Key != "client"))
        .SelectMany(field => field.Value.IsObject()
            ? LeavesOf(config.GetConfig(field.Key), $"{field.Key}.")
            : [path + field.Key]);

    private static RaftSettings Read(Row row, string value, string with)
    {
        var change = $"akka-raft {{ {with}\n }}\nakka-raft.{row.Key} = {value}";
        return ReadText(row.Key == "members" ? $"{change}\nakka-raft.server-id = node1" : change);
    }

    private static RaftSettings ReadText(string change)
    {
        // A text that is put behind takes the place of an object or a list before it only in one piece.
        var good = change.Contains("akka-raft.members", StringComparison.Ordinal)
            ? SettingsSpec.Good[..SettingsSpec.Good.IndexOf("  members", StringComparison.Ordinal)] + "}"
            : SettingsSpec.Good;
        var config = ConfigurationFactory.ParseString($"{good}\n{change}");
        _ = RaftClientSettings.From(config);
        return RaftSettings.From(config);
    }

    private static string SourceFile([CallerFilePath] string path = "") => path;

    /// <summary>A key and its values.</summary>
    /// <param name="Key">The key below <c>akka-raft</c>.</param>
    /// <param name="Smallest">The smallest value, or the first of a few, that works.</param>
    /// <param name="Largest">The largest value, or another, that works.</param>
    /// <param name="Refused">Values that do not.</param>
    private sealed record Row(string Key, string Smallest, string Largest, string[] Refused)
    {
        /// <summary>What else is set, so that the smallest value works, and none of the others is refused for another key's sake.</summary>
        public string With { get; init; } = "";

        /// <summary>What else is set, so that the largest value works.</summary>
        public string WithLargest { get; init; } = "";

        /// <summary>What the refusals have in common; the value itself by default.</summary>
        public string? Part { get; init; }

        /// <summary>Whether a refusal may name a key that this one points to.</summary>
        public bool IsAnyKey { get; init; }
    }
}
