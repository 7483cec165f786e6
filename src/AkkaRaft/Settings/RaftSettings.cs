using Akka.Configuration;
using AkkaRaft.Core;
using AkkaRaft.Core.Sessions;

namespace AkkaRaft;

/// <summary>The settings of a server, from <c>akka-raft</c>; each is described in <c>reference.conf</c>.</summary>
public sealed record RaftSettings
{
    /// <summary>The cluster's name.</summary>
    public required string ClusterId { get; init; }

    /// <summary>This server's name, which is its journal's persistence id too.</summary>
    public required ServerId ServerId { get; init; }

    /// <summary>The members that the cluster starts with, this server among them.</summary>
    public required IReadOnlyList<RaftMember> Members { get; init; }

    /// <summary>
    /// Whether a server with an empty journal waits until it is added to a cluster, instead of starting one with <see cref="Members"/>.
    /// </summary>
    public required bool Join { get; init; }

    /// <summary>How long a peer may be asked and be unresponsive before the association with its node is made anew.</summary>
    public required TimeSpan ReconnectAfter { get; init; }

    /// <summary>How long a server that is to become a member has time to say what it is.</summary>
    public required TimeSpan MemberProbeTimeout { get; init; }

    /// <summary>A folder on the disk whose room is watched; empty for none.</summary>
    public required string DiskDirectory { get; init; }

    /// <summary>With less room on that disk the server takes no entries; 0 for no such bound.</summary>
    public required long MinFreeDiskBytes { get; init; }

    /// <summary>The protocol's settings.</summary>
    public required RaftOptions Protocol { get; init; }

    /// <summary>The journal plugin's configuration path; empty for Akka's default one.</summary>
    public required string JournalPluginId { get; init; }

    /// <summary>The snapshot store's configuration path.</summary>
    public required string SnapshotPluginId { get; init; }

    /// <summary>The folder of this server's snapshots; empty for none.</summary>
    public required string SnapshotDirectory { get; init; }

    /// <summary>The dispatcher of the actor that reads and writes snapshots.</summary>
    public required string SnapshotDispatcher { get; init; }

    /// <summary>Whether commands, queries and results may use Akka's JSON serializer.</summary>
    public required bool AllowJsonPayloads { get; init; }

    /// <summary>The first wait before a failed server is started again.</summary>
    public required TimeSpan RestartBackoffMin { get; init; }

    /// <summary>The longest wait before a failed server is started again.</summary>
    public required TimeSpan RestartBackoffMax { get; init; }

    /// <summary>The dispatcher of the server's actor.</summary>
    public required string Dispatcher { get; init; }

    /// <summary>The dispatcher of the state machine's actor.</summary>
    public required string StateMachineDispatcher { get; init; }

    /// <summary>The most bytes of results in one answer, so that it fits into a frame.</summary>
    public required int MaxAnswerBytes { get; init; }

    /// <summary>How often a leader tells the log how much time has passed, while somebody waits for time.</summary>
    public required TimeSpan TimeEntryInterval { get; init; }

    /// <summary>How long a query may wait at a server for a state to come.</summary>
    public required TimeSpan QueryWaitMax { get; init; }

    /// <summary>How many queries may wait at a server for a state to come.</summary>
    public required int MaxWaitingQueries { get; init; }

    /// <summary>Seeds the election timeouts of a run: a test may fix them.</summary>
    internal Func<ulong> Seed { get; init; } = () => (ulong)Random.Shared.NextInt64();

    /// <summary>Draws an id that nothing else has, of whatever history of whatever cluster: a test may fix them.</summary>
    internal Func<long> NewId { get; init; } = () => Random.Shared.NextInt64(1, SessionLimits.HighestId);

    /// <summary>
    /// The members that the protocol starts with, without their addresses: as long as the log names none, the settings' count, so that a
    /// cluster whose members never change can be moved by its files.
    /// </summary>
    internal ClusterConfiguration Bootstrap =>
        Join ? ClusterConfiguration.Empty : ClusterConfiguration.Of(Members.Select(member => member.Id));

