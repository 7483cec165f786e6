using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>What came of a run.</summary>
/// <param name="Settings">Which run it was.</param>
/// <param name="Broken">The invariant that did not hold, or null.</param>
/// <param name="EndedAt">The virtual time at its end.</param>
/// <param name="Servers">How many servers there were.</param>
/// <param name="Begun">The faults that began, by number.</param>
/// <param name="Statistics">Counts.</param>
internal sealed record RunReport(
    RunSettings Settings, InvariantBrokenException? Broken, long EndedAt, int Servers, IReadOnlyList<Fault> Begun, Statistics Statistics);

/// <summary>
/// One run of a seed: a cluster under load and faults, whose invariants hold at every step; then a random majority is healed and has to
/// serve its clients within a bound, and to stay with one leader.
/// </summary>
internal sealed class Run
{
    /// <summary>How long a healed majority may take to elect, to catch up and to serve: many election timeouts.</summary>
    private const long LivenessBound = 15 * Duration.Second;

    /// <summary>How often they are given that time while one of them still catches up.</summary>
    private const int MostLivenessBounds = 20;

    /// <summary>
    /// For so long, from when the last message came that was on its way, a transfer may still unsettle it that was asked for before: its
    /// leader gives that up after an election timeout, and the word to campaign may come twice.
    /// </summary>
    private const long TransferTime = 2 * Duration.Second;

    /// <summary>How long it must then stay with its leader.</summary>
    private const long CalmTime = 2 * Duration.Second;

    private readonly RunSettings _settings;
    private readonly SimulationRandom _random;
    private readonly World _world;
    private readonly FaultInjector _faults;
    private readonly IReadOnlyList<Fault> _plan;

    private Run(RunSettings settings, Trace? trace)
    {
        _settings = settings;
        _random = new SimulationRandom(settings.Seed);
        var planned = FaultPlan.Draw(_random.Fork(), settings.SafetyTime);
        var drawnServers = _random.Pick([3, 3, 3, 3, 3, 4, 4, 5, 5, 5, 7]);
        var servers = settings.Servers ?? drawnServers;
        var options = DrawOptions(_random.Fork(), settings.CoreFaults);
        if (options(0).LeaseReads)
        {
            planned = FaultPlan.WithTransfers(planned, _random.Fork(), settings.SafetyTime);
        }

        _plan = [.. planned.Where(fault => settings.OnlyFaults?.Contains(fault.Number) != false)];
        _world = new World(new WorldSettings
        {
            Seed = _random.NextULong(),
            Servers = servers,
            Spares = _plan.Any(fault => fault.Kind is FaultKind.ChangeMembers) ? 1 + _random.Below(2) : 0,
            Clients = 3 + _random.Below(4),
            OptionsOf = index => index < servers ? options(index) : options(index) with { Version = ProtocolVersion.Latest },
            CoreFaults = settings.CoreFaults,
            Trace = trace,
        });
        var first = _world.Servers[0].Options;
        _world.MaxClockDrift = first.LeaseReads ? first.MaxClockDrift : null;
        _faults = new FaultInjector(_world, _plan);
        SetPace(_random.Fork());
    }

    /// <summary>Runs a seed to its end, or to where an invariant breaks.</summary>
    public static RunReport Of(RunSettings settings, Trace? trace = null)
    {
        var run = new Run(settings, trace);
        InvariantBrokenException? broken = null;
        try
        {
            run.SafetyPhase();
            run.LivenessPhase();
            run._world.Invariants.AtEnd();
        }
        catch (InvariantBrokenException exception)
        {
            broken = exception;
            trace?.Note($"BROKEN {exception.Message}");
        }

        catch (Exception unexpected)
            when (unexpected is InvariantViolationException or ArgumentException or InvalidOperationException or NullReferenceException)
        {
            // The simulator itself has met what it did not expect: as much a finding as any other, and as worth a seed.
            broken = new InvariantBrokenException("Unexpected", unexpected.ToString());
        }

        var world = run._world;
        return new RunReport(
            settings, broken, world.Now, world.InitialServers, [.. run._plan.Where(fault => fault.At <= world.Now)], world.Statistics);
    }

