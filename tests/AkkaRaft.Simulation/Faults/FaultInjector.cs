using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>Lets a plan's faults happen, and ends them.</summary>
internal sealed class FaultInjector
{
    private const double AimAtLeader = 0.4;

    private readonly World _world;
    private readonly Dictionary<int, Fault> _faults;
    private readonly SortedDictionary<int, Action> _undo = [];
    private bool _isOver;

    public FaultInjector(World world, IEnumerable<Fault> faults)
    {
        _world = world;
        _faults = faults.ToDictionary(fault => fault.Number);
        _world.OnFault = OnEvent;
        foreach (var fault in _faults.Values)
        {
            _world.Schedule(fault.At, new SimulatedEvent(EventKind.FaultBegins, 0, 0, null, fault.Number));
        }
    }

    /// <summary>Ends all faults that last, and lets no further one begin.</summary>
    public void EndAll()
    {
        _isOver = true;
        foreach (var undo in _undo.Values)
        {
            undo();
        }

        _undo.Clear();
        foreach (var server in _world.Servers)
        {
            server.EffectsUntilCrash = -1;
            server.Disk.NextSyncFails = false;
            server.NextSnapshotFails = false;
        }
    }

    private void OnEvent(SimulatedEvent simulatedEvent)
    {
        var fault = _faults[(int)simulatedEvent.Number];
        if (simulatedEvent.Kind == EventKind.FaultBegins)
        {
            Begin(fault);
        }
        else if (_undo.Remove(fault.Number, out var undo))
        {
            _world.Trace?.Note($"fault {fault.Number} ends: {fault.Kind}");
            undo();
        }
    }

    private void Begin(Fault fault)
    {
        if (_isOver)
        {
            return;
        }

        var random = new SimulationRandom(fault.Salt);
        var target = Target(random);
        _world.Statistics.Faults++;
        _world.Trace?.Note(
            $"fault {fault.Number} begins: {fault.Kind}, at {target.Id} if it is one server's, for {Duration.Text(fault.Length)} s");
        var undo = Administer(fault, target, random) ?? BeginOnProcess(fault, target, random) ?? BeginOnDisk(fault, target, random)
            ?? BeginOnNetwork(fault, target, random);
        if (undo is not null)
        {
            _undo.Add(fault.Number, undo);
            _world.Schedule(_world.Now + fault.Length, new SimulatedEvent(EventKind.FaultEnds, 0, 0, null, fault.Number));
        }
    }

    private Action? BeginOnProcess(Fault fault, SimulatedServer target, SimulationRandom random)
    {
        // Often it is back at once, while what it did before is still under way.
        var downTime = random.Chance(0.4) ? random.Between(Duration.Millisecond, 30 * Duration.Millisecond) : fault.Length;
        switch (fault.Kind)
        {
            case FaultKind.Crash:
                target.Stop("it is killed", downTime);
                return null;
            case FaultKind.CrashBetweenEffects:
                target.EffectsUntilCrash = random.Below(12);
                target.DownTimeAfterCrash = downTime;
                return null;
            case FaultKind.PowerLoss:
                target.Stop("its power is lost", downTime, powerLost: true);
                return null;
            case FaultKind.PowerLossEverywhere:
                foreach (var server in _world.Running)
                {
                    server.Stop("all power is lost", fault.Length + random.Exponential(100 * Duration.Millisecond), powerLost: true);
                }

                return null;
            case FaultKind.Pause:
                target.Pause();
                return target.Resume;
            case FaultKind.ClockDrift:
                target.Clock.SetRate(_world.Now, DrawRate(random));
                return () => target.Clock.SetRate(_world.Now, 1);
            default:
                return null;
        }
    }

    private Action? Administer(Fault fault, SimulatedServer target, SimulationRandom random)
    {
        switch (fault.Kind)
        {
            case FaultKind.ChangeMembers:
                _world.Administrator.ChangeSomething(random);
                break;
            case FaultKind.Transfer:
                ServerId? to = random.Chance(0.5) ? null : random.Pick(_world.Running).Id;
                var asked = random.Chance(0.8) && _world.Leader is { } leader ? leader : target;
                _world.Administrator.Transfer(asked, to);
                return random.Chance(_world.MaxClockDrift is null ? 0.3 : 0.8) ? DeafenSoon(asked, random) : null;
            case FaultKind.Replace:
                return Replace(target, random);
            case FaultKind.Wipe:
                Wipe(fault, target);
                break;
            case FaultKind.Upgrade:
                if (target.Options.Version < ProtocolVersion.Latest)
                {
                    target.Upgrade(fault.Length);
                }

                break;
        }

        return null;
    }

    /// <summary>
    /// A member's disk is wiped at most once in a run, and only when all members have its incarnation on their disks: more is not
    /// promised. A server that is no member, nor is about to be one, may be made anew at any time.
    /// </summary>
    private void Wipe(Fault fault, SimulatedServer target)
    {
        var configurations = _world.ConfigurationsInForce();
        if (configurations.TrueForAll(configuration => !configuration.IsMember(target.Id)))
        {
            if (!_world.Administrator.IsWaiting)
            {
                target.Wipe(fault.Length, joins: true);
            }

            return;
        }

        var isKnown = configurations.TrueForAll(configuration => configuration.IsMember(target.Id)
            && configuration.Incarnations.GetValueOrDefault(target.Id) == target.Disk.Incarnation
            && configuration.Members.All(member => _world.Servers[_world.IndexOf(member)].DurableLog.Configuration.Incarnations
                .GetValueOrDefault(target.Id) == target.Disk.Incarnation));
        if (isKnown && !_world.HasWiped && _world.MayLose(target))
        {
            _world.HasWiped = true;
            target.Wipe(fault.Length, joins: false);
        }
    }

