using Akka.Actor;
using Akka.Configuration;
using AkkaRaft.Core;
using AkkaRaft.Server;
using Xunit.Abstractions;

namespace AkkaRaft.TestKit;

/// <summary>
/// A cluster in one process, for specs: real servers, each with a journal that survives crashes; virtual time, which moves only where the
/// spec waits; and a network in the spec's hand. After each event everything comes to rest and Raft's invariants are checked, so a spec
/// runs the same way each time.
/// </summary>
public abstract class RaftTestKit : Akka.TestKit.Xunit2.TestKit
{
    /// <summary>How much virtual time a wait may take unless told otherwise.</summary>
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(30);

    private readonly Dictionary<ServerId, TestServer> _servers;
    private readonly ClusterInvariants _invariants = new();
    private readonly Func<IStateMachine> _stateMachine;
    private readonly SpecClient _client;
    private readonly VirtualScheduler _scheduler;
    private readonly List<RaftClient> _clients = [];
    private readonly List<IActorRef> _others = [];
    private readonly int _founders;
    private readonly string? _snapshotRoot;
    private bool _started;

    /// <summary>Makes a cluster; its servers start with the first wait.</summary>
    /// <param name="servers">How many servers: node1, node2 and so on.</param>
    /// <param name="stateMachine">Makes a server's state machine; without it each command is answered with itself.</param>
    /// <param name="config">Settings over the defaults, such as <c>akka-raft.pre-vote = off</c>.</param>
    /// <param name="seed">Seeds election timeouts and the network's chances.</param>
    /// <param name="output">Where the log goes.</param>
    /// <param name="joining">How many more servers there are that wait to be added to the cluster.</param>
    /// <param name="snapshots">
    /// Whether servers take snapshots, into folders that are removed with the spec; the configuration says how often.
    /// </param>
    protected RaftTestKit(
        int servers = 3,
        Func<IStateMachine>? stateMachine = null,
        string config = "",
        int seed = 1,
        ITestOutputHelper? output = null,
        int joining = 0,
        bool snapshots = false)
        : base(SpecConfiguration.Of(servers, joining, config, out var storeNames), "test", output)
    {
        _founders = servers;
        _snapshotRoot = snapshots ? Directory.CreateTempSubdirectory("akkaraft-spec-").FullName : null;
        Raft.Prepare(Sys);
        _stateMachine = stateMachine ?? (() => new EchoStateMachine());
        _scheduler = (VirtualScheduler)Sys.Scheduler;
        _client = new SpecClient(Sys);
        Servers = [.. Enumerable.Range(1, servers + joining).Select(number => new ServerId($"node{number}"))];
        Network = new TestNetwork(_scheduler, Servers, seed);
        _servers = Servers.ToDictionary(id => id, id => new TestServer(id, storeNames[id.Value], Sys, Network, seed));
    }

    /// <summary>The servers' names, in order.</summary>
    protected IReadOnlyList<ServerId> Servers { get; }

    /// <summary>The network between the servers.</summary>
    protected TestNetwork Network { get; }

    /// <summary>The virtual time since the spec began.</summary>
    protected TimeSpan Elapsed => _scheduler.MonotonicClock;

    /// <summary>The servers' contact points.</summary>
    protected IReadOnlyList<string> ContactPoints => [.. _servers.Values.Select(server => server.Address)];

    /// <summary>A server's disk.</summary>
    protected JournalStore Journal(ServerId server) => _servers[server].Journal;

    /// <summary>The folder of a server's snapshots.</summary>
    protected string SnapshotFolder(ServerId server) =>
        Path.Combine(_snapshotRoot ?? throw new RaftTestException("The spec's servers take no snapshots."), server.Value);

    /// <summary>What a server has said of itself when everything last came to rest.</summary>
    protected RaftStatus Status(ServerId server) =>
        _servers[server].Status ?? throw new RaftTestException($"{server} has not started, or has crashed.");

    /// <summary>What a server's state machine has applied in its present life.</summary>
    protected IReadOnlyList<AppliedCommand> Applied(ServerId server) => _servers[server].Record.Applied;

    /// <summary>What clients of a server talk to.</summary>
    protected IActorRef RaftOf(ServerId server) => _servers[server].Raft ?? throw new RaftTestException($"{server} is not running.");

    /// <summary>Puts a log on a server's disk before it starts: an entry of each of the given terms.</summary>
    protected void PrepareLog(ServerId server, Term currentTerm, params long[] entryTerms)
    {
        var journal = _servers[server];
        List<object> events =
        [
            new JournalOwner(SpecConfiguration.ClusterId, server),
            new Bootstrapped(SettingsOf(server).Bootstrap),
            new TermAndVote(currentTerm, null),
        ];
        if (entryTerms.Length > 0)
        {
            var entries = entryTerms.Select((term, i) => new LogEntry(new LogIndex(i + 1), new Term(term), NoOp.Instance));
            events.Add(new EntriesAppended([.. entries]));
        }

        journal.Journal.Prepare(events);
    }