    /// <summary>
    /// Settings that all of the cluster's servers have, small bounds among them; some clusters are of two minds about pre-vote, or of two
    /// versions.
    /// </summary>
    private static Func<int, RaftOptions> DrawOptions(SimulationRandom random, RaftFault coreFaults)
    {
        var checkQuorum = random.Chance(0.9) || IsOfLeases(coreFaults);
        var common = new RaftOptions
        {
            PreVote = random.Chance(0.85),
            CheckQuorum = checkQuorum,
            LeaseReads = (checkQuorum && random.Chance(0.3)) || IsOfLeases(coreFaults),
            ForwardToLeader = random.Chance(0.8),
            MaxBatchEntries = random.Pick([1, 3, 64, 1024]),
            MaxBatchBytes = random.Pick([100, 1000, 64 * 1024]),
            MaxInFlight = random.Pick([1, 2, 16]),
            MaxUncommittedEntries = random.Pick([3, 100, 16 * 1024]),
            MaxUncommittedBytes = random.Pick([500, 16 * 1024 * 1024]),
            MaxPendingReads = random.Pick([1, 64 * 1024]),
            MaxHeldMessages = random.Pick([4, 1024]),
            SnapshotEntries = random.Pick([0, 3, 20, 20, 100, 500]),
            SnapshotBytes = random.Pick([0, 0, 2000]),
            SnapshotChunkBytes = random.Pick([64, 300, 64 * 1024]),
            ElectionTimeoutMax = TimeSpan.FromMilliseconds(random.Pick([300, 300, 600])),
            MaxSnapshotChunksInFlight = random.Pick([1, 2, 4]),
            MaxWriteStall = TimeSpan.FromMilliseconds(random.Pick([600, 2000])),
        };
        var mixed = random.Chance(0.1);
        var differing = random.NextULong();
        var hasPriorities = random.Chance(0.15);
        var hasOldServers = random.Chance(0.1);
        var haveDifferentSnapshots = random.Chance(0.25) || coreFaults == RaftFault.InstallOverNewerCommit;
        return index => common with
        {
            PreVote = common.PreVote ^ (mixed && IsSet(index)),
            SnapshotEntries = haveDifferentSnapshots && IsSet(index + 40) ? 0 : common.SnapshotEntries,
            Priority = hasPriorities && !IsOld(index) ? (int)(differing >> (2 * index) & 3) : 0,
            Version = IsOld(index) ? ProtocolVersion.First : ProtocolVersion.Latest,
        };

        bool IsOld(int index) => hasOldServers && IsSet(index + 20);
        bool IsSet(int bit) => (differing >> bit & 1) != 0;
    }

    /// <summary>Without leases there is nothing to be found; the seeds of such a run are worth more with them.</summary>
    private static bool IsOfLeases(RaftFault coreFaults) =>
        (coreFaults & (RaftFault.LeaseWithoutBound | RaftFault.LeaseOutlivesTransfer)) != 0;

    private void SetPace(SimulationRandom random)
    {
        // Leases are judged by what is read while another server leads already: that takes many reads, and clients who wait for neither.
        var isEager = _world.Servers[0].Options.LeaseReads;
        var think = isEager
            ? random.Between(5 * Duration.Millisecond, 50 * Duration.Millisecond)
            : random.Between(20 * Duration.Millisecond, 300 * Duration.Millisecond);
        var patience = isEager && random.Chance(0.7) ? 80 * Duration.Millisecond : 600 * Duration.Millisecond;
        var reads = 0.15 + (0.5 * random.Fraction());
        var padding = random.Chance(0.3) ? 400 : 0;
        var otherReads = random.Pick([0, 0.3]);
        var sessions = random.Pick([0, 0.5, 1]);
        foreach (var client in _world.Clients)
        {
            client.MeanThinkTime = think;
            client.Patience = patience;
            client.IsStubborn = isEager && random.Chance(0.6);
            client.Reads = reads;
            client.MaxPadding = padding;
            client.OtherReads = otherReads;
            client.UsesSession = random.Chance(sessions);
            client.SessionTimeout = TimeSpan.FromSeconds(random.Pick([1, 3, 20]));
        }

        var batchTime = random.Pick([0, 0, 5 * Duration.Millisecond, 40 * Duration.Millisecond]);
        var hasSlowStores = random.Chance(0.3) || _settings.CoreFaults == RaftFault.InstallOverNewerCommit;
        var hasLateTimers = random.Chance(0.2);
        foreach (var server in _world.Servers)
        {
            server.BatchTime = batchTime;
            server.HasLateTimers = hasLateTimers;
            server.HasSlowStores = hasSlowStores;
            server.Disk.MeanLatency = random.Between(200 * Duration.Microsecond, 6 * Duration.Millisecond);
            server.MeanSnapshotTime = random.Between(Duration.Millisecond, 60 * Duration.Millisecond);
            server.MeanApplyTime = random.Between(50 * Duration.Microsecond, 3 * Duration.Millisecond);
        }
    }

