using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>
/// Changes the cluster's members and hands its lead over, as a careful person would: it asks nothing that would leave the cluster with
/// fewer whole voters than it needs. What it asks for is an attempt like any other, of a client that nobody waits for.
/// </summary>
internal sealed class Administrator(World world)
{
    /// <summary>By which its answers are told from those of clients.</summary>
    public const int Number = -1;

    private const int MostVoters = 7;
    private Attempt? _waitingFor;
    private SimulatedServer? _replaced;
    private bool _tellsIncarnation;
    private long _replaceUntil;
    private long _giveUpAt;

    /// <summary>Something that it asked for may still be on its way.</summary>
    public bool IsWaiting => _waitingFor is not null && world.Now < _giveUpAt;

    /// <summary>What it was told last.</summary>
    public Answer? LastAnswer { get; private set; }

    public void Receive(Answer answer, long attempt)
    {
        LastAnswer = answer;
        world.Trace?.Note($"the administrator is told: {answer.Failure?.ToString() ?? $"done at {answer.Index}"}");
        if (_waitingFor?.Number == attempt)
        {
            _waitingFor = null;
        }
    }

    /// <summary>Asks a server, be it the leader or not, to hand the lead over.</summary>
    public void Transfer(SimulatedServer asked, ServerId? target) =>
        Ask(asked, new Administration { IsTransfer = true, Target = target });

    /// <summary>Asks a server for a change of members.</summary>
    public void Change(SimulatedServer asked, params IReadOnlyList<MemberChange> changes) =>
        Ask(asked, new Administration { Changes = changes });

    /// <summary>Begins to remove a follower, to make its disk anew and to add it again under its name, all as fast as it goes.</summary>
    public void Replace(SimulatedServer server, bool tellsIncarnation)
    {
        if (IsWaiting || _replaced is not null || world.Leader is not { } leader || leader == server
            || !leader.Log.Configuration.IsMember(server.Id) || !IsCareful(leader.Log.Configuration, [new RemoveMember(server.Id)]))
        {
            return;
        }

        _replaced = server;
        _tellsIncarnation = tellsIncarnation;
        _replaceUntil = world.Now + (3 * Duration.Second);
        Change(leader, new RemoveMember(server.Id));
        ScheduleTurn();
    }

    /// <summary>Goes on with a replacement.</summary>
    public void TakeTurn()
    {
        if (_replaced is not { } server || world.Now > _replaceUntil)
        {
            _replaced = null;
        }
        else if (world.ConfigurationsInForce().Exists(configuration => configuration.IsMember(server.Id)))
        {
            ScheduleTurn();
        }
        else
        {
            _replaced = null;
            server.Wipe(restartAfter: Duration.Millisecond, joins: true);
            if (world.Leader is { } leader && world.IsWhole(server)
                && IsCareful(leader.Log.Configuration, [new AddMember(server.Id, "", 0, false)]))
            {
                var incarnation = _tellsIncarnation ? server.Disk.Incarnation : 0;
                Change(leader, new AddMember(server.Id, $"{server.Id}:1", incarnation, AsLearner: false));
            }
        }
    }

    private void ScheduleTurn() =>
        world.Schedule(world.Now + (2 * Duration.Millisecond), new SimulatedEvent(EventKind.AdministratorTurn, 0));

    /// <summary>Draws a change of members and asks for it, unless it would be careless.</summary>
    public void ChangeSomething(SimulationRandom random)
    {
        if (IsWaiting || world.Leader is not { } leader)
        {
            return;
        }

        var current = leader.Log.Configuration;
        var changes = new List<MemberChange>();
        for (var count = random.Pick([1, 1, 1, 2, 2, 3, 6]); count > 0; count--)
        {
            if (Draw(current, leader, random) is { } change && !changes.Exists(other => other.Id == change.Id))
            {
                changes.Add(change);
            }
        }

        if (changes.Count == 0 || !IsCareful(current, changes))
        {
            return;
        }

        foreach (var add in changes.OfType<AddMember>())
        {
            world.Servers[world.IndexOf(add.Id)].BeAdded();
        }

        Change(random.Chance(0.8) ? leader : random.Pick(world.Running), changes);
    }

    private MemberChange? Draw(ClusterConfiguration current, SimulatedServer leader, SimulationRandom random)
    {
        if (random.Chance(0.15))
        {
            return new RemoveMember(leader.Id);
        }

        var server = random.Pick(world.Servers);
        if (current.Voters.Contains(server.Id))
        {
            return new RemoveMember(server.Id);
        }

        if (current.IsMember(server.Id))
        {
            return random.Chance(0.5) ? new PromoteMember(server.Id) : new RemoveMember(server.Id);
        }

        return world.IsWhole(server) && server.CanBeAdded
            ? new AddMember(server.Id, $"{server.Id}:1", server.Disk.Incarnation, random.Chance(0.3))
            : null;
    }

    /// <summary>Whether whole servers are a majority, come what may of those who will be voters by themselves.</summary>
    private bool IsCareful(ClusterConfiguration current, List<MemberChange> changes)
    {
        var removed = changes.OfType<RemoveMember>().Select(change => change.Id).ToHashSet();
        var voters = current.Voters.Where(id => !removed.Contains(id)).ToList();
        var candidates = current.Learners.Where(id => !removed.Contains(id)).Concat(changes.OfType<AddMember>().Select(add => add.Id));
        var most = voters.Union(candidates).ToList();
        return voters.Count > 0 && most.Count <= MostVoters && world.KeepsWholeMajority(voters, most);
    }

    private void Ask(SimulatedServer asked, Administration administration)
    {
        var attempt = world.NewAttempt(number => new Attempt(number, Number, null) { Administration = administration });
        _waitingFor = attempt;
        LastAnswer = null;
        _giveUpAt = world.Now + (5 * Duration.Second);
        world.Trace?.Note($"the administrator asks {asked.Id}: {administration}");
        world.Schedule(world.Now, new SimulatedEvent(EventKind.Request, asked.Index, 0, attempt));
    }
}

/// <summary>What an administrator asks for: to hand the lead over, or to change the members.</summary>
internal sealed record Administration
{
    public bool IsTransfer { get; init; }

    /// <summary>Who is to lead; null for the voter that is placed best.</summary>
    public ServerId? Target { get; init; }

    public IReadOnlyList<MemberChange> Changes { get; init; } = [];

    public override string ToString() => IsTransfer ? $"transfer to {Target?.Value ?? "the best"}" : string.Join(", ", Changes);
}
