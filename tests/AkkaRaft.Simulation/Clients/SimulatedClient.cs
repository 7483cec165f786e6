using AkkaRaft.Core;
using AkkaRaft.TestKit.Linearizability;

namespace AkkaRaft.Simulation;

/// <summary>
/// A client in a closed loop: it asks, waits for the answer or gives it up, thinks, and asks again, at whichever server it believes in.
/// </summary>
internal sealed class SimulatedClient(World world, int number, SimulationRandom random)
{
    private const int Registers = 3;

    /// <summary>Registers are left for new ones now and then, so that the history of each stays short enough to be judged fast.</summary>
    private const int AttemptsPerRegisterAge = 150;

    private readonly string _name = $"client{number}";
    private readonly Dictionary<string, string?> _lastSeen = [];
    private int _server = random.Below(world.Servers.Count);
    private Attempt? _waitingFor;

    /// <summary>How long it thinks between two operations.</summary>
    public long MeanThinkTime { get; set; } = 100 * Duration.Millisecond;

    public long Patience { get; set; } = 600 * Duration.Millisecond;

    /// <summary>The share of reads among the operations.</summary>
    public double Reads { get; set; } = 0.4;

    /// <summary>The most that is added to a command's size.</summary>
    public int MaxPadding { get; set; }

    public bool IsStopped { get; set; }

    public int Number => number;

    /// <summary>The servers that it asks.</summary>
    public IReadOnlyList<int> Knows { get; set; } = [.. Enumerable.Range(0, world.Servers.Count)];

    /// <summary>Operations that were answered with a result.</summary>
    public int Completed { get; private set; }

    public void TakeTurn()
    {
        if (_waitingFor is not null || IsStopped)
        {
            return;
        }

        var attempt = world.NewAttempt(number, DrawInput());
        if (!attempt.IsRead)
        {
            attempt.MakeCommand(MaxPadding == 0 ? 0 : random.Below(MaxPadding));
        }

        Ask(attempt, Knows.Contains(_server) ? _server : random.Pick(Knows));
    }

    /// <summary>Sends an attempt to a server and begins to wait.</summary>
    public void Ask(Attempt attempt, int server)
    {
        _server = server;
        _waitingFor = attempt;
        attempt.Operation = world.History.Call(_name, attempt.Input, TimeSpan.FromTicks(world.Now));
        world.Trace?.Note($"{_name} asks {world.Servers[server].Id}: {attempt.Input}");
        world.Network.Request(attempt, server);
        world.Schedule(world.Now + Patience, new SimulatedEvent(EventKind.ClientTimeout, number, 0, null, attempt.Number));
    }

    public void Receive(Answer answer, long attemptNumber)
    {
        if (_waitingFor is not { } attempt || attempt.Number != attemptNumber)
        {
            return;
        }

        _waitingFor = null;
        attempt.Answer = answer;
        switch (answer.Failure)
        {
            case null:
                Complete(attempt, answer.Output);
                break;
            case Rejected rejected:
                world.History.Discard(attempt.Operation!);
                world.Statistics.Rejections++;
                GoTo(rejected.Leader);
                break;
            case Indeterminate indeterminate:
                GiveUp(attempt);
                GoTo(indeterminate.Leader);
                break;
        }

        Rest();
    }

    public void StopWaitingFor(long attemptNumber)
    {
        if (_waitingFor is not { } attempt || attempt.Number != attemptNumber)
        {
            return;
        }

        _waitingFor = null;
        world.Statistics.Timeouts++;
        GiveUp(attempt);
        GoOn();
        Rest();
    }

    private void Complete(Attempt attempt, RegisterOutput output)
    {
        world.History.Return(attempt.Operation!, output, TimeSpan.FromTicks(world.Now));
        world.Trace?.Note($"{_name} is answered: {attempt.Input} → {output}");
        Completed++;
        world.Statistics.Operations++;
        _lastSeen[attempt.Input.Key] = attempt.Input switch
        {
            WriteRegister write => write.Value,
            CompareAndSetRegister set when output.Succeeded => set.Value,
            CompareAndSetRegister => null,
            _ => output.Value,
        };
    }

    /// <summary>The fate of a write is left open; a read that was not answered says nothing.</summary>
    private void GiveUp(Attempt attempt)
    {
        if (attempt.IsRead)
        {
            world.History.Discard(attempt.Operation!);
        }
    }

    /// <summary>To the next server in turn, so that those that are gone hold nobody up for long.</summary>
    private void GoOn() => _server = Knows[(Knows.ToList().IndexOf(_server) + 1) % Knows.Count];

    private void GoTo(ServerId? leader)
    {
        // Not always: a client whose list of servers is old, or which is not told, asks any of them.
        if (leader is { } known && random.Chance(0.8))
        {
            _server = world.IndexOf(known);
        }
        else
        {
            GoOn();
        }
    }

    private void Rest() => world.Schedule(
        world.Now + (5 * Duration.Millisecond) + random.Exponential(MeanThinkTime), new SimulatedEvent(EventKind.ClientTurn, number));

    private RegisterInput DrawInput()
    {
        var next = world.NextAttempt;
        var key = $"r{random.Below(Registers)}.{next / AttemptsPerRegisterAge}";
        if (random.Chance(Reads))
        {
            return new ReadRegister(key);
        }

        var value = next.ToString();
        return random.Chance(0.3)
            ? new CompareAndSetRegister(key, _lastSeen.GetValueOrDefault(key), value)
            : new WriteRegister(key, value);
    }
}