    private void SafetyPhase()
    {
        _world.Trace?.Note(
            $"{_world.InitialServers} servers, {_world.Servers.Count - _world.InitialServers} spare, "
            + $"{_world.Clients.Count} clients, {_plan.Count} faults planned; {_world.Servers[0].Options}");
        _world.Start();
        _world.RunUntil(_settings.SafetyTime);
    }

    private void LivenessPhase()
    {
        var majority = HealMajority();
        var names = string.Join(", ", majority.Select(server => server.Id));
        _world.Trace?.Note($"healed: {names}");
        var commitBefore = _world.Ledger.LastIndex;
        var completedBefore = _world.Clients.Select(client => client.Completed).ToArray();
        var since = Duration.Text(_world.Now);
        var slowest = Slowest(majority);
        var settledFrom = Math.Max(_world.Now, _world.Network.Links.Max(link => link.LastArrival)) + TransferTime;
        for (var tries = 1; !_world.RunUntil(IsLive, _world.Now + LivenessBound); tries++)
        {
            // A member that is thousands of entries behind takes its time, as long as it comes nearer. Clients may wait for it no longer
            // than until it has what was committed at the healing.
            var slowestBefore = slowest;
            slowest = Slowest(majority);
            var mayWait = slowestBefore < commitBefore || HasServedAll(completedBefore);
            if (slowest <= slowestBefore || tries == MostLivenessBounds || !mayWait)
            {
                throw new InvariantBrokenException(
                    "Liveness", $"{names} were healed at {since} s and do not all serve: {Describe(majority)}{Waiting(completedBefore)}");
            }
        }

        var term = _world.Leader!.Core!.CurrentTerm;
        _world.RunUntil(_world.Now + CalmTime);
        if (_world.Leader?.Core!.CurrentTerm != term)
        {
            throw new InvariantBrokenException("Liveness", $"{names} are healed and left the leader of term {term}: {Describe(majority)}");
        }

        bool IsLive() => _world.Now >= settledFrom
            && _world.Leader is { } leader && IsSettled(leader, majority, commitBefore) && HasServedAll(completedBefore);
    }

    /// <summary>How far the member has come that is furthest behind.</summary>
    private long Slowest(List<SimulatedServer> healed) =>
        healed.Where(server => _world.Ledger.Configuration.IsMember(server.Id)).Select(server => server.Core?.LastApplied.Value ?? 0)
            .DefaultIfEmpty().Min();

    /// <summary>
    /// Whether no change of members is under way, all members that are healed follow the leader and have what was committed, and none of
    /// them is wanted more as leader.
    /// </summary>
    private static bool IsSettled(SimulatedServer leader, List<SimulatedServer> healed, long commitBefore)
    {
        var configuration = leader.Log.Configuration;
        if (configuration.IsJoint || leader.Log.ConfigurationIndex > leader.Core!.CommitIndex.Value)
        {
            return false;
        }

        foreach (var server in healed)
        {
            if (configuration.IsMember(server.Id)
                && (server.Core is not { } core || core.LastApplied.Value < commitBefore || core.Leader != leader.Id
                    || configuration.Promotable.Contains(server.Id)
                    || (configuration.IsVoter(server.Id) && server.Options.Priority > leader.Options.Priority)))
            {
                return false;
            }
        }

        return true;
    }

