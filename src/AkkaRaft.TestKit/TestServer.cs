using Akka.Actor;
using AkkaRaft.Core;
using AkkaRaft.Core.Sessions;

namespace AkkaRaft.TestKit;

/// <summary>A server of a spec's cluster: what runs, what its disk holds, and what it last said of itself.</summary>
internal sealed class TestServer : IDisposable
{
    /// <summary>How long real time may pass until a server answers; a spec that meets it hangs for good.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>A question to a server that is being stopped is lost; it is asked again.</summary>
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(250);

    private readonly string _storeName;
    private readonly int _seed;
    private readonly IActorRef _gate;
    private readonly string _gatePath;

    /// <summary>The end of a server that was told to stop.</summary>
    private Task? _stopped;

    public TestServer(ServerId id, string storeName, ActorSystem system, TestNetwork network, int seed)
    {
        Id = id;
        _storeName = storeName;
        _seed = seed;
        Journal = new JournalStore(system, id.Value);
        TestJournal.Register(storeName, Journal);
        Func<string> raftPath = () => "/user/" + NameOfStart;
        _gate = system.ActorOf(Props.Create(() => new NetworkGate(network, id, raftPath)), SpecConfiguration.GateName(id));
        _gatePath = SpecConfiguration.GateAddress(id);
        PeerGate = system.ActorSelection(_gatePath + "/server");
    }

    public ServerId Id { get; }

    public JournalStore Journal { get; }

    public StateMachineRecord Record { get; } = new();

    public IActorRef? Raft { get; private set; }

    public RaftStatus? Status { get; private set; }

    public string Address => _gatePath;

    public int Starts { get; private set; }

    /// <summary>
    /// Whether the server owes nothing: what it wrote is durable and what is committed is applied, unless the spec holds it up.
    /// </summary>
    public bool IsAtRest => Status is not { Down: null } status
        || (((status.PendingWrites == 0 && status.SnapshotWork == 0) || Journal.HeldWrites > 0)
            && (status.LastApplied == status.CommitIndex || Record.IsHeld));

    private ActorSelection PeerGate { get; }

    /// <summary>
    /// Each start has a name of its own, as the one before may not be free yet when its actor is known to have stopped.
    /// </summary>
    private string NameOfStart => $"raft-{Id.Value}-{Starts}";

    public void Start(ActorSystem system, RaftSettings settings, Func<IStateMachine> stateMachine)
    {
        Starts++;
        var seedOfStart = (ulong)((_seed * 1_000_003) + (Starts * 7919));
        var seed = seedOfStart + (ulong)Id.Value.Sum(character => character);
        var ids = new Random((int)seed);
        settings = settings with { Seed = () => seed, NewId = () => ids.NextInt64(1, SessionLimits.HighestId) };
        Raft = AkkaRaft.Raft.Start(system, () => RecordingStateMachine.Around(stateMachine(), Record), settings, NameOfStart);
    }

    public async Task Crash(ActorSystem system)
    {
        var raft = Raft ?? throw new RaftTestException($"{Id} is not running.");
        Raft = null;
        Status = null;
        system.Stop(raft);
        Record.EndLife();
        Journal.LoseHeldWrites();
        await raft.WatchAsync().WaitAsync(Patience).ConfigureAwait(false);
    }

    /// <summary>Tells the server to stop in its own time.</summary>
    public void Stop() => _stopped = AkkaRaft.Raft.StopAsync(Raft ?? throw new RaftTestException($"{Id} is not running."));

    /// <summary>Asks the server how it is; the answer comes behind everything that was in its mailbox.</summary>
    public async Task Look(SpecClient client)
    {
        var deadline = DateTime.UtcNow + Patience;
        while (Raft is { } raft)
        {
            var answer = client.Status(raft, withDigest: !Record.IsHeld);
            if (await Task.WhenAny(answer, Task.Delay(AskAgainAfter)).ConfigureAwait(false) == answer)
            {
                Status = await answer.ConfigureAwait(false);
                return;
            }

            if (_stopped is { IsCompletedSuccessfully: true })
            {
                _stopped = null;
                Raft = null;
                Status = null;
                Record.EndLife();
                return;
            }

            if (DateTime.UtcNow > deadline)
            {
                throw new RaftTestException($"{Id} has not answered for {Patience.TotalSeconds} s.");
            }
        }
    }

    /// <summary>Waits until the network has taken what peers and clients sent to the server.</summary>
    public Task PassedGates() => Task.WhenAll(_gate.PassedBarrier(), PeerGate.PassedBarrier());

    public string Describe() => Status is { } status
        ? $"{status.Role} in term {status.Term}, leader {status.Leader?.Value ?? "unknown"}, last {status.LastLogIndex}, "
            + $"commit {status.CommitIndex}, applied {status.LastApplied}{(status.Down is { } down ? $", down: {down}" : "")}"
        : "crashed";

    public void Dispose()
    {
        Record.EndLife();
        TestJournal.Forget(_storeName);
    }
}