    private Action DeafenSoon(SimulatedServer server, SimulationRandom random)
    {
        foreach (var (from, to) in Pairs().Where(pair => pair.To == server.Index))
        {
            _world.Network[from, to].MinDelay += random.Between(20 * Duration.Millisecond, 400 * Duration.Millisecond);
        }

        return () =>
        {
            foreach (var (from, to) in Pairs().Where(pair => pair.To == server.Index))
            {
                _world.Network[from, to].MinDelay = Link.UsualMinDelay;
            }
        };
    }

    private Action Replace(SimulatedServer server, SimulationRandom random)
    {
        var slow = Pairs().Where(pair => pair.From == server.Index).Select(pair => _world.Network[pair.From, pair.To]).ToArray();
        foreach (var link in slow)
        {
            link.MeanDelay = random.Between(Link.UsualDelay, 100 * Duration.Millisecond);
        }

        _world.Administrator.Replace(server, tellsIncarnation: random.Chance(0.5));
        return () =>
        {
            foreach (var link in slow)
            {
                link.MeanDelay = Link.UsualDelay;
            }
        };
    }

    private double DrawRate(SimulationRandom random)
    {
        var drift = _world.MaxClockDrift ?? 0.1;
        var isMild = _world.MaxClockDrift is not null || random.Chance(0.5);
        return isMild ? 1 - drift + (2 * drift * random.Fraction()) : 0.4 + (1.8 * random.Fraction());
    }

    private Action? BeginOnDisk(Fault fault, SimulatedServer target, SimulationRandom random)
    {
        switch (fault.Kind)
        {
            case FaultKind.SlowDisk:
                target.Disk.Slowness = 2 + (30 * random.Fraction());
                return () => target.Disk.Slowness = 1;
            case FaultKind.DiskStall:
                target.Disk.StallUntil(_world.Now + fault.Length);
                return null;
            case FaultKind.FsyncError:
                target.Disk.NextSyncFails = target.IsUp;
                return null;
            case FaultKind.DiskLow:
                target.Disk.IsLow = true;
                target.DiskHasChanged();
                return () =>
                {
                    target.Disk.IsLow = false;
                    target.DiskHasChanged();
                };
            case FaultKind.SnapshotFails:
                target.NextSnapshotFails = target.IsUp;
                return null;
            case FaultKind.DiskFull:
                target.Disk.IsFull = true;
                return () => target.Disk.IsFull = false;
            case FaultKind.BitFlip:
                // A majority must keep its memory, or nothing can be promised any more.
                if (_world.MayLose(target))
                {
                    target.Disk.TryFlipBit();
                }

                return null;
            default:
                return null;
        }
    }

    private Action? BeginOnNetwork(Fault fault, SimulatedServer target, SimulationRandom random)
    {
        switch (fault.Kind)
        {
            case FaultKind.Isolate:
                return Cut(Pairs().Where(pair => pair.From == target.Index || pair.To == target.Index));
            case FaultKind.OneWay:
                var isMute = random.Chance(0.5);
                return Cut(Pairs().Where(pair => (isMute ? pair.From : pair.To) == target.Index));
            case FaultKind.Partition:
                var side = _world.Servers.Select(server => server == target || random.Chance(0.4)).ToArray();
                return Cut(Pairs().Where(pair => side[pair.From] != side[pair.To]));
            case FaultKind.PartialPartition:
                var share = 0.2 + (0.5 * random.Fraction());
                var bothWays = random.Chance(0.5);
                return Cut(Pairs().Where(pair => pair.From < pair.To && random.Chance(share))
                    .SelectMany<(int From, int To), (int From, int To)>(pair => bothWays ? [pair, (pair.To, pair.From)] : [pair]));
            case FaultKind.BadLinks:
                return SpoilLinks(random);
            case FaultKind.SlowLink:
                var other = (target.Index + 1 + random.Below(_world.Servers.Count - 1)) % _world.Servers.Count;
                var link = _world.Network[target.Index, other];
                link.MeanDelay = random.Between(5 * Duration.Millisecond, 300 * Duration.Millisecond);
                return () => link.MeanDelay = Link.UsualDelay;
            case FaultKind.ClientLoss:
                _world.Network.ClientLoss = 0.5 * random.Fraction();
                return () => _world.Network.ClientLoss = 0;
            default:
                return null;
        }
    }

    private Action SpoilLinks(SimulationRandom random)
    {
        var loss = 0.3 * random.Fraction();
        var duplication = random.Chance(0.5) ? 0.3 * random.Fraction() : 0;
        var reordering = random.Chance(0.5) ? 0.5 * random.Fraction() : 0;
        foreach (var link in _world.Network.Links)
        {
            (link.Loss, link.Duplication, link.Reordering) = (loss, duplication, reordering);
        }

        return () =>
        {
            foreach (var link in _world.Network.Links)
            {
                (link.Loss, link.Duplication, link.Reordering) = (0, 0, 0);
            }
        };
    }

    private Action Cut(IEnumerable<(int From, int To)> pairs)
    {
        var cut = pairs.ToArray();
        foreach (var (from, to) in cut)
        {
            _world.Network.Cut(from, to, 1);
        }

        return () =>
        {
            foreach (var (from, to) in cut)
            {
                _world.Network.Cut(from, to, -1);
            }
        };
    }

    private IEnumerable<(int From, int To)> Pairs() =>
        from one in Enumerable.Range(0, _world.Servers.Count)
        from other in Enumerable.Range(0, _world.Servers.Count)
        where one != other
        select (one, other);

    private SimulatedServer Target(SimulationRandom random)
    {
        var aimed = random.Chance(AimAtLeader);
        var drawn = random.Pick(_world.Running);
        return aimed && _world.Leader is { } leader ? leader : drawn;
    }
}
