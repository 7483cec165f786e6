using AkkaRaft.Core;
using AkkaRaft.TestKit.Linearizability;

namespace AkkaRaft.Simulation;

/// <summary>Everything that is simulated, and the one clock and the one queue of events that move it.</summary>
internal sealed class World
{
    private static readonly ServerId[] Ids = [.. Enumerable.Range(1, 9).Select(number => new ServerId($"n{number}"))];

    private const int MaxEventsInASecond = 500_000;

    private readonly EventQueue _events = new();
    private readonly List<Attempt> _attempts = [];
    private int _eventsOfSecond;

    public World(WorldSettings settings)
    {
        var random = new SimulationRandom(settings.Seed);
        CoreFaults = settings.CoreFaults;
        Trace = settings.Trace;
        Trace?.Attach(this);
        Invariants = new InvariantSet(this);
        Network = new SimulatedNetwork(this, settings.Servers + settings.Spares, random.Fork());
        InitialServers = settings.Servers;
        var members = ClusterConfiguration.Of(Ids[..settings.Servers]);
        Ledger = new Ledger(members);
        var servers = new List<SimulatedServer>();
        for (var i = 0; i < settings.Servers + settings.Spares; i++)
        {
            var bootstrap = i < settings.Servers ? members : ClusterConfiguration.Empty;
            servers.Add(new SimulatedServer(this, i, bootstrap, settings.OptionsOf(i), random.Fork()));
        }

        Servers = servers;
        AllSpeakTheLatest = servers.TrueForAll(server => server.Options.Version == ProtocolVersion.Latest);
        Administrator = new Administrator(this);
        Clients = [.. Enumerable.Range(0, settings.Clients).Select(number => new SimulatedClient(this, number, random.Fork()))];
    }

    /// <summary>The time since the beginning of the world.</summary>
    public long Now { get; private set; }

    /// <summary>All servers that there are, members or not, started or not.</summary>
    public IReadOnlyList<SimulatedServer> Servers { get; }

    /// <summary>How many servers the cluster began with; they are the first.</summary>
    public int InitialServers { get; }

    /// <summary>Those whose processes are to run: all but spare ones that were not needed yet.</summary>
    public IReadOnlyList<SimulatedServer> Running => [.. Servers.Where(server => server.IsInUse)];

    public Administrator Administrator { get; }

    public bool AllSpeakTheLatest { get; }

    /// <summary>How far clocks may be off in faults; null for any.</summary>
    public double? MaxClockDrift { get; set; }

    /// <summary>Whether a disk was wiped under its server's name.</summary>
    public bool HasWiped { get; set; }

    public IReadOnlyList<SimulatedClient> Clients { get; }

    public SimulatedNetwork Network { get; }

    public Ledger Ledger { get; }

    public InvariantSet Invariants { get; }

    public Statistics Statistics { get; } = new();

    public History<RegisterInput, RegisterOutput> History { get; } = new();

    /// <summary>Null unless someone wants to read what happens.</summary>
    public Trace? Trace { get; }

    /// <summary>The faults that were put into the core on purpose.</summary>
    public RaftFault CoreFaults { get; }

    /// <summary>Takes the begin and the end of faults.</summary>
    public Action<SimulatedEvent>? OnFault { get; set; }

    /// <summary>A scenario's say over an effect: true to kill the server before it is carried out.</summary>
    public Func<SimulatedServer, RaftEffect, bool>? CrashesBefore { get; set; }

    /// <summary>The number of the next attempt; they begin at 1.</summary>
    public long NextAttempt => _attempts.Count + 1;

    public IReadOnlyList<Attempt> Attempts => _attempts;

    /// <summary>The running leader of the highest term.</summary>
    public SimulatedServer? Leader
    {
        get
        {
            SimulatedServer? leader = null;
            foreach (var server in Servers)
            {
                if (server.IsLeader && (leader is null || server.Core!.CurrentTerm > leader.Core!.CurrentTerm))
                {
                    leader = server;
                }
            }

            return leader;
        }
    }

    public static ServerId IdOf(int index) => Ids[index];

    public int IndexOf(ServerId id)
    {
        for (var i = 0; i < Servers.Count; i++)
        {
            if (ReferenceEquals(Ids[i].Value, id.Value) || Ids[i] == id)
            {
                return i;
            }
        }

        throw new InvariantBrokenException("CoreAssertion", $"there is no server {id}");
    }

    public Attempt NewAttempt(Func<long, Attempt> make)
    {
        var attempt = make(NextAttempt);
        _attempts.Add(attempt);
        return attempt;
    }

    /// <summary>Another try of an operation.</summary>
    public Attempt TryAgain(Attempt attempt) => NewAttempt(attempt.Again);

