using AkkaRaft.Core;
using AkkaRaft.TestKit.Linearizability;

namespace AkkaRaft.Simulation;

/// <summary>
/// A client in a closed loop: it asks, waits for the answer or gives it up, thinks, and asks again, at whichever server it believes in.
/// </summary>
internal sealed class SimulatedClient(World world, int number, SimulationRandom random)
{
    private const int Registers = 3;
    private const int MaxTries = 12;

    /// <summary>Registers are left for new ones now and then, so that the history of each stays short enough to be judged fast.</summary>
    private const int AttemptsPerRegisterAge = 150;

    private readonly string _name = $"client{number}";
    private readonly Dictionary<string, string?> _lastSeen = [];
    private int _server = random.Below(world.InitialServers);
    private Attempt? _waitingFor;
    private Attempt? _again;
    private ClientSession? _session;
    private long _lastIndex;
    private bool _doesWithout;
    private RequestFailure? _lastFailure;

    /// <summary>How long it thinks between two operations.</summary>
    public long MeanThinkTime { get; set; } = 100 * Duration.Millisecond;

    public long Patience { get; set; } = 600 * Duration.Millisecond;

    /// <summary>The share of reads among the operations.</summary>
    public double Reads { get; set; } = 0.4;

    /// <summary>The most that is added to a command's size.</summary>
    public int MaxPadding { get; set; }

    /// <summary>Whether its commands belong to a session and are tried again until they are answered.</summary>
    public bool UsesSession { get; set; }

    public TimeSpan SessionTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The share of reads that are not answered by the leader's word of the moment.</summary>
    public double OtherReads { get; set; }

    /// <summary>It stays with a server as long as that answers, and follows nobody's word of who leads.</summary>
    public bool IsStubborn { get; set; }

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

        Ask(_again is { } again ? world.TryAgain(again) : Next(), Knows.Contains(_server) ? _server : random.Pick(Knows));
    }

    /// <summary>Sends an attempt to a server and begins to wait.</summary>
    public void Ask(Attempt attempt, int server)
    {
        _server = server;
        _waitingFor = attempt;
        _again = null;
        attempt.AskedAt = world.Now;
        if (attempt.Input is { } input && attempt.First == attempt && attempt.IsLinearizable)
        {
            attempt.Operation = world.History.Call(_name, input, TimeSpan.FromTicks(world.Now));
        }

        world.Trace?.Note($"{_name} asks {world.Servers[server].Id}: {attempt}");
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
        _lastFailure = answer.Failure;
        switch (answer.Failure)
        {
            case null:
                Complete(attempt, answer);
                break;
            case Rejected { Reason: RejectionReason.SessionExpired }:
                _session = null;
                GiveUp(attempt);
                break;
            case Rejected { Reason: RejectionReason.Unsupported }:
                // Some server is of the first version, or has not been heard yet: it does without, for once.
                _doesWithout = true;
                GiveUp(attempt);
                break;
            case Rejected rejected:
                world.Statistics.Rejections++;
                RetryOrGiveUp(attempt);
                GoTo(rejected.Leader);
                break;
            case Indeterminate indeterminate:
                RetryOrGiveUp(attempt);
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
        RetryOrGiveUp(attempt);
        GoOn();
        Rest();
    }

    /// <summary>What it asks for next.</summary>
    private Attempt Next()
    {
        if (UsesSession && _session is null && !_doesWithout)
        {
            var opening = world.NewAttempt(number => new Attempt(number, Number, null));
            opening.MakeOpenSession(SessionTimeout, new SessionId(random.Between(1, long.MaxValue / 4)));
            return opening;
        }

        var input = DrawInput();
        _doesWithout &= random.Chance(0.9);
        var attempt = input is ReadRegister ? NextRead(input) : world.NewAttempt(next => new Attempt(next, number, input));
        var padding = MaxPadding == 0 ? 0 : random.Below(MaxPadding);
        if (attempt.IsRead)
        {
            return attempt;
        }

        if (_session is not null)
        {
            _session.Number(attempt, padding);
        }
        else
        {
            attempt.MakeCommand(padding);
        }

        return attempt;
    }

    private Attempt NextRead(RegisterInput input)
    {
        var consistency = !_doesWithout && random.Chance(OtherReads)
            ? random.Pick([ReadConsistency.LinearizableLocal, ReadConsistency.Stale, ReadConsistency.AtIndex])
            : ReadConsistency.Linearizable;
        var maxAge = TimeSpan.FromMilliseconds(random.Pick([20, 200, 2000]));
        return world.NewAttempt(next => new Attempt(next, number, input)
        {
            Consistency = consistency,
            MaxAge = maxAge,
            AtIndex = consistency == ReadConsistency.AtIndex ? _lastIndex : 0,
        });
    }

    private void Complete(Attempt attempt, Answer answer)
    {
        Completed++;
        world.Statistics.Operations++;
        _lastIndex = Math.Max(_lastIndex, answer.Index);
        if (attempt.Input is not { } input)
        {
            world.Statistics.Sessions++;
            _session = new ClientSession(((OpenSession)attempt.Payload!).IdAt(new LogIndex(answer.Index)), random);
            return;
        }

        world.Trace?.Note($"{_name} is answered: {input} → {answer.Output}");
        if (!attempt.IsLinearizable)
        {
            return;
        }

        world.History.Return(attempt.First.Operation!, answer.Output, TimeSpan.FromTicks(world.Now));
        _lastSeen[input.Key] = input switch
        {
            WriteRegister write => write.Value,
            CompareAndSetRegister set when answer.Output.Succeeded => set.Value,
            CompareAndSetRegister => null,
            _ => answer.Output.Value,
        };
    }

    private void RetryOrGiveUp(Attempt attempt)
    {
        if (attempt.Payload is SessionCommand && attempt.First.Tries < MaxTries)
        {
            world.Statistics.Retries++;
            _again = attempt;
        }
        else
        {
            GiveUp(attempt);
        }
    }

    /// <summary>The fate of a write is left open unless no try of it entered a log; a read that was not answered says nothing.</summary>
    private void GiveUp(Attempt attempt)
    {
        var first = attempt.First;
        var wasRejected = attempt.Answer?.Failure is Rejected && (first.Rejections == first.Tries || first.Tries == 1);
        if (first.Operation is { } operation && (attempt.IsRead || wasRejected))
        {
            world.History.Discard(operation);
        }
    }

    /// <summary>To the next server in turn, so that those that are gone hold nobody up for long.</summary>
    private void GoOn() => _server = Knows[(Knows.ToList().IndexOf(_server) + 1) % Knows.Count];

    private void GoTo(ServerId? leader)
    {
        // Not always: a client whose list of servers is old, or which is not told, asks any of them.
        if (leader is { } known && !IsStubborn && random.Chance(0.8))
        {
            _server = world.IndexOf(known);
        }
        else
        {
            GoOn();
        }
    }

    public override string ToString() => $"{_name} ({_waitingFor?.ToString() ?? "thinking"}, told {_lastFailure?.ToString() ?? "nothing"})";

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
