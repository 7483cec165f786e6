using AkkaRaft.EndToEnd.Network;
using AkkaRaft.KeyValue;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.EndToEnd.Harness;

/// <summary>What a cluster of processes is started with.</summary>
internal sealed record TestClusterOptions
{
    public int Nodes { get; init; } = 3;

    public string ClusterId { get; init; } = "end-to-end";

    /// <summary>HOCON that all nodes get on top.</summary>
    public string Overrides { get; init; } = "";

    /// <summary>The certificates of a cluster that speaks TLS; they stay with whoever made them.</summary>
    public TestTls? Tls { get; init; }

    /// <summary>Whether the nodes reach each other through a network that can be broken.</summary>
    public bool WithNetwork { get; init; }

    /// <summary>
    /// Where the nodes' files go, to stay there; without one they go to a temporary folder that is removed with the cluster.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>Takes each line that a node prints, with the node's name.</summary>
    public Action<string, string> Output { get; init; } = (_, _) => { };
}

/// <summary>Real node processes with data of their own.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(30);
    private readonly TestClusterOptions _options;
    private readonly TemporaryFolder? _temporaryFolder;
    private readonly TestNetwork? _network;
    private readonly List<LocalNode> _nodes;
    private readonly List<NodeProcess?> _processes;
    private readonly HashSet<int> _retired = [];

    private TestCluster(TestClusterOptions options)
    {
        _options = options;
        _temporaryFolder = options.Folder is null ? new TemporaryFolder() : null;
        Folder = options.Folder ?? _temporaryFolder!.Path;
        var ports = Ports.Free(2 * options.Nodes);
        _nodes = [.. ClusterFiles.Write(
            Folder, [.. ports.Take(options.Nodes)], Folder, _options.ClusterId, $"{Overrides}\n{options.Tls?.Overrides}",
            options.Tls is not null)];
        if (options.WithNetwork)
        {
            _network = new TestNetwork([.. Nodes.Select((node, i) => (node.Name, ports[i], ports[options.Nodes + i]))]);
            for (var i = 0; i < options.Nodes; i++)
            {
                ListenElsewhere(Nodes[i], ports[i], ports[options.Nodes + i]);
            }
        }

        _processes = [.. new NodeProcess?[options.Nodes]];
        Session = StartSession(TimeSpan.FromSeconds(60));
    }

    /// <summary>Tests wait for many elections: they have the paper's timeouts, and not the longer ones of the files.</summary>
    private string Overrides => "akka-raft { election-timeout-min = 150ms, election-timeout-max = 300ms }\n" + _options.Overrides;

    /// <summary>The nodes, running or not, those that were added or retired among them.</summary>
    public IReadOnlyList<LocalNode> Nodes => _nodes;

    /// <summary>The nodes that were not retired.</summary>
    public IReadOnlyList<LocalNode> Present => [.. _nodes.Where((_, node) => !_retired.Contains(node))];

    /// <summary>Where the nodes are reached.</summary>
    public IReadOnlyList<string> Contacts => [.. Nodes.Select(node => node.Contact)];

    /// <summary>The folder with the nodes' files, a folder each for their data.</summary>
    public string Folder { get; }

    /// <summary>The network between the nodes, of a cluster that has one in the test's hand.</summary>
    public TestNetwork Network => _network ?? throw new InvalidOperationException("The cluster was started without a network.");

    /// <summary>A client of all nodes.</summary>
    public ClientSession Session { get; }

    public RaftClient Client => Session.Client;

    /// <summary>Starts another client of all nodes.</summary>
    public ClientSession StartSession(TimeSpan timeout) => ClientSession.Start(Contacts, timeout, _options.Tls?.Identity());

    /// <summary>
    /// Sets a key, again where it is not known whether the write happened: on a busy machine a leader may lose its lead.
    /// </summary>
    public Task SetAsync(string key, string value) =>
        Eventually.IsTrueAsync($"the write of '{key}' to be acknowledged", async () =>
        {
            try
            {
                await Client.ProposeAsync<KeyWritten>(new SetKey(key, value));
                return true;
            }
            catch (ProposalIndeterminateException)
            {
                return false;
            }
        });

    /// <summary>Starts a process for each node; does not wait for a leader.</summary>
    public static TestCluster Start(int nodes = 3, string overrides = "") =>
        Start(new TestClusterOptions { Nodes = nodes, Overrides = overrides });

    /// <summary>Starts a process for each node; does not wait for a leader.</summary>
    public static TestCluster Start(TestClusterOptions options)
    {
        var cluster = Prepare(options);
        for (var node = 0; node < options.Nodes; node++)
        {
            cluster.StartNode(node);
        }

        return cluster;
    }

    /// <summary>Writes the nodes' files and starts none yet.</summary>
    public static TestCluster Prepare(TestClusterOptions options) => new(options);

    /// <summary>Starts a node that waits to be added to the cluster.</summary>
    /// <param name="name">Its name; one that no other has unless given.</param>
    /// <param name="dataRoot">The folder in the cluster's in which its data directory goes.</param>
    /// <returns>The node's place.</returns>
    public int StartJoiningNode(string? name = null, string dataRoot = "")
    {
        var place = _nodes.Count;
        var (port, root) = (Ports.Free(1)[0], Path.Combine(Folder, dataRoot));
        _nodes.Add(ClusterFiles.WriteJoining(Folder, name ?? $"node{place + 1}", port, root, _options.ClusterId, Overrides));
        _processes.Add(null);
        StartNode(place);
        return place;
    }

    /// <summary>Starts a stopped node with its data at another address.</summary>
    /// <returns>The address.</returns>
    public string MoveNode(int node)
    {
        var former = Nodes[node];
        var (formerPort, port) = ($"{new Uri(former.Contact).Port}", $"{Ports.Free(1)[0]}");
        File.WriteAllText(former.ConfigFile, File.ReadAllText(former.ConfigFile).Replace(formerPort, port));
        _nodes[node] = former with { Contact = former.Contact.Replace(formerPort, port) };
        StartNode(node);
        return ContactPoint.ShortName(_nodes[node].Contact);
    }

    /// <summary>Asks a node's process to stop, waits until it has, and counts it among the nodes no more.</summary>
    public async Task RetireAsync(int node)
    {
        _retired.Add(node);
        await StopAsync(node);
    }

    /// <summary>Asks a node's process to stop in its own time, and waits until it has.</summary>
    public async Task StopAsync(int node)
    {
        _processes[node]!.AskToStop();
        await _processes[node]!.WaitForExitAsync(ExitPatience);
    }

    /// <summary>Starts a node's process.</summary>
    /// <param name="node">The node's place.</param>
    /// <param name="crashAt">Where it is to kill itself, as <c>AKKARAFT_CRASH_AT</c> has it; null for nowhere.</param>
    public void StartNode(int node, string? crashAt = null)
    {
        var before = _processes[node];
        _processes[node] = null;
        before?.Dispose();
        _processes[node] = new NodeProcess(
            Nodes[node], _options.Output, crashAt is null ? null : new Dictionary<string, string> { ["AKKARAFT_CRASH_AT"] = crashAt });
    }

    public bool IsRunning(int node) => _processes[node] is { IsRunning: true };

    /// <summary>Ends a node's process with SIGKILL and waits until it is gone.</summary>
    public async Task KillAsync(int node)
    {
        var process = _processes[node]!;
        process.Kill();
        await process.WaitForExitAsync(ExitPatience);
    }

    /// <summary>Ends all processes with SIGKILL at once.</summary>
    public async Task KillAllAsync()
    {
        foreach (var process in _processes)
        {
            process!.Kill();
        }

        await Task.WhenAll(_processes.Select(process => process!.WaitForExitAsync(ExitPatience)));
    }

    /// <summary>Stops a node's process where it stands.</summary>
    public void Pause(int node) => Signals.Pause(_processes[node]!.Id);

    /// <summary>Lets a stopped process go on.</summary>
    public void Resume(int node) => Signals.Resume(_processes[node]!.Id);

    /// <summary>Waits until a node's process has ended by itself.</summary>
    /// <returns>Whether it did in time.</returns>
    public async Task<bool> HasEndedAsync(int node, TimeSpan within)
    {
        using var deadline = new CancellationTokenSource(within);
        return await _processes[node]!.HasEndedAsync(deadline.Token);
    }

    /// <summary>The operating system's number for a node's process.</summary>
    public int ProcessId(int node) => _processes[node]!.Id;

    /// <summary>The folder with a node's data.</summary>
    public string DataFolder(int node) => Path.Combine(Folder, Nodes[node].Name);

    /// <summary>The file of a node's journal.</summary>
    public string JournalFile(int node) => Path.Combine(Folder, Nodes[node].Name, "raft.db");

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
                await process.WaitForExitAsync(ExitPatience);
            }

            process?.Dispose();
        }

        _network?.Dispose();
        _temporaryFolder?.Dispose();
    }

    // The node is known by its proxy's address, and listens where only the proxy looks for it.
    private static void ListenElsewhere(LocalNode node, int publicPort, int listeningPort) => File.AppendAllText(
        node.ConfigFile,
        $$"""

        akka.remote.dot-netty.tcp {
          port = {{listeningPort}}
          public-hostname = "127.0.0.1"
          public-port = {{publicPort}}
        }

        """);
}
