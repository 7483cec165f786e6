using System.Diagnostics;

namespace AkkaRaft.Node.Hosting;

/// <summary>The processes of a cluster on this machine. They end with this process, in whatever way it ends.</summary>
internal sealed class LocalCluster : IDisposable
{
    private readonly List<NodeProcess> _processes;

    private LocalCluster(List<NodeProcess> processes) => _processes = processes;

    /// <summary>The processes, in the order of the nodes.</summary>
    public IReadOnlyList<NodeProcess> Processes => _processes;

    /// <summary>Starts a process for each node.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="output">Receives each line that a node prints, with the node's name.</param>
    public static LocalCluster Start(IReadOnlyList<LocalNode> nodes, Action<string, string> output) =>
        new([.. nodes.Select(node => new NodeProcess(node, output))]);

    /// <summary>Asks all nodes to stop and waits until they have; one that does not in time is killed.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        foreach (var process in _processes)
        {
            process.AskToStop();
        }

        await Task.WhenAll(_processes.Select(process => process.WaitForExitAsync(patience)));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var process in _processes)
        {
            process.Dispose();
        }
    }
}

/// <summary>A node's process.</summary>
internal sealed class NodeProcess : IDisposable
{
    private const int KeptLines = 20;
    private readonly Process _process;
    private readonly Queue<string> _lastLines = new();

    /// <summary>Starts the process.</summary>
    /// <param name="node">The node.</param>
    /// <param name="output">Receives each line that the node prints, with the node's name.</param>
    /// <param name="environment">Variables that the process gets on top of this one's.</param>
    public NodeProcess(LocalNode node, Action<string, string> output, IReadOnlyDictionary<string, string>? environment = null)
    {
        Node = node;
        var start = new ProcessStartInfo
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        AddProgram(start);
        start.ArgumentList.Add("node");
        start.ArgumentList.Add("--config");
        start.ArgumentList.Add(node.ConfigFile);
        start.ArgumentList.Add(Commands.NodeCommand.StopWithParent);
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data, output);
        _process.ErrorDataReceived += (_, line) => Take(line.Data, output);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The node.</summary>
    public LocalNode Node { get; }

    /// <summary>The operating system's number for the process.</summary>
    public int Id => _process.Id;

    /// <summary>Whether the process is there.</summary>
    public bool IsRunning => !_process.HasExited;

    /// <summary>The exit code of a process that has ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>The last lines that the process printed.</summary>
    public IReadOnlyList<string> LastLines
    {
        get
        {
            lock (_lastLines)
            {
                return [.. _lastLines];
            }
        }
    }

    /// <summary>Closes the process's standard input, which makes it stop.</summary>
    public void AskToStop() => _process.StandardInput.Close();

    /// <summary>Ends the process at once, as <c>kill -9</c> does.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits for the end of the process, and kills it when that does not come in time.</summary>
    public async Task WaitForExitAsync(TimeSpan patience)
    {
        using var deadline = new CancellationTokenSource(patience);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
    }

    /// <summary>Waits for the end of the process, which comes by itself.</summary>
    /// <returns>Whether it came before the wait was cancelled.</returns>
    public async Task<bool> HasEndedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _process.WaitForExitAsync(cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _process.Dispose();

    // The running program may be another one that has this assembly, and under `dotnet AkkaRaft.Node.dll` it is dotnet itself.
    private static void AddProgram(ProcessStartInfo start)
    {
        var running = Environment.ProcessPath ?? throw new InvalidOperationException("The path of the running program is not known.");
        var name = Path.GetFileNameWithoutExtension(running);
        if (name is "akkaraft" or "AkkaRaft.Node")
        {
            start.FileName = running;
            return;
        }

        start.FileName = name == "dotnet" ? running : "dotnet";
        start.ArgumentList.Add(typeof(NodeProcess).Assembly.Location);
    }

    private void Take(string? line, Action<string, string> output)
    {
        if (line is null)
        {
            return;
        }

        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > KeptLines)
            {
                _lastLines.Dequeue();
            }
        }

        output(Node.Name, line);
    }
}
