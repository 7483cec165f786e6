using System.Collections.Concurrent;
using System.Globalization;

namespace AkkaRaft.EndToEnd.Links;

/// <summary>The latest lines that the nodes have printed, for the day when one is cut off.</summary>
internal sealed class NodeLines
{
    private const int MaxLines = 20_000;
    private readonly ConcurrentQueue<string> _lines = new();

    public void Add(string node, string line)
    {
        _lines.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:HH:mm:ss.fff} {node} {line}"));
        if (_lines.Count > MaxLines)
        {
            _lines.TryDequeue(out _);
        }
    }

    /// <summary>Writes them to a file.</summary>
    /// <returns>The file's full path.</returns>
    public string SaveAs(string file)
    {
        var path = Path.GetFullPath(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllLines(path, _lines);
        return path;
    }
}