    /// <summary>Where a command comes from; null if no client sent it.</summary>
    public Attempt? AttemptOf(EntryPayload payload)
    {
        var command = (payload as SessionCommand)?.Command ?? payload as Command;
        var number = command is null ? 0 : Attempt.NumberOf(command);
        return number >= 1 && number <= _attempts.Count ? _attempts[(int)number - 1] : null;
    }

    public void Schedule(long time, in SimulatedEvent simulatedEvent) => _events.Add(time, simulatedEvent);

    public void Start()
    {
        foreach (var server in Servers.Take(InitialServers))
        {
            server.Start();
        }

        foreach (var client in Clients)
        {
            Schedule(Now, new SimulatedEvent(EventKind.ClientTurn, client.Number));
        }
    }

    /// <summary>Whether a server has its memory, and may be counted on.</summary>
    public bool IsWhole(SimulatedServer server) => !server.Disk.IsDamaged && !server.IsOlder && server.Process != ProcessState.Refused
        && (!server.HasForgotten || Ledger.Configuration.Incarnations.GetValueOrDefault(server.Id) == server.Disk.Incarnation
            || !Ledger.Configuration.IsMember(server.Id));

    /// <summary>Whether whole servers are majorities of all configurations that may be in force, even without one of them.</summary>
    public bool MayLose(SimulatedServer lost)
    {
        return !Administrator.IsWaiting && ConfigurationsInForce().All(configuration =>
            Majorities.Has(configuration, id => id != lost.Id && IsWhole(Servers[IndexOf(id)]))
            && KeepsWholeMajority(configuration.Voters, configuration.Learners, lost));
    }

    /// <summary>Whether whole servers are a majority of voters, whichever of some learners become voters too.</summary>
    public bool KeepsWholeMajority(IReadOnlyCollection<ServerId> voters, IEnumerable<ServerId> learners, SimulatedServer? without = null)
    {
        // It is worst when only those learners become voters that are not whole.
        return Majorities.Has(ClusterConfiguration.Of(voters.Union(learners.Where(id => !IsThere(id)))), IsThere);

        bool IsThere(ServerId id) => id != without?.Id && IsWhole(Servers[IndexOf(id)]);
    }

    /// <summary>The last that was committed, and all that are in logs behind it, in memory or on disk.</summary>
    public List<ClusterConfiguration> ConfigurationsInForce()
    {
        var all = new List<ClusterConfiguration> { Ledger.Configuration };
        foreach (var log in Servers.SelectMany<SimulatedServer, SimulatedLog>(server => [server.Log, server.DurableLog]))
        {
            if (log.ConfigurationIndex > Ledger.ConfigurationIndex && !all.Contains(log.Configuration))
            {
                all.Add(log.Configuration);
            }
        }

        return all;
    }

    /// <summary>Lets everything happen that is scheduled up to a time, and makes it that time.</summary>
    public void RunUntil(long time)
    {
        while (_events.NextTime <= time)
        {
            RunNext();
        }

        Now = Math.Max(Now, time);
    }

    /// <summary>Runs until a condition holds; false if it does not by a time.</summary>
    public bool RunUntil(Func<bool> condition, long time)
    {
        while (!condition())
        {
            if (_events.NextTime > time)
            {
                Now = Math.Max(Now, time);
                return condition();
            }

            RunNext();
        }

        return true;
    }

    /// <summary>A cluster that spins, so that virtual time hardly goes on, is a finding too.</summary>
    private void CountEvent(long time)
    {
        if (time / Duration.Second != Now / Duration.Second)
        {
            _eventsOfSecond = 0;
        }
        else if (++_eventsOfSecond > MaxEventsInASecond)
        {
            throw new InvariantBrokenException("Liveness", $"more than {MaxEventsInASecond} events happen within one virtual second");
        }
    }

    private void RunNext()
    {
        var next = _events.Take(out var time);
        CountEvent(time);
        Now = time;
        switch (next.Kind)
        {
            case EventKind.AdministratorTurn:
                Administrator.TakeTurn();
                break;
            case EventKind.ClientTurn:
                Clients[next.Target].TakeTurn();
                break;
            case EventKind.ClientAnswer:
                if (next.Target == Administrator.Number)
                {
                    Administrator.Receive((Answer)next.Payload!, next.Number);
                }
                else
                {
                    Clients[next.Target].Receive((Answer)next.Payload!, next.Number);
                }

                break;
            case EventKind.ClientTimeout:
                Clients[next.Target].StopWaitingFor(next.Number);
                break;
            case EventKind.FaultBegins or EventKind.FaultEnds:
                OnFault?.Invoke(next);
                break;
            default:
                Servers[next.Target].Receive(next);
                break;
        }
    }
}
