using AkkaRaft.Core;
using AkkaRaft.TestKit.Linearizability;

namespace AkkaRaft.Simulation;

/// <summary>A scripted run: what happens is said step by step, and the invariants watch as ever.</summary>
/// <param name="Number">Its number in the list of scenarios.</param>
/// <param name="Name">By which it is asked for.</param>
/// <param name="Play">What happens.</param>
internal sealed record Scenario(int Number, string Name, Action<Script> Play);

/// <summary>The seed of a scenario's play, from which its stages are made.</summary>
internal sealed class Script(ulong seed, Trace? trace)
{
    /// <summary>A cluster in the scenario's hands. Its clients ask only what the scenario says, unless they are let loose.</summary>
    public Stage Stage(
        int servers, RaftOptions? options = null, Func<int, RaftOptions>? optionsOf = null, int clients = 4, ulong salt = 0,
        int spares = 0) =>
        new(new World(new WorldSettings
        {
            Seed = (seed * 1_000_003) + salt,
            Servers = servers,
            Spares = spares,
            Clients = clients,
            OptionsOf = optionsOf ?? (_ => options ?? new RaftOptions()),
            Trace = trace,
        }));
}

/// <summary>A world and the words to write a scenario with.</summary>
internal sealed class Stage
{
    private static readonly Answer NoAnswer = new(default, new Indeterminate(default, null, IndeterminateReason.TimedOut), 0);

    private int _nextClient;

    public Stage(World world)
    {
        World = world;
        foreach (var client in world.Clients)
        {
            client.IsStopped = true;
        }
    }

    public World World { get; }

    public IReadOnlyList<SimulatedServer> Servers => World.Servers;

    /// <summary>The longest election timeout.</summary>
    public long ElectionTimeout => Servers[0].Options.ElectionTimeoutMax.Ticks;

    /// <summary>How many leaders were elected so far.</summary>
    public long LeadersElected => World.Statistics.LeadersElected;

    /// <summary>Gives a server a journal before it starts: its term, and its log by the terms of its entries.</summary>
    public void Journal(int server, long term, params long[] terms)
    {
        var events = new List<RaftEvent> { new Bootstrapped(ClusterConfiguration.Of(Servers.Select(each => each.Id))) };
        var entries = terms.Select((entryTerm, at) => new LogEntry(new LogIndex(at + 1), new Term(entryTerm), NoOp.Instance)).ToList();
        events.Add(new TermAndVote(new Term(term), null));
        if (entries.Count > 0)
        {
            events.Add(new EntriesAppended(entries));
        }

        Servers[server].Disk.Prepare(events);
    }

    public void Start() => World.Start();

    /// <summary>Starts, and has all servers follow one leader.</summary>
    public SimulatedServer StartWithLeader()
    {
        Start();
        return AwaitCommonLeader();
    }

    public void RunFor(long time) => World.RunUntil(World.Now + time);

    public void Await(Func<bool> condition, long within, string what)
    {
        if (!World.RunUntil(condition, World.Now + within))
        {
            Fail($"not within {Duration.Text(within)} s: {what}");
        }
    }

    public SimulatedServer AwaitLeader(long within = 5 * Duration.Second)
    {
        Await(() => World.Leader is not null, within, "there is a leader");
        return World.Leader!;
    }

    /// <summary>Until all running servers follow one leader and have applied all that it has.</summary>
    public SimulatedServer AwaitCommonLeader(long within = 5 * Duration.Second)
    {
        Await(
            () => World.Leader is { } leader && Servers.All(server => server.Core is not { } core
                || (core.Leader == leader.Id && core.LastApplied == leader.Core!.LastLogIndex)),
            within,
            "all follow one leader and have applied what it has");
        return World.Leader!;
    }

    /// <summary>Until all running members follow one leader; clients may go on.</summary>
    public SimulatedServer AwaitCommonLeaderOfMembers(long within = 5 * Duration.Second)
    {
        Await(
            () => World.Leader is { } leader && leader.Log.Configuration.IsVoter(leader.Id) && !leader.Log.Configuration.IsJoint
                && Servers.All(server => server.Core is not { } core || !leader.Log.Configuration.IsMember(server.Id)
                    || core.Leader == leader.Id),
            within,
            "all members follow one leader");
        return World.Leader!;
    }

    /// <summary>A client asks a server.</summary>
    public Attempt Ask(SimulatedServer server, RegisterInput input, int padding = 0)
    {
        var client = World.Clients[_nextClient++ % World.Clients.Count];
        var attempt = World.NewAttempt(number => new Attempt(number, client.Number, input));
        if (!attempt.IsRead)
        {
            attempt.MakeCommand(padding);
        }

        client.Ask(attempt, server.Index);
        return attempt;
    }

    /// <summary>A client writes through a server and waits until it is acknowledged.</summary>
    public void Write(SimulatedServer server, string key, string value)
    {
        var attempt = Ask(server, new WriteRegister(key, value));
        Await(() => attempt.Answer is not null, 2 * Duration.Second, $"{attempt} is answered");
        Check(attempt.Answer!.Failure is null, $"{attempt} failed: {attempt.Answer.Failure}");
    }

