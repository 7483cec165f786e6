using Akka.Configuration;

namespace AkkaRaft;

/// <summary>
/// The settings of a <see cref="RaftClient"/>, from <c>akka-raft.client</c>; each is described in <c>reference.conf</c>.
/// </summary>
public sealed record RaftClientSettings
{
    /// <summary>The cluster that the client belongs to; empty for that of the first server that answers.</summary>
    public string ClusterId { get; init; } = "";

    /// <summary>How long a request is tried before it fails.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>The first wait before a rejected request is sent again.</summary>
    public required TimeSpan RetryBackoffMin { get; init; }

    /// <summary>The longest wait before a rejected request is sent again.</summary>
    public required TimeSpan RetryBackoffMax { get; init; }

    /// <summary>How long requests may go without an answer before the contact points are asked who leads.</summary>
    public required TimeSpan ProbeInterval { get; init; }

    /// <summary>How long a server may be asked and be unresponsive before the association with its node is made anew.</summary>
    public TimeSpan ReconnectAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a client that is at work asks the leader who the members are.</summary>
    public TimeSpan MembersInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a query, or a command in a session, may go without an answer before it is sent again.</summary>
    public required TimeSpan QueryResendAfter { get; init; }

    /// <summary>Whether commands are proposed in a session, and so apply exactly once.</summary>
    public bool Session { get; init; } = true;

    /// <summary>After how much replicated time without a command the session expires.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The client asks the first of its contact points for the leader, and the others only where that does not answer: for a client that
    /// lives for one request, connections cost more than a moment's wait.
    /// </summary>
    internal bool AsksOneFirst { get; init; }

    /// <summary>The most requests that wait in one client.</summary>
    public required int MaxPendingRequests { get; init; }

    /// <summary>The largest command, serialized.</summary>
    public required int MaxCommandBytes { get; init; }

    /// <summary>The most bytes of an answer, which its frame must hold.</summary>
    public int MaxAnswerBytes { get; init; } = SettingsChecks.DefaultFrameBytes - SettingsChecks.EnvelopeBytes;

    /// <summary>The most bytes of commands or queries in one message.</summary>
    public required int MaxBatchBytes { get; init; }

    /// <summary>Whether types without a serializer of their own may be sent as JSON.</summary>
    public required bool AllowJsonPayloads { get; init; }

    /// <summary>Reads and checks the settings.</summary>
    /// <param name="config">A system's whole configuration.</param>
    /// <exception cref="RaftConfigurationException">A value is wrong; the message names its key.</exception>
    public static RaftClientSettings From(Config config)
    {
        var reader = new SettingsReader(config.WithFallback(Raft.DefaultConfig));
        SettingsChecks.RefuseUnknownKeys(config);
        var settings = new RaftClientSettings
        {
            ClusterId = reader.Text("akka-raft.client.cluster-id"),
            Timeout = reader.Time("akka-raft.client.timeout"),
            RetryBackoffMin = reader.Time("akka-raft.client.retry-backoff-min"),
            RetryBackoffMax = reader.Time("akka-raft.client.retry-backoff-max"),
            ProbeInterval = reader.Time("akka-raft.client.probe-interval"),
            ReconnectAfter = reader.Time("akka-raft.reconnect-after"),
            MembersInterval = reader.Time("akka-raft.client.members-interval"),
            QueryResendAfter = reader.Time("akka-raft.client.query-resend-after"),
            Session = reader.Switch("akka-raft.client.session"),
            SessionTimeout = reader.Time("akka-raft.client.session-timeout"),
            MaxPendingRequests = reader.Number("akka-raft.client.max-pending-requests"),
            MaxCommandBytes = SettingsChecks.CommandBytes(reader),
            MaxBatchBytes = (int)reader.Size("akka-raft.max-batch-size"),
            MaxAnswerBytes = SettingsChecks.FrameBytes(reader) - SettingsChecks.EnvelopeBytes,
            AllowJsonPayloads = reader.Switch("akka-raft.allow-json-payloads"),
        };
        reader.NotBelow(
            "akka-raft.client.retry-backoff-max",
            settings.RetryBackoffMax,
            "akka-raft.client.retry-backoff-min",
            settings.RetryBackoffMin);
        SettingsChecks.CheckFrame(reader, settings.MaxBatchBytes, settings.MaxCommandBytes);
        return settings;
    }
}
