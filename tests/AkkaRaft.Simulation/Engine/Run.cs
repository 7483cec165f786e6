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
    private const long LivenessBound = 10 * Duration.Second;

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
        _plan = [.. planned.Where(fault => settings.OnlyFaults?.Contains(fault.Number) != false)];
        var drawnServers = _random.Pick([3, 3, 3, 3, 3, 4, 4, 5, 5, 5, 7]);
        var options = DrawOptions(_random.Fork());
        _world = new World(new WorldSettings
        {
            Seed = _random.NextULong(),
            Servers = settings.Servers ?? drawnServers,
            Clients = 3 + _random.Below(4),
            OptionsOf = options,
            CoreFaults = settings.CoreFaults,
            Trace = trace,
        });
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

        catch (Exception unexpected) when (unexpected is InvariantViolationException or ArgumentException or InvalidOperationException or NullReferenceException)
        {
            // The simulator itself has met what it did not expect: as much a finding as any other, and as worth a seed.
            broken = new InvariantBrokenException("Unexpected", unexpected.ToString());
        }

        var world = run._world;
        return new RunReport(
            settings, broken, world.Now, world.Servers.Count, [.. run._plan.Where(fault => fault.At <= world.Now)], world.Statistics);
    }

    /// <summary>
    /// Settings that all of the cluster's servers have, small bounds among them; some clusters are of two minds about pre-vote.
    /// </summary>
    private static Func<int, RaftOptions> DrawOptions(SimulationRandom random)
    {
        var common = new RaftOptions
        {
            PreVote = random.Chance(0.85),
            CheckQuorum = random.Chance(0.9),
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
            SnapshotChunkBytes = random.Pick([16, 100, 64 * 1024]),
            MaxSnapshotChunksInFlight = random.Pick([1, 2, 4]),
            MaxWriteStall = TimeSpan.FromMilliseconds(random.Pick([300, 2000])),
        };
        var mixed = random.Chance(0.1);
        var differing = random.NextULong();
        return index => mixed && (differing >> index & 1) != 0 ? common with { PreVote = !common.PreVote } : common;
    }

    private void SetPace(SimulationRandom random)
    {
        var think = random.Between(20 * Duration.Millisecond, 300 * Duration.Millisecond);
        var reads = 0.15 + (0.5 * random.Fraction());
        var padding = random.Chance(0.3) ? 400 : 0;
        var otherReads = random.Pick([0, 0.3]);
        var sessions = random.Pick([0, 0.5, 1]);
        foreach (var client in _world.Clients)
        {
            client.MeanThinkTime = think;
            client.Reads = reads;
            client.MaxPadding = padding;
            client.OtherReads = otherReads;
            client.UsesSession = random.Chance(sessions);
            client.SessionTimeout = TimeSpan.FromSeconds(random.Pick([1, 3, 20]));
        }

        var batchTime = random.Pick([0, 0, 5 * Duration.Millisecond, 40 * Duration.Millisecond]);
        var hasLateTimers = random.Chance(0.2);
        foreach (var server in _world.Servers)
        {
            server.BatchTime = batchTime;
            server.HasLateTimers = hasLateTimers;
            server.Disk.MeanLatency = random.Between(200 * Duration.Microsecond, 6 * Duration.Millisecond);
            server.MeanSnapshotTime = random.Between(Duration.Millisecond, 60 * Duration.Millisecond);
            server.MeanApplyTime = random.Between(50 * Duration.Microsecond, 3 * Duration.Millisecond);
        }
    }

    private void SafetyPhase()
    {
        _world.Trace?.Note(
            $"{_world.Servers.Count} servers, {_world.Clients.Count} clients, {_plan.Count} faults planned; {_world.Servers[0].Options}");
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
        var isLive = _world.RunUntil(
            () => _world.Leader is { } leader && majority.TrueForAll(server => server.Core?.LastApplied.Value >= commitBefore
                && server.Core.Leader == leader.Id) && HasServedAll(completedBefore),
            _world.Now + LivenessBound);
        if (!isLive)
        {
            var since = Duration.Text(_world.Now - LivenessBound);
            throw new InvariantBrokenException("Liveness", $"{names} were healed at {since} s and do not all serve: {Describe(majority)}");
        }

        var term = _world.Leader!.Core!.CurrentTerm;
        _world.RunUntil(_world.Now + CalmTime);
        if (_world.Leader?.Core!.CurrentTerm != term)
        {
            throw new InvariantBrokenException("Liveness", $"{names} are healed and left the leader of term {term}: {Describe(majority)}");
        }
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

    /// <summary>Mends everything for a random majority whose journals are whole; the others go away or are cut off, for good.</summary>
    private List<SimulatedServer> HealMajority()
    {
        _faults.EndAll();
        var whole = _world.Servers.Where(server => !server.Disk.IsDamaged).ToList();
        var needed = (_world.Servers.Count / 2) + 1;
        var size = needed + _random.Below(whole.Count - needed + 1);
        while (whole.Count > size)
        {
            whole.RemoveAt(_random.Below(whole.Count));
        }

        foreach (var server in _world.Servers)
        {
            server.EndStall();
            server.Clock.SetRate(_world.Now, 0.98 + (0.04 * _random.Fraction()));
            if (whole.Contains(server))
            {
                server.RestartAfter(_random.Between(0, 500 * Duration.Millisecond));
            }
            else
            {
                Exclude(server, whole);
            }
        }

        return whole;
    }

    /// <summary>Takes a server from the healed majority: it is gone, or cut off from it in both directions or in one.</summary>
    private void Exclude(SimulatedServer server, List<SimulatedServer> majority)
    {
        // One that still speaks, or hears, may unsettle servers that ask nobody before they campaign: nothing is promised then.
        var isProtected = _world.Servers.All(each => each.Options is { PreVote: true, CheckQuorum: true });
        var fate = _random.Below(isProtected ? 4 : 2);
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

    private static string Describe(List<SimulatedServer> majority) => string.Join("; ", majority.Select(server => server.Core is { } core
        ? $"{server.Id} {core.Role} in t{core.CurrentTerm}, {core.LastApplied}/{core.CommitIndex}/{core.LastLogIndex}, "
            + $"leader {core.Leader?.Value ?? "unknown"}"
        : $"{server.Id} {server.Process}"));
}
