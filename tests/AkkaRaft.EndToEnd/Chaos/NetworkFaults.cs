using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.EndToEnd.Network;

namespace AkkaRaft.EndToEnd.Chaos;

/// <summary>Faults of the links between the nodes. Each ends with all links healed.</summary>
internal sealed class NetworkFaults
{
    private readonly TestCluster _cluster;
    private readonly FaultLog _log;
    private readonly List<Func<Random, CancellationToken, Task>> _faults;
    private readonly IReadOnlyList<string> _names;

    public NetworkFaults(TestCluster cluster, FaultLog log)
    {
        _cluster = cluster;
        _log = log;
        _names = [.. cluster.Nodes.Select(node => node.Name)];
        _faults =
        [
            PartitionAsync, IsolateLeaderAsync, CutLinkAsync, DeafOrMuteAsync, HalveAsync, SlowNodeAsync, SlowAllAsync,
            ResetAsync, FlapAsync,
        ];
    }

    private TestNetwork Network => _cluster.Network;

    public async Task RunOneAsync(Random random, CancellationToken ended)
    {
        await _faults[random.Next(_faults.Count)](random, ended);
        Network.Heal();
    }

    private async Task PartitionAsync(Random random, CancellationToken ended)
    {
        var order = random.Some(_names.Count, _names.Count);
        var cut = random.Next(1, _names.Count);
        await PartAsync("partition", [.. order.Take(cut).Select(Name)], random.Time(0.2, 10), ended);
    }

    private async Task IsolateLeaderAsync(Random random, CancellationToken ended)
    {
        var fallback = random.Next(_names.Count);
        await PartAsync("leader cut off", [Name(await ClusterChecks.TryLeaderAsync(_cluster) ?? fallback)], random.Time(0.2, 10), ended);
    }

    private async Task PartAsync(string kind, IReadOnlyList<string> one, TimeSpan time, CancellationToken ended)
    {
        using var fault = _log.Begin(kind, $"{kind} ({string.Join(", ", one)})");
        Network.Part(one, [.. _names.Except(one)]);
        await Draws.WaitAsync(time, ended);
    }

    private async Task CutLinkAsync(Random random, CancellationToken ended)
    {
        var (from, to) = Pair(random);
        var bothWays = random.Next(2) == 0;
        using var fault = _log.Begin(bothWays ? "link cut both ways" : "link cut one way", $"cut {from}{(bothWays ? "↔" : "→")}{to}");
        Network.Break(from, to, LinkFault.Cut);
        if (bothWays)
        {
            Network.Break(to, from, LinkFault.Cut);
        }

        await Draws.WaitAsync(random.Time(0.2, 10), ended);
    }

    /// <summary>A node that hears but cannot speak, or speaks but cannot hear.</summary>
    private async Task DeafOrMuteAsync(Random random, CancellationToken ended)
    {
        var node = Name(random.Next(_names.Count));
        var mute = random.Next(2) == 0;
        using var fault = _log.Begin(mute ? "node mute" : "node deaf", $"{node} {(mute ? "mute" : "deaf")}");
        foreach (var other in _names.Where(other => other != node))
        {
            Network.Break(mute ? node : other, mute ? other : node, LinkFault.Cut);
        }

        await Draws.WaitAsync(random.Time(0.2, 10), ended);
    }

    /// <summary>Half-open connections: what a node says to some of the others is lost without a trace.</summary>
    private async Task HalveAsync(Random random, CancellationToken ended)
    {
        var node = Name(random.Next(_names.Count));
        var others = random.Next(1, _names.Count);
        using var fault = _log.Begin("connections half-open", $"{node} half-open to {others}");
        foreach (var other in _names.Where(other => other != node).Take(others))
        {
            Network.Break(node, other, LinkFault.Half);
        }

        await Draws.WaitAsync(random.Time(0.2, 10), ended);
    }

    private async Task SlowNodeAsync(Random random, CancellationToken ended)
    {
        var node = Name(random.Next(_names.Count));
        var links = _names.Where(other => other != node).SelectMany(other => new[] { (node, other), (other, node) });
        await SlowAsync("node slow", links, random, ended);
    }

    private Task SlowAllAsync(Random random, CancellationToken ended)
    {
        var links = _names.SelectMany(_ => _names, (from, to) => (from, to)).Where(link => link.from != link.to);
        return SlowAsync("all links slow", links, random, ended);
    }

    private async Task SlowAsync(string kind, IEnumerable<(string From, string To)> links, Random random, CancellationToken ended)
    {
        var delay = random.Time(0.01, 0.5);
        using var fault = _log.Begin(kind, $"{kind} by up to {delay.TotalMilliseconds:0} ms");
        foreach (var (from, to) in links.ToList())
        {
            Network.Break(from, to, LinkFault.Slow(delay * random.NextDouble()));
        }

        await Draws.WaitAsync(random.Time(0.5, 10), ended);
    }

    private async Task ResetAsync(Random random, CancellationToken ended)
    {
        using var fault = _log.Begin("connections reset", "resets");
        for (var again = random.Next(1, 11); again > 0; again--)
        {
            var (one, other) = Pair(random);
            Network.Reset(one, other);
            await Draws.WaitAsync(random.Time(0.05, 0.6), ended);
        }
    }

    private async Task FlapAsync(Random random, CancellationToken ended)
    {
        var (one, other) = Pair(random);
        using var fault = _log.Begin("link flaps", $"{one}↔{other} flaps");
        for (var again = random.Next(5, 21); again > 0; again--)
        {
            Network.Part([one], [other]);
            await Draws.WaitAsync(random.Time(0.05, 0.6), ended);
            Network.Heal();
            await Draws.WaitAsync(random.Time(0.05, 0.6), ended);
        }
    }

    private (string One, string Other) Pair(Random random)
    {
        var pair = random.Some(2, _names.Count);
        return (Name(pair[0]), Name(pair[1]));
    }

    private string Name(int node) => _names[node];
}
