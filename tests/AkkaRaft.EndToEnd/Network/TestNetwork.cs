using System.Collections.Concurrent;

namespace AkkaRaft.EndToEnd.Network;

/// <summary>
/// The network between the nodes, in the test's hand. A node is known to all others by its proxy's address, and the proxies tell by a
/// connection's first frame whose it is, so each link has faults of its own. Clients' links have none.
/// </summary>
internal sealed class TestNetwork : IDisposable
{
    private const string Client = "client";
    private readonly Dictionary<int, string> _nodes;
    private readonly ConcurrentDictionary<(string From, string To), Link> _links = new();
    private readonly List<NodeProxy> _proxies;

    /// <summary>Opens the proxies.</summary>
    /// <param name="nodes">Each node's name, the port that the others know and the one that it listens on.</param>
    public TestNetwork(IReadOnlyList<(string Name, int PublicPort, int ListeningPort)> nodes)
    {
        _nodes = nodes.ToDictionary(node => node.PublicPort, node => node.Name);
        _proxies = [.. nodes.Select(node => new NodeProxy(this, node.Name, node.PublicPort, node.ListeningPort))];
    }

    /// <summary>The connections that are open.</summary>
    public IEnumerable<ProxiedConnection> Connections => _proxies.SelectMany(proxy => proxy.Connections);

    /// <summary>The link from one node to another.</summary>
    public Link Link(string from, string to) => _links.GetOrAdd((from, to), ends => new Link(ends.From, ends.To));

    /// <summary>Puts a fault into the way from one node to another.</summary>
    public void Break(string from, string to, LinkFault fault) => Link(from, to).Set(fault);

    /// <summary>Cuts all links between two groups, both ways.</summary>
    public void Part(IReadOnlyCollection<string> one, IReadOnlyCollection<string> other)
    {
        foreach (var (a, b) in one.SelectMany(_ => other, (a, b) => (a, b)))
        {
            Break(a, b, LinkFault.Cut);
            Break(b, a, LinkFault.Cut);
        }
    }

    /// <summary>Resets the connections between two nodes, whoever opened them.</summary>
    public void Reset(string one, string other)
    {
        foreach (var connection in Connections.Where(connection => Joins(connection, one, other)))
        {
            connection.Reset();
        }
    }

    /// <summary>Heals all links. Connections that have lost bytes are reset.</summary>
    public void Heal()
    {
        foreach (var link in _links.Values)
        {
            link.Set(default);
        }

        foreach (var connection in Connections.Where(connection => connection.HasLostBytes))
        {
            connection.Reset();
        }
    }

    /// <summary>The node at a public port; whoever is at none is a client.</summary>
    public string NameOf(int? port) => port is { } known && _nodes.TryGetValue(known, out var name) ? name : Client;

    public void Dispose()
    {
        foreach (var proxy in _proxies)
        {
            proxy.Dispose();
        }
    }

    private static bool Joins(ProxiedConnection connection, string one, string other) =>
        (connection.Outward.From == one && connection.Outward.To == other)
        || (connection.Outward.From == other && connection.Outward.To == one);
}
