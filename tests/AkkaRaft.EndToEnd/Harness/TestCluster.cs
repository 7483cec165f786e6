using AkkaRaft.Node.Hosting;

namespace AkkaRaft.EndToEnd.Harness;

/// <summary>Real node processes with data of their own in a temporary folder.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly NodeProcess?[] _processes;

    private TestCluster(int nodes, string overrides)
    {
        Nodes = ClusterFiles.Write(_folder.Path, Ports.Free(nodes), _folder.Path, "end-to-end", overrides);
        _processes = new NodeProcess?[nodes];
        Session = ClientSession.Start([.. Nodes.Select(node => node.Contact)], TimeSpan.FromSeconds(60));
    }

    /// <summary>The nodes, running or not.</summary>
    public IReadOnlyList<LocalNode> Nodes { get; }

    /// <summary>A client of all nodes.</summary>
    public ClientSession Session { get; }

    public RaftClient Client => Session.Client;

    /// <summary>Starts a process for each node; does not wait for a leader.</summary>
    public static TestCluster Start(int nodes = 3, string overrides = "")
    {
        var cluster = new TestCluster(nodes, overrides);
        for (var node = 0; node < nodes; node++)
        {
            cluster.StartNode(node);
        }

        return cluster;
    }

    public void StartNode(int node)
    {
        _processes[node]?.Dispose();
        _processes[node] = new NodeProcess(Nodes[node], (_, _) => { });
    }

    /// <summary>Ends a node's process with SIGKILL and waits until it is gone.</summary>
    public async Task KillAsync(int node)
    {
        var process = _processes[node]!;
        process.Kill();
        await process.WaitForExitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>Ends all processes with SIGKILL at once.</summary>
    public async Task KillAllAsync()
    {
        foreach (var process in _processes)
        {
            process!.Kill();
        }

        await Task.WhenAll(_processes.Select(process => process!.WaitForExitAsync(TimeSpan.FromSeconds(30))));
    }

    /// <summary>The last words of a node, for a test's failure.</summary>
    public string LastLines(int node) => string.Join('\n', _processes[node]?.LastLines ?? []);

    public async ValueTask DisposeAsync()
    {
        await Session.DisposeAsync();
        foreach (var process in _processes)
        {
            if (process is { IsRunning: true })
            {
                process.Kill();
                await process.WaitForExitAsync(TimeSpan.FromSeconds(30));
            }

            process?.Dispose();
        }

        _folder.Dispose();
    }
}
