using System.Runtime.CompilerServices;

namespace AkkaRaft.Core.Tests.Scripts;

/// <summary>
/// Runs a script and compares what it gives with what was recorded; or records it, when the environment says so.
/// </summary>
internal static class ScriptRunner
{
    public const string RecordVariable = "AKKARAFT_RECORD";

    private const string RecordCommand = $"{RecordVariable}=1 dotnet test tests/AkkaRaft.Core.Tests --filter FullyQualifiedName~ScenarioScriptTests";

    /// <summary>The lines around a difference that are shown.</summary>
    private const int Around = 3;

    public static string Folder { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(SourceFile())!, "..", "Scenarios"));

    private static bool IsRecording => Environment.GetEnvironmentVariable(RecordVariable) == "1";

    /// <summary>Runs a file of the folder.</summary>
    public static void RunFile(string name)
    {
        var path = Path.Combine(Folder, name);
        var text = File.ReadAllText(path);
        var shown = $"tests/AkkaRaft.Core.Tests/Scenarios/{name}";
        if (IsRecording)
        {
            // What came before an error is recorded too, so that its author sees where it stands.
            var (recorded, error) = Record(shown, text);
            if (recorded != text)
            {
                File.WriteAllText(path, recorded);
            }

            if (error is not null)
            {
                throw error;
            }
        }
        else
        {
            Check(shown, text);
        }
    }

    /// <summary>Runs a script, and fails at the first line that is another than was recorded.</summary>
    public static void Check(string name, string text, ProtocolRules? rules = null)
    {
        var file = new ScriptFile(name, text);
        var cluster = new ScriptCluster(rules ?? ProtocolRules.Correct);
        foreach (var block in file.Blocks)
        {
            Compare(file, block, Run(block, cluster));
        }
    }

    /// <summary>Runs a script, and gives it back with the output that it has now, and the error that has ended it early.</summary>
    public static (string Text, ScriptException? Error) Record(string name, string text)
    {
        var file = new ScriptFile(name, text);
        var cluster = new ScriptCluster(ProtocolRules.Correct);
        List<IReadOnlyList<string>> outputs = [];
        ScriptException? error = null;
        foreach (var block in file.Blocks)
        {
            try
            {
                outputs.Add(error is null ? Run(block, cluster) : block.Output);
            }
            catch (ScriptException broken)
            {
                error = broken;
                outputs.Add(cluster.Output.TakeAll());
            }
        }

        return (file.With(outputs), error);
    }

    private static IReadOnlyList<string> Run(ScriptFile.Block block, ScriptCluster cluster)
    {
        foreach (var command in block.Commands)
        {
            ScriptCommands.Run(command, cluster);
        }

        return cluster.Output.TakeAll();
    }

    private static void Compare(ScriptFile file, ScriptFile.Block block, IReadOnlyList<string> actual)
    {
        var at = 0;
        while (at < actual.Count && at < block.Output.Count && actual[at] == block.Output[at])
        {
            at++;
        }

        if (at == actual.Count && at == block.Output.Count)
        {
            return;
        }

        string[] lines =
        [
            "the output is another than was recorded.",
            $"  commands: {string.Join("; ", block.Commands.Select(command => command.Text))}",
            $"  expected: {LineOf(block.Output, at)}",
            $"  actual:   {LineOf(actual, at)}",
            "  recorded, from there on:",
            .. Excerpt(block.Output, at),
            "  now:",
            .. Excerpt(actual, at),
            $"  If the new output is right, record it and read what git diff shows: {RecordCommand}",
        ];
        throw new ScriptException(file.Name, block.OutputLine + at, string.Join("\n", lines));
    }

    private static string LineOf(IReadOnlyList<string> lines, int at) => at < lines.Count ? lines[at] : "(the output ends)";

    private static IEnumerable<string> Excerpt(IReadOnlyList<string> lines, int at) =>
        lines.Select((line, i) => $"    {(i == at ? '>' : ' ')} {line}").Skip(Math.Max(0, at - Around)).Take((2 * Around) + 1);

    private static string SourceFile([CallerFilePath] string path = "") => path;
}