    /// <summary>Reads and checks the settings.</summary>
    /// <param name="config">A system's whole configuration: what it says of remoting and persistence is checked too.</param>
    /// <exception cref="RaftConfigurationException">
    /// A value is wrong, or an unknown key stands under <c>akka-raft</c>; the message names it.
    /// </exception>
    public static RaftSettings From(Config config)
    {
        var reader = new SettingsReader(config.WithFallback(Raft.DefaultConfig));
        SettingsChecks.RefuseUnknownKeys(config);
        var settings = new RaftSettings
        {
            ClusterId = reader.Text("akka-raft.cluster-id"),
            ServerId = new ServerId(reader.Text("akka-raft.server-id")),
            Members = reader.Members("akka-raft.members"),
            Join = reader.Switch("akka-raft.join"),
            ReconnectAfter = reader.Time("akka-raft.reconnect-after"),
            MemberProbeTimeout = reader.Time("akka-raft.member-probe-timeout"),
            DiskDirectory = reader.Text("akka-raft.disk-directory"),
            MinFreeDiskBytes = reader.Size("akka-raft.min-free-disk"),
            Protocol = ReadProtocol(reader),
            JournalPluginId = reader.Text("akka-raft.journal-plugin-id"),
            SnapshotPluginId = reader.Text("akka-raft.snapshot-plugin-id"),
            SnapshotDirectory = reader.Text("akka-raft.snapshot-directory"),
            SnapshotDispatcher = reader.Text("akka-raft.snapshot-dispatcher"),
            AllowJsonPayloads = reader.Switch("akka-raft.allow-json-payloads"),
            RestartBackoffMin = reader.Time("akka-raft.restart-backoff-min"),
            RestartBackoffMax = reader.Time("akka-raft.restart-backoff-max"),
            Dispatcher = reader.Text("akka-raft.dispatcher"),
            StateMachineDispatcher = reader.Text("akka-raft.state-machine-dispatcher"),
            TimeEntryInterval = reader.Time("akka-raft.time-entry-interval"),
            QueryWaitMax = reader.Time("akka-raft.query-wait-max"),
            MaxWaitingQueries = reader.Number("akka-raft.max-waiting-queries"),
            MaxAnswerBytes = SettingsChecks.FrameBytes(reader) - SettingsChecks.EnvelopeBytes,
        };
        SettingsChecks.Check(reader, settings);
        return settings;
    }

    private static RaftOptions ReadProtocol(SettingsReader reader) => new()
    {
        ElectionTimeoutMin = reader.Time("akka-raft.election-timeout-min"),
        ElectionTimeoutMax = reader.Time("akka-raft.election-timeout-max"),
        HeartbeatInterval = reader.Time("akka-raft.heartbeat-interval"),
        PreVote = reader.Switch("akka-raft.pre-vote"),
        CheckQuorum = reader.Switch("akka-raft.check-quorum"),
        ForwardToLeader = reader.Switch("akka-raft.forward-to-leader"),
        MaxBatchEntries = reader.Number("akka-raft.max-batch-entries"),
        MaxBatchBytes = (int)reader.Size("akka-raft.max-batch-size"),
        MaxInFlight = reader.Number("akka-raft.max-in-flight"),
        MaxCommandBytes = SettingsChecks.CommandBytes(reader),
        MaxUncommittedEntries = reader.Number("akka-raft.max-uncommitted-entries"),
        MaxUncommittedBytes = reader.Size("akka-raft.max-uncommitted-size"),
        MaxUnappliedEntries = reader.Number("akka-raft.max-unapplied-entries"),
        MaxUnappliedBytes = reader.Size("akka-raft.max-unapplied-size"),
        MaxPendingReads = reader.Number("akka-raft.max-pending-reads"),
        SnapshotEntries = reader.Number("akka-raft.snapshot-entries"),
        SnapshotBytes = reader.Size("akka-raft.snapshot-size"),
        SnapshotGrowth = reader.Fraction("akka-raft.snapshot-growth"),
        SnapshotChunkBytes = (int)reader.Size("akka-raft.snapshot-chunk-size"),
        MaxSnapshotChunksInFlight = reader.Number("akka-raft.max-snapshot-chunks-in-flight"),
        MaxInFlightBytes = reader.Size("akka-raft.max-in-flight-size"),
        MaxLocalReads = reader.Number("akka-raft.max-local-reads"),
        MaxWriteStall = reader.Time("akka-raft.max-write-stall"),
        LeaseReads = reader.Switch("akka-raft.lease-reads"),
        MaxClockDrift = reader.Fraction("akka-raft.max-clock-drift"),
        Priority = reader.Number("akka-raft.priority"),
    };
}
