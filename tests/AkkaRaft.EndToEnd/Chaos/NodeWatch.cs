namespace AkkaRaft.EndToEnd.Chaos;

/// <summary>Keeps what the nodes print, a file for each, and notices what a node must never say.</summary>
internal sealed class NodeWatch(string folder) : IDisposable
{
    private const string BrokenInvariant = "InvariantViolationException";
    private const string ServerStops = ": stops: ";
    private readonly Lock _lock = new();
    private readonly Dictionary<string, StreamWriter> _files = [];
    private readonly List<string> _stops = [];

    /// <summary>The first broken invariant that a node told of, or null.</summary>
    public string? Broken { get; private set; }

    /// <summary>The lines in which servers said that they stop, to be started again from their journals.</summary>
    public IReadOnlyList<string> Stops
    {
        get
        {
            lock (_lock)
            {
                return [.. _stops];
            }
        }
    }

    public void Take(string node, string line)
    {
        lock (_lock)
        {
            if (!_files.TryGetValue(node, out var file))
            {
                file = new StreamWriter(Path.Combine(folder, $"{node}.log"));
                _files.Add(node, file);
            }

            file.WriteLine(line);
            file.Flush();
            if (line.Contains(ServerStops, StringComparison.Ordinal))
            {
                _stops.Add($"{node}: {line}");
            }

            if (line.Contains(BrokenInvariant, StringComparison.Ordinal))
            {
                Broken ??= $"{node}: {line}";
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var file in _files.Values)
            {
                file.Dispose();
            }

            _files.Clear();
        }
    }
}
