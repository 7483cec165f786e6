namespace AkkaRaft;

/// <summary>
/// Every key of <c>reference.conf</c> with the smallest and the largest value that it takes. What is read is checked against this table,
/// and <c>docs/settings.md</c> prints it.
/// </summary>
internal static class SettingsTable
{
    private const long KiB = 1024;
    private const long TiB = KiB * KiB * KiB * KiB;

    /// <summary>Akka's timers go no finer than this by much; anything shorter is a slip of the unit.</summary>
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    /// <summary>Longer than anything waits, and far from where sums of times would overflow.</summary>
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static readonly TextSetting Dispatcher = new("", "the path of a dispatcher's section");

    /// <summary>Settings that had another name, by it; a node that still uses the old one is told the new one.</summary>
    public static readonly IReadOnlyDictionary<string, string> Renamed = new Dictionary<string, string>
    {
        ["akka-raft.clock-interval"] = "akka-raft.time-entry-interval",
    };

    /// <summary>The settings, in the order of <c>reference.conf</c>.</summary>
    public static readonly IReadOnlyList<Setting> All =
    [
        new TextSetting("cluster-id", SettingsChecks.NameInWords),
        new TextSetting("server-id", SettingsChecks.NameInWords) { Beyond = "one of `members`" },
        new TextSetting("members", "{ id = address, ... } or [ { id = ..., address = ... }, ... ]")
        {
            Beyond = "each id and each address once; one spelling of each host; `akka.ssl.tcp` with TLS and `akka.tcp` without",
        },
        new SwitchSetting("join"),
        Time("reconnect-after") with { Beyond = "not below `election-timeout-max`" },
        Time("member-probe-timeout"),
        Time("election-timeout-min") with { Beyond = "at least two of `heartbeat-interval`" },
        Time("election-timeout-max") with { Beyond = "not below `election-timeout-min`" },
        Time("heartbeat-interval"),
        new SwitchSetting("pre-vote"),
        new SwitchSetting("check-quorum"),
        new SwitchSetting("forward-to-leader"),
        new NumberSetting("max-batch-entries", 1),
        Framed("max-batch-size"),
        new NumberSetting("max-in-flight", 1),
        new SizeSetting("max-in-flight-size", KiB, TiB),
        Framed("max-command-size") with { HasAuto = true },
        new NumberSetting("max-uncommitted-entries", 1),
        ForAnEntry("max-uncommitted-size"),
        new NumberSetting("max-unapplied-entries", 1),
        ForAnEntry("max-unapplied-size"),
        new NumberSetting("max-pending-reads", 1),
        new NumberSetting("max-local-reads", 1),
        Time("max-write-stall") with { Beyond = "not below `election-timeout-max`" },
        new SwitchSetting("lease-reads") { Beyond = "`on` needs `check-quorum = on`" },
        new FractionSetting("max-clock-drift", 0.5),
        new NumberSetting("priority", int.MinValue),
        Time("time-entry-interval"),
        Time("query-wait-max"),
        new NumberSetting("max-waiting-queries", 1),
        new TextSetting("journal-plugin-id", "the path of a journal's section, or an empty text")
        {
            Beyond = "a journal on disk, with `replay-filter.mode = fail`",
        },
        new TextSetting("snapshot-plugin-id", "the path of a snapshot store's section"),
        new TextSetting("snapshot-directory", "the path of a folder, or an empty text"),
        new NumberSetting("snapshot-entries", 0),
        new SizeSetting("snapshot-size", 0, TiB),
        new FractionSetting("snapshot-growth", 10),
        Framed("snapshot-chunk-size") with { Least = 64 },
        new NumberSetting("max-snapshot-chunks-in-flight", 1),
        new SwitchSetting("allow-volatile-journal"),
        new SwitchSetting("allow-json-payloads"),
        new SwitchSetting("allow-plaintext"),
        Time("restart-backoff-min"),
        Time("restart-backoff-max") with { Beyond = "not below `restart-backoff-min`" },
        new TextSetting("disk-directory", "the path of a folder, or an empty text"),
        new SizeSetting("min-free-disk", 0, KiB * TiB),
        Dispatcher with { Key = "dispatcher" },
        Dispatcher with { Key = "state-machine-dispatcher" },
        Dispatcher with { Key = "snapshot-dispatcher" },
        new TextSetting("client.cluster-id", "the id of a cluster, or an empty text"),
        Time("client.timeout"),
        Time("client.retry-backoff-min"),
        Time("client.retry-backoff-max") with { Beyond = "not below `client.retry-backoff-min`" },
        Time("client.probe-interval"),
        Time("client.members-interval"),
        Time("client.query-resend-after"),
        new SwitchSetting("client.session"),
        new TimeSetting("client.session-timeout", Millisecond, 365 * Day),
        new NumberSetting("client.max-pending-requests", 1),
    ];

    private static readonly Dictionary<string, Setting> ByPath = All.ToDictionary(setting => setting.Path);

    /// <summary>The setting of a full path.</summary>
    public static T Of<T>(string path)
        where T : Setting => (T)ByPath[path];

    private static TimeSetting Time(string key) => new(key, Millisecond, Day);

    private static SizeSetting ForAnEntry(string key) => new(key, KiB, TiB)
    {
        Beyond = $"at least `max-command-size` and the {SettingsChecks.EntryBytes} bytes of an entry",
    };

    private static SizeSetting Framed(string key) => new(key, KiB, int.MaxValue)
    {
        Beyond = $"{SettingsChecks.EnvelopeBytes} bytes below `akka.remote.dot-netty.tcp.maximum-frame-size`",
    };
}