    /// <summary>A client opens a session through a server; gives its number.</summary>
    public SessionId OpenSession(SimulatedServer server)
    {
        var client = World.Clients[0];
        var attempt = World.NewAttempt(number => new Attempt(number, client.Number, null));
        attempt.MakeOpenSession(TimeSpan.FromMinutes(1), id: null);
        client.Ask(attempt, server.Index);
        Await(() => attempt.Answer is { Failure: null }, 2 * Duration.Second, "a session is opened");
        return new SessionId(attempt.Answer!.Index);
    }

    /// <summary>A client asks for a command in a session.</summary>
    public Attempt AskInSession(SimulatedServer server, RegisterInput input, SessionId session, long sequence)
    {
        var client = World.Clients[0];
        var attempt = World.NewAttempt(number => new Attempt(number, client.Number, input));
        attempt.MakeSessionCommand(session, sequence, acknowledged: sequence - 1, padding: 0);
        client.Ask(attempt, server.Index);
        return attempt;
    }

    /// <summary>The same client asks for the same once more.</summary>
    public Attempt AskAgain(SimulatedServer server, Attempt attempt)
    {
        var again = World.TryAgain(attempt);
        World.Clients[attempt.Client].Ask(again, server.Index);
        return again;
    }

    /// <summary>The administrator asks a server for a change of members; gives what it is told.</summary>
    public Answer Change(SimulatedServer asked, params MemberChange[] changes)
    {
        foreach (var add in changes.OfType<AddMember>())
        {
            Servers[World.IndexOf(add.Id)].BeAdded();
        }

        World.Administrator.Change(asked, changes);
        World.RunUntil(() => World.Administrator.LastAnswer is not null, World.Now + (2 * Duration.Second));
        return World.Administrator.LastAnswer ?? NoAnswer;
    }

    /// <summary>Asks whoever leads for a change until it is done.</summary>
    public void ChangeAtLast(params MemberChange[] changes)
    {
        for (var tries = 0; tries < 20; tries++)
        {
            if (Change(AwaitLeader(), changes).Failure is null or Indeterminate)
            {
                break;
            }

            RunFor(100 * Duration.Millisecond);
        }
    }

    /// <summary>Adding a server, as a voter unless it is to stay a learner.</summary>
    public AddMember Add(int server, bool asLearner = false) =>
        new(Servers[server].Id, $"{Servers[server].Id}:1", Servers[server].Disk.Incarnation, asLearner);

    public RemoveMember Remove(int server) => new(Servers[server].Id);

    public void AwaitVoters(params int[] servers)
    {
        var voters = servers.Select(server => Servers[server].Id).Order().ToArray();
        Await(
            () => !World.Ledger.Configuration.IsJoint && World.Ledger.Configuration.Voters.SequenceEqual(voters),
            10 * Duration.Second,
            $"the voters are {string.Join(", ", voters)}");
    }

    /// <summary>Until all members' disks are known by name, on all of them.</summary>
    public void AwaitIncarnations() => Await(
        () => World.Running.All(server => server.DurableLog.Configuration is { } configuration
            && configuration.Members.All(configuration.Incarnations.ContainsKey)),
        5 * Duration.Second,
        "all disks are known by name");

    /// <summary>Lets all clients ask on their own, and only these servers.</summary>
    public void LetClientsLoose(params int[] servers)
    {
        foreach (var client in World.Clients)
        {
            client.IsStopped = false;
            client.Knows = servers.Length == 0 ? client.Knows : servers;
            World.Schedule(World.Now, new SimulatedEvent(EventKind.ClientTurn, client.Number));
        }
    }

    /// <summary>Delivers a message now, be it old, doubled or made up.</summary>
    public void Inject(RaftMessage message) =>
        World.Schedule(World.Now, new SimulatedEvent(EventKind.Message, World.IndexOf(message.To), 0, LetterOf(message)));

    private Letter LetterOf(RaftMessage message)
    {
        var sender = Servers[World.IndexOf(message.From)];
        return new Letter(message, sender.SpokenIncarnation, sender.SpokenStart);
    }

    public void CutOff(SimulatedServer server)
    {
        foreach (var other in Servers.Where(other => other != server))
        {
            World.Network.CutBothWays(server.Index, other.Index, 1);
        }
    }

    public void Rejoin(SimulatedServer server)
    {
        foreach (var other in Servers.Where(other => other != server))
        {
            World.Network.CutBothWays(server.Index, other.Index, -1);
        }
    }

    public IEnumerable<SimulatedServer> Others(SimulatedServer server) => Servers.Where(other => other != server);

    /// <summary>Ends the run: what was acknowledged is there, and the clients' history is linearizable.</summary>
    public void End() => World.Invariants.AtEnd();

    public void Check(bool condition, string what)
    {
        if (!condition)
        {
            Fail(what);
        }
    }

    private static void Fail(string what) => throw new InvariantBrokenException("Scenario", what);
}
