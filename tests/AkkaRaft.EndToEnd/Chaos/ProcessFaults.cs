using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.Server;

namespace AkkaRaft.EndToEnd.Chaos;

/// <summary>Faults of processes: SIGKILL at any time, SIGSTOP and SIGCONT. Each ends with all processes running.</summary>
internal sealed class ProcessFaults
{
    private readonly TestCluster _cluster;
    private readonly FaultLog _log;
    private readonly List<Func<Random, CancellationToken, Task>> _faults;

    public ProcessFaults(TestCluster cluster, FaultLog log)
    {
        _cluster = cluster;
        _log = log;
        _faults =
        [
            KillLeaderAsync, KillOneAsync, KillSeveralAsync, KillAllAsync, KillInRecoveryAsync,
            PauseLeaderAsync, PauseSomeAsync, StutterAsync,
        ];
#if CRASH_POINTS
        _faults.Add(CrashAtPointAsync);
#endif
    }

    private int Nodes => _cluster.Nodes.Count;

    public Task RunOneAsync(Random random, CancellationToken ended) => _faults[random.Next(_faults.Count)](random, ended);

    private async Task KillLeaderAsync(Random random, CancellationToken ended)
    {
        var fallback = random.Next(Nodes);
        await KillAsync("leader killed", [await LeaderAsync() ?? fallback], random, ended);
    }

    private Task KillOneAsync(Random random, CancellationToken ended) => KillAsync("node killed", [random.Next(Nodes)], random, ended);

    private Task KillSeveralAsync(Random random, CancellationToken ended) =>
        KillAsync("majority killed", random.Some((Nodes / 2) + 1, Nodes), random, ended);

    private Task KillAllAsync(Random random, CancellationToken ended) => KillAsync("all killed", random.Some(Nodes, Nodes), random, ended);

    private async Task KillAsync(string kind, IReadOnlyList<int> nodes, Random random, CancellationToken ended)
    {
        using var fault = _log.Begin(kind, $"{kind} ({Names(nodes)})");
        await Task.WhenAll(nodes.Select(_cluster.KillAsync));
        foreach (var node in nodes)
        {
            await Draws.WaitAsync(random.Time(0.01, 4), ended);
            _cluster.StartNode(node);
        }
    }

    /// <summary>A node that is killed while it starts, reads its journal or finds back into the cluster, some times in a row.</summary>
    private async Task KillInRecoveryAsync(Random random, CancellationToken ended)
    {
        var node = random.Next(Nodes);
        using var fault = _log.Begin("killed again while starting", $"killed while starting ({Name(node)})");
        await _cluster.KillAsync(node);
        for (var again = random.Next(1, 5); again > 0; again--)
        {
            _cluster.StartNode(node);
            await Draws.WaitAsync(random.Time(0.02, 3), ended);
            await _cluster.KillAsync(node);
        }

        _cluster.StartNode(node);
    }

    private async Task PauseLeaderAsync(Random random, CancellationToken ended)
    {
        var fallback = random.Next(Nodes);
        await PauseAsync("leader paused", [await LeaderAsync() ?? fallback], random.Time(0.1, 8), ended);
    }

    private Task PauseSomeAsync(Random random, CancellationToken ended) =>
        PauseAsync("nodes paused", random.Some(random.Next(1, Nodes + 1), Nodes), random.Time(0.1, 8), ended);

    private async Task PauseAsync(string kind, IReadOnlyList<int> nodes, TimeSpan time, CancellationToken ended)
    {
        using var fault = _log.Begin(kind, $"{kind} ({Names(nodes)}) for {time.TotalMilliseconds:0} ms");
        foreach (var node in nodes)
        {
            _cluster.Pause(node);
        }

        await Draws.WaitAsync(time, ended);
        foreach (var node in nodes)
        {
            _cluster.Resume(node);
        }
    }

    /// <summary>A node that stops and goes on all the time, about as long as an election takes.</summary>
    private async Task StutterAsync(Random random, CancellationToken ended)
    {
        var node = random.Next(Nodes);
        using var fault = _log.Begin("node stutters", $"stutters ({Name(node)})");
        for (var again = random.Next(5, 16); again > 0; again--)
        {
            _cluster.Pause(node);
            await Draws.WaitAsync(random.Time(0.05, 0.5), ended);
            _cluster.Resume(node);
            await Draws.WaitAsync(random.Time(0.05, 0.3), ended);
        }
    }

#if CRASH_POINTS
    private static readonly string[] Points =
    [
        CrashPoint.BeforePersist, CrashPoint.AfterPersist, CrashPoint.BeforeSend, CrashPoint.AfterSend, CrashPoint.BeforeApply,
        CrashPoint.AfterApply, CrashPoint.AfterAnswer,
    ];

    /// <summary>A node that is killed between two effects.</summary>
    private async Task CrashAtPointAsync(Random random, CancellationToken ended)
    {
        var (node, point) = (random.Next(Nodes), $"{Points[random.Next(Points.Length)]}:{random.Next(1, 200)}");
        using var fault = _log.Begin("killed between effects", $"killed at {point} ({Name(node)})");
        await _cluster.KillAsync(node);
        _cluster.StartNode(node, point);
        if (!await _cluster.HasEndedAsync(node, TimeSpan.FromSeconds(8)))
        {
            await _cluster.KillAsync(node);
        }

        await Draws.WaitAsync(random.Time(0.01, 1), ended);
        _cluster.StartNode(node);
    }
#endif

    private Task<int?> LeaderAsync() => ClusterChecks.TryLeaderAsync(_cluster);

    private string Name(int node) => _cluster.Nodes[node].Name;

    private string Names(IEnumerable<int> nodes) => string.Join(", ", nodes.Select(Name));
}
