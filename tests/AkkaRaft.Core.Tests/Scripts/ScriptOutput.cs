namespace AkkaRaft.Core.Tests.Scripts;

/// <summary>What a block's commands have given, line by line. No line is empty, as an empty line ends an output.</summary>
internal sealed class ScriptOutput
{
    private List<string> _lines = [];

    /// <summary>Only changes of roles and answers to clients are told.</summary>
    public bool IsQuiet { get; set; }

    public void Add(string line) => _lines.Add(line.TrimEnd());

    /// <summary>Why the lines that follow come about: an input.</summary>
    public void AddHeader(string line)
    {
        if (!IsQuiet)
        {
            Add(line);
        }
    }

    /// <summary>What a server does.</summary>
    public void AddEffect(ServerId server, string line, bool matters)
    {
        if (!IsQuiet)
        {
            Add($"  {line}");
        }
        else if (matters)
        {
            Add($"{server}: {line}");
        }
    }

    /// <summary>A table whose columns are as wide as they must be.</summary>
    public void AddTable(IReadOnlyList<IReadOnlyList<string>> rows)
    {
        foreach (var row in rows)
        {
            Add(string.Join("", row.Select((cell, column) => cell.PadRight(WidthOf(rows, column) + 2))));
        }
    }

    /// <summary>All since the last call; "ok" if there is nothing.</summary>
    public IReadOnlyList<string> TakeAll()
    {
        var lines = _lines.Count == 0 ? ["ok"] : _lines;
        _lines = [];
        return lines;
    }

    private static int WidthOf(IReadOnlyList<IReadOnlyList<string>> rows, int column) =>
        rows.Max(row => row.Count > column ? row[column].Length : 0);
}