    private bool HasServedAll(int[] completedBefore)
    {
        for (var i = 0; i < completedBefore.Length; i++)
        {
            if (_world.Clients[i].Completed < completedBefore[i] + 2)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Mends everything for random servers that have their memory and are majorities of all configurations that may be in force; the
    /// others go away or are cut off, for good.
    /// </summary>
    private List<SimulatedServer> HealMajority()
    {
        _faults.EndAll();
        var configurations = _world.ConfigurationsInForce();
        var healed = _world.Running.Where(server => _world.IsWhole(server)
            && (IsProtected || configurations.Exists(configuration => configuration.IsMember(server.Id)))).ToList();
        var mayChange = _world.Administrator.IsWaiting;
        for (var tries = _random.Below(healed.Count + 1); tries > 0; tries--)
        {
            var without = _random.Pick(healed);
            if (!mayChange && configurations.TrueForAll(configuration => IsEnough(configuration, id => id != without.Id && IsHealed(id))))
            {
                healed.Remove(without);
            }
        }

        foreach (var server in _world.Running)
        {
            server.EndStall();
            server.HasSlowStores = false;
            server.Clock.SetRate(_world.Now, 0.98 + (0.04 * _random.Fraction()));
            if (healed.Contains(server))
            {
                server.RestartAfter(_random.Between(0, 500 * Duration.Millisecond));
            }
            else
            {
                Exclude(server, healed);
            }
        }

        foreach (var client in _world.Clients)
        {
            client.MeanThinkTime = Math.Max(client.MeanThinkTime, 50 * Duration.Millisecond);
            client.Knows = [.. healed.Select(server => server.Index)];
        }

        return healed;

        bool IsHealed(ServerId id) => healed.Exists(server => server.Id == id);
    }

    /// <summary>Whether servers are majorities, also when a learner becomes a voter whose last word was that it has caught up.</summary>
    private static bool IsEnough(ClusterConfiguration configuration, Func<ServerId, bool> isThere) =>
        Majorities.Has(configuration, isThere)
        && Majorities.Has(
            ClusterConfiguration.Of(configuration.Voters.Union(configuration.Promotable.Where(id => !isThere(id)))), isThere);

    /// <summary>Whether all ask before they campaign, so that nobody who cannot win unsettles the others.</summary>
    private bool IsProtected => _world.Servers.All(each => each.Options is { PreVote: true, CheckQuorum: true });

    /// <summary>Takes a server from the healed majority: it is gone, or cut off from it in both directions or in one.</summary>
    private void Exclude(SimulatedServer server, List<SimulatedServer> majority)
    {
        // One that still speaks, or hears, may unsettle servers that ask nobody before they campaign: nothing is promised then.
        var fate = _random.Below(IsProtected ? 4 : 2);
        if (fate == 0)
        {
            server.Stop("it goes away for good", restartAfter: -1);
            server.RestartAfter(-1);
            return;
        }

        _world.Trace?.Note($"{server.Id} is cut off for good, {(fate == 1 ? "both ways" : fate == 2 ? "and can hear" : "and can speak")}");
        foreach (var other in majority)
        {
            _world.Network.Cut(server.Index, other.Index, fate == 3 ? 0 : 1);
            _world.Network.Cut(other.Index, server.Index, fate == 2 ? 0 : 1);
        }
    }

    private string Waiting(int[] completedBefore)
    {
        var waiting = _world.Clients.Where(client => client.Completed < completedBefore[client.Number] + 2).ToList();
        var configuration = _world.Leader?.Log.Configuration.ToString() ?? "unknown";
        return $"; {configuration}; {waiting.Count} clients wait{string.Concat(waiting.Select(client => $", {client}"))}";
    }

    private static string Describe(List<SimulatedServer> majority) => string.Join("; ", majority.Select(server => server.Core is { } core
        ? $"{server.Id} {core.Role} in t{core.CurrentTerm}, {core.LastApplied}/{core.CommitIndex}/{core.LastLogIndex}, "
            + $"leader {core.Leader?.Value ?? "unknown"}"
        : $"{server.Id} {server.Process}"));
}
