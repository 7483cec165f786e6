using Akka.Actor;
using Akka.Configuration;

namespace Akka.Remote;

/// <summary>The section <c>akka.remote</c>, read once.</summary>
public class RemoteSettings
{
    internal const string AkkaSchemeName = "akka";

    public static readonly string AkkaScheme = AkkaSchemeName;

    public RemoteSettings(Config config)
    {
        Config = config;
        var remote = config.GetConfig("akka.remote");

        LogReceive = remote.GetBoolean("log-received-messages");
        LogSend = remote.GetBoolean("log-sent-messages");
        var level = remote.GetString("log-remote-lifecycle-events", "DEBUG")!.ToUpperInvariant();
        RemoteLifecycleEventsLogLevel = level is "ON" or "TRUE" ? "DEBUG" : level;
        LogBufferSizeExceeding = remote.GetString("log-buffer-size-exceeding", "")!.ToUpperInvariant() is "OFF" or "FALSE"
            ? int.MaxValue
            : remote.GetInt("log-buffer-size-exceeding");

        LogFrameSizeExceeding = remote.GetString("log-frame-size-exceeding", "")!.ToUpperInvariant() is "OFF" or "FALSE"
            ? int.MaxValue
            : (int)Math.Min(remote.GetByteSize("log-frame-size-exceeding") ?? int.MaxValue, int.MaxValue);

        UntrustedMode = remote.GetBoolean("untrusted-mode");
        TrustedSelectionPaths = [.. remote.GetStringList("trusted-selection-paths")];
        Dispatcher = remote.GetString("use-dispatcher", "")!;

        StartupTimeout = remote.GetTimeSpan("startup-timeout");
        ShutdownTimeout = remote.GetTimeSpan("shutdown-timeout");
        FlushWait = remote.GetTimeSpan("flush-wait-on-shutdown");
        CommandAckTimeout = remote.GetTimeSpan("command-ack-timeout");
        BackoffPeriod = remote.GetTimeSpan("backoff-interval");
        UsePassiveConnections = remote.GetBoolean("use-passive-connections");
        RetryGateClosedFor = remote.GetTimeSpan("retry-gate-closed-for");

        QuarantineDuration = remote.GetTimeSpan("prune-quarantine-marker-after");
        QuarantineSilentSystemTimeout = remote.GetTimeSpan("quarantine-after-silence");
        InitialSysMsgDeliveryTimeout = remote.GetTimeSpan("initial-system-message-delivery-timeout");
        SysMsgAckTimeout = remote.GetTimeSpan("system-message-ack-piggyback-timeout");
        SysMsgBufferSize = remote.GetInt("system-message-buffer-size");
        SysResendTimeout = remote.GetTimeSpan("resend-interval");
        SysResendLimit = remote.GetInt("resend-limit");

        WatchFailureDetectorConfig = remote.GetConfig("watch-failure-detector");
        WatchFailureDetectorImplementationClass = WatchFailureDetectorConfig.GetString("implementation-class", "")!;
        WatchHeartBeatInterval = WatchFailureDetectorConfig.GetTimeSpan("heartbeat-interval");
        WatchUnreachableReaperInterval = WatchFailureDetectorConfig.GetTimeSpan("unreachable-nodes-reaper-interval");
        WatchHeartbeatExpectedResponseAfter = WatchFailureDetectorConfig.GetTimeSpan("expected-response-after");

        TransportNames = remote.GetStringList("enabled-transports");
        Transports = [.. TransportNames.Select(name => new TransportSettings(TransportSection(config, name)))];
    }

    public Config Config { get; }

    public bool LogReceive { get; set; }

    public bool LogSend { get; set; }

    public string RemoteLifecycleEventsLogLevel { get; set; }

    public int LogBufferSizeExceeding { get; set; }

    internal int LogFrameSizeExceeding { get; }

    public bool UntrustedMode { get; set; }

    public HashSet<string> TrustedSelectionPaths { get; set; }

    public string Dispatcher { get; set; }

    public TimeSpan StartupTimeout { get; set; }

    public TimeSpan ShutdownTimeout { get; set; }

    public TimeSpan FlushWait { get; set; }

    public TimeSpan CommandAckTimeout { get; set; }

    public TimeSpan BackoffPeriod { get; set; }

    public bool UsePassiveConnections { get; set; }

    public TimeSpan RetryGateClosedFor { get; set; }

    public TimeSpan? QuarantineDuration { get; set; }

    public TimeSpan QuarantineSilentSystemTimeout { get; set; }

    public TimeSpan InitialSysMsgDeliveryTimeout { get; set; }

    public TimeSpan SysMsgAckTimeout { get; set; }

    public int SysMsgBufferSize { get; set; }

    public TimeSpan SysResendTimeout { get; set; }

    public int SysResendLimit { get; set; }

    public Config WatchFailureDetectorConfig { get; set; }

    public string WatchFailureDetectorImplementationClass { get; set; }

    public TimeSpan WatchHeartBeatInterval { get; set; }

    public TimeSpan WatchUnreachableReaperInterval { get; set; }

    public TimeSpan WatchHeartbeatExpectedResponseAfter { get; set; }

    public IList<string> TransportNames { get; set; }

    public TransportSettings[] Transports { get; set; }

    public Props ConfigureDispatcher(Props props) => string.IsNullOrEmpty(Dispatcher) ? props : props.WithDispatcher(Dispatcher);

    private static Config TransportSection(Config config, string name)
    {
        var section = config.GetConfig(name);
        return section is null || section.IsEmpty
            ? throw new ConfigurationException($"The transport [{name}] of akka.remote.enabled-transports has no section.")
            : section;
    }

    public class TransportSettings
    {
        public TransportSettings(Config config)
        {
            Config = config;
            TransportClass = config.GetString("transport-class", "")!;
            Adapters = config.GetStringList("applied-adapters");
        }

        public Config Config { get; set; }

        public string TransportClass { get; set; }

        public IList<string> Adapters { get; set; }
    }
}
