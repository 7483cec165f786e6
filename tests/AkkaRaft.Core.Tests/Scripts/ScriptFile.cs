namespace AkkaRaft.Core.Tests.Scripts;

/// <summary>
/// A script: prose, which is kept as it is, and blocks. A block is one or more commands, then <c>----</c>, then the output that was
/// recorded, up to an empty line. A command that ends with a backslash goes on in the next line.
/// </summary>
internal sealed class ScriptFile
{
    public const string Separator = "----";

    private readonly List<object> _parts = [];

    public ScriptFile(string name, string text)
    {
        Name = name;
        var lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        for (var at = 0; at < lines.Length;)
        {
            at = IsProse(lines[at]) ? AddProse(lines, at) : AddBlock(lines, at);
        }

        if (!Blocks.Any())
        {
            throw new ScriptException(name, 1, $"there is no command; a block is commands, then {Separator}, then their output");
        }
    }

    /// <summary>The file as messages name it.</summary>
    public string Name { get; }

    public IEnumerable<Block> Blocks => _parts.OfType<Block>();

    /// <summary>The same script with other outputs, one for each block.</summary>
    public string With(IReadOnlyList<IReadOnlyList<string>> outputs)
    {
        List<string> lines = [];
        var block = 0;
        foreach (var part in _parts)
        {
            if (part is Block { Head: var head })
            {
                lines.AddRange([.. head, Separator, .. outputs[block++]]);
            }
            else
            {
                lines.Add((string)part);
            }
        }

        return string.Join("\n", lines) + "\n";
    }

    private static bool IsProse(string line) => string.IsNullOrWhiteSpace(line) || line.StartsWith('#');

    private int AddProse(string[] lines, int at)
    {
        _parts.Add(lines[at]);
        return at + 1;
    }

    private int AddBlock(string[] lines, int at)
    {
        List<ScriptLine> commands = [];
        List<string> head = [];
        for (; at < lines.Length && !string.IsNullOrWhiteSpace(lines[at]) && lines[at] != Separator; at++)
        {
            var (number, text) = (at + 1, lines[at]);
            head.Add(lines[at]);
            while (text.EndsWith('\\') && at + 1 < lines.Length)
            {
                head.Add(lines[++at]);
                text = text[..^1] + lines[at];
            }

            if (!IsProse(text))
            {
                commands.Add(new ScriptLine(Name, number, text));
            }
        }

        if (commands.Count == 0)
        {
            throw new ScriptException(Name, at + 1, $"there is no command above {Separator}");
        }

        // A block that is new has no output yet.
        at += at < lines.Length && lines[at] == Separator ? 1 : 0;
        var firstLine = at + 1;
        var output = lines.Skip(at).TakeWhile(line => !string.IsNullOrWhiteSpace(line)).ToList();
        _parts.Add(new Block(head, commands, firstLine, output));
        return at + output.Count;
    }

    /// <summary>Commands, and what they gave when the script was recorded.</summary>
    /// <param name="Head">The lines above the separator.</param>
    /// <param name="Commands">The commands among them.</param>
    /// <param name="OutputLine">The number of the first line of output.</param>
    /// <param name="Output">The output.</param>
    internal sealed record Block(
        IReadOnlyList<string> Head, IReadOnlyList<ScriptLine> Commands, int OutputLine, IReadOnlyList<string> Output);
}