    /// <summary>Makes a client as users have it. The spec waits for it too before virtual time moves on.</summary>
    /// <param name="contactPoints">The servers that it is told of; all unless given.</param>
    protected RaftClient CreateClient(params string[] contactPoints) => CreateClient(settings => settings, contactPoints);

    /// <summary>Makes a client with settings of its own.</summary>
    /// <param name="change">Changes the system's settings.</param>
    /// <param name="contactPoints">The servers that it is told of; all unless given.</param>
    protected RaftClient CreateClient(Func<RaftClientSettings, RaftClientSettings> change, params string[] contactPoints)
    {
        var settings = change(RaftClientSettings.From(Sys.Settings.Config));
        var client = RaftClient.Create(Sys, settings, contactPoints.Length > 0 ? contactPoints : ContactPoints);
        _clients.Add(client);
        return client;
    }

    /// <summary>Has the spec wait for an actor of its own too before virtual time moves on.</summary>
    protected void WaitFor(IActorRef actor) => _others.Add(actor);

    /// <summary>Sends a command to one server, which may pass it on.</summary>
    protected TestRequest Propose(ServerId server, object command) => _client.Propose(Gate(server), command);

    /// <summary>Asks one server for a change of members; it may pass that on.</summary>
    protected TestRequest ChangeMembers(ServerId server, params IReadOnlyList<MemberChange> changes) =>
        _client.ChangeMembers(Gate(server), changes);

    /// <summary>The address that a server is known by.</summary>
    protected string AddressOf(ServerId server) => _servers[server].Address;

    /// <summary>Sends a query to one server, which may pass it on.</summary>
    protected TestRequest Query(ServerId server, object query) => _client.Query(Gate(server), query);

    /// <summary>Stops a server at once, with all that is not on its disk.</summary>
    protected async Task Crash(ServerId server)
    {
        await _servers[server].Crash(Sys).ConfigureAwait(false);
        _invariants.Forget(server);
        await Settle().ConfigureAwait(false);
    }

    /// <summary>Tells a server to stop, as <see cref="Raft.StopAsync"/> does, and waits until it has.</summary>
    protected async Task Stop(ServerId server)
    {
        await Settle().ConfigureAwait(false);
        _servers[server].Stop();
        await Await(() => _servers[server].Raft is null, $"{server} to stop").ConfigureAwait(false);
        _invariants.Forget(server);
    }

    /// <summary>Starts a crashed server from its disk.</summary>
    protected async Task Restart(ServerId server)
    {
        _servers[server].Start(Sys, SettingsOf(server), _stateMachine);
        await Settle().ConfigureAwait(false);
    }

    /// <summary>Stops a server's state machine within a command, until <see cref="ReleaseStateMachine"/>.</summary>
    protected void HoldStateMachine(ServerId server) => _servers[server].Record.Hold();

    /// <summary>Ends <see cref="HoldStateMachine"/>.</summary>
    protected void ReleaseStateMachine(ServerId server) => _servers[server].Record.Release();

    /// <summary>Lets virtual time pass.</summary>
    protected async Task Advance(TimeSpan time)
    {
        await Settle().ConfigureAwait(false);
        var until = Elapsed + time;
        while (_scheduler.NextDue is { } due && due <= until)
        {
            _scheduler.FireNext();
            await Settle().ConfigureAwait(false);
        }

        _scheduler.MoveTo(until);
    }

    /// <summary>
    /// Lets virtual time pass in which nothing runs, as if the process stood still: what was due meanwhile comes late, with the next step.
    /// </summary>
    protected async Task StandStill(TimeSpan time)
    {
        await Settle().ConfigureAwait(false);
        _scheduler.MoveTo(Elapsed + time);
    }

    /// <summary>Lets virtual time pass until a condition holds.</summary>
    /// <param name="condition">The condition; looked at whenever everything has come to rest.</param>
    /// <param name="what">What is waited for, for the message when it does not come.</param>
    /// <param name="within">The most virtual time; 30 seconds unless given.</param>
    /// <exception cref="RaftTestException">It did not come, or an invariant broke on the way.</exception>
    protected async Task Await(Func<bool> condition, string what, TimeSpan? within = null)
    {
        await Settle().ConfigureAwait(false);
        var from = Elapsed;
        var until = from + (within ?? DefaultWait);
        while (!condition())
        {
            if (_scheduler.NextDue is not { } due || due > until)
            {
                throw new RaftTestException($"Waited in vain from {from} to {until} for {what}.{Environment.NewLine}{Describe()}");
            }

            _scheduler.FireNext();
            await Settle().ConfigureAwait(false);
        }
    }

    /// <summary>Waits for a leader that a majority follows.</summary>
    /// <param name="except">Servers that do not count, such as one that is cut off and still believes that it leads.</param>
    protected async Task<ServerId> AwaitLeader(params ServerId[] except)
    {
        ServerId? leader = null;
        await Await(() => (leader = LeaderOfMajority(except)) is not null, "a leader that a majority follows").ConfigureAwait(false);
        return leader!.Value;
    }

    /// <summary>Makes a server the leader: the others' requests for votes are lost until it leads.</summary>
    protected async Task Elect(ServerId server)
    {
        var preVotes = Network.Drop<PreVote>(when: message => message.From != server);
        var votes = Network.Drop<RequestVote>(when: message => message.From != server);
        await Await(() => LeaderOfMajority([]) == server, $"{server} to lead").ConfigureAwait(false);
        Network.Heal(preVotes);
        Network.Heal(votes);
    }

    /// <summary>Waits for an answer.</summary>
    protected Task AwaitAnswer(TestRequest request) => Await(() => request.IsAnswered, "an answer to a request");

    /// <summary>Waits until all running servers have the same log on disk, all of it committed and applied.</summary>
    protected Task AwaitConvergence() => Await(HasConverged, "all servers to have the same log, committed and applied");

    /// <inheritdoc />
    protected override void AfterAll()
    {
        _clients.ForEach(client => client.Dispose());
        foreach (var server in _servers.Values)
        {
            server.Dispose();
        }

        base.AfterAll();
        if (_snapshotRoot is { } root)
        {
            Directory.Delete(root, recursive: true);
        }
    }

    /// <summary>
    /// Which version of the protocol a server's next life speaks: <see cref="ProtocolVersion.First"/> makes it one that is yet to be
    /// upgraded.
    /// </summary>
    protected virtual int VersionOf(ServerId server) => ProtocolVersion.Latest;

    private ActorSelection Gate(ServerId server) => Sys.ActorSelection(_servers[server].Address);

    private RaftSettings SettingsOf(ServerId server)
    {
        var settings = SpecConfiguration.SettingsOf(Sys.Settings.Config, server, joins: !Servers.Take(_founders).Contains(server));
        return settings with
        {
            SnapshotDirectory = _snapshotRoot is null ? "" : SnapshotFolder(server),
            Protocol = settings.Protocol with { Version = VersionOf(server) },
        };
    }

    private ServerId? LeaderOfMajority(ServerId[] except)
    {
        var leader = Running().FirstOrDefault(server => server.Status!.Role == RaftRole.Leader && !except.Contains(server.Id));
        if (leader is null)
        {
            return null;
        }

        var voters = leader.Status!.Members.Select(member => member.Id).Except(leader.Status.Learners).ToList();
        var followers = Running().Count(
            server => voters.Contains(server.Id) && server.Status!.Leader == leader.Id && server.Status.Term == leader.Status.Term);
        return followers > voters.Count / 2 ? leader.Id : null;
    }

    private bool HasConverged()
    {
        var running = Running().ToList();
        var first = running[0];
        return running.All(server => server.Status!.LastApplied == server.Status.LastLogIndex
            && server.Status.LastLogIndex == first.Status!.LastLogIndex
            && server.Journal.LastIndex == server.Status.LastLogIndex
            && HaveSameEntries(server.Journal.Entries, first.Journal.Entries));
    }

    /// <summary>Whether the entries are the same as far as both have them: each may have cut off its log's head elsewhere.</summary>
    private static bool HaveSameEntries(IReadOnlyList<LogEntry> left, IReadOnlyList<LogEntry> right)
    {
        var count = Math.Min(left.Count, right.Count);
        return left.TakeLast(count).SequenceEqual(right.TakeLast(count));
    }

    private IEnumerable<TestServer> Running() => _servers.Values.Where(server => server.Status is { Down: null });

    private string Describe() => string.Join(Environment.NewLine, _servers.Values.Select(server => $"  {server.Id}: {server.Describe()}"));

    /// <summary>Waits until nothing moves any more, and checks the invariants.</summary>
    private async Task Settle()
    {
        if (!_started)
        {
            _started = true;
            foreach (var server in _servers.Values)
            {
                server.Start(Sys, SettingsOf(server.Id), _stateMachine);
            }
        }

        var quietRounds = 0;
        while (quietRounds < 2)
        {
            var before = Activity();
            await Task.WhenAll(_servers.Values.Select(server => server.Look(_client))).ConfigureAwait(false);

            // A client takes an answer in one message and acts on it in the next.
            await Task.WhenAll(_clients.Select(client => client.Actor.PassedBarrier())).ConfigureAwait(false);
            await Task.WhenAll(_clients.Select(client => client.Actor.PassedBarrier())).ConfigureAwait(false);
            await Task.WhenAll(_others.Select(other => other.PassedBarrier())).ConfigureAwait(false);
            await Task.WhenAll(_servers.Values.Select(server => server.PassedGates())).ConfigureAwait(false);

            quietRounds = Activity() == before && _servers.Values.All(server => server.IsAtRest) ? quietRounds + 1 : 0;
        }

        CheckInvariants();
    }

    private long Activity() =>
        Network.Activity + _client.Activity
        + _servers.Values.Sum(server => server.Journal.Activity + server.Record.Applied.Count + server.Starts);

    private void CheckInvariants()
    {
        foreach (var server in _servers.Values.Where(server => server.Status is not null))
        {
            _invariants.Check(server.Status!, server.Journal, server.Record.Applied);
        }

        var running = Running().ToList();

        for (var i = 1; i < running.Count; i++)
        {
            ClusterInvariants.CheckLogMatching(
                running[i - 1].Id, running[i - 1].Journal.Entries, running[i].Id, running[i].Journal.Entries);
        }
    }
}
