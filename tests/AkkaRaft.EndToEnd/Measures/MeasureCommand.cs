using System.CommandLine;

namespace AkkaRaft.EndToEnd.Measures;

/// <summary>
/// The program's <c>measure</c>: runs that show how much memory and disk nodes take, and what a large snapshot does to its cluster.
/// </summary>
internal static class MeasureCommand
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var folder = new Option<string>("--folder")
        {
            Description = "Where the nodes' data and the curves go; empty or not there yet.",
            DefaultValueFactory = _ => Path.Combine("artifacts", "measure"),
        };
        folder.Validators.Add(result =>
        {
            if (result.GetValue(folder) is { } path && Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
            {
                result.AddError($"'{path}' has something in it, and nodes with data are not measured alike: remove it or name another.");
            }
        });
        var root = new RootCommand("Measures nodes as processes of their own.") 
        {
            Writes(folder), Snapshot(folder), Load(folder),
        };
        return await root.Parse(arguments).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static Command Writes(Option<string> folder)
    {
        var count = new Option<int>("--count") { Description = "How many writes.", DefaultValueFactory = _ => 10_000_000 };
        var size = new Option<int>("--size") { Description = "How many bytes a value has.", DefaultValueFactory = _ => 256 };
        var keys = new Option<int>("--keys") { Description = "Among how many keys.", DefaultValueFactory = _ => 100_000 };
        var atOnce = new Option<int>("--at-once") { Description = "How many wait for an answer.", DefaultValueFactory = _ => 4096 };
        var command = new Command("writes", "Writes without pause and shows memory and disk over time.")
        {
            count, size, keys, atOnce, folder,
        };
        command.SetAction(parsed => new WritesMeasure(
            parsed.GetValue(folder)!, parsed.GetValue(count), parsed.GetValue(size), parsed.GetValue(keys), parsed.GetValue(atOnce))
            .RunAsync());
        return command;
    }

    private static Command Load(Option<string> folder)
    {
        var seconds = new Option<int>("--seconds") { Description = "How long each load lasts.", DefaultValueFactory = _ => 5 };
        var size = new Option<int>("--size") { Description = "How many bytes a value has.", DefaultValueFactory = _ => 256 };
        var set = new Option<string[]>("--set") { Description = "HOCON that all nodes get on top.", DefaultValueFactory = _ => [] };
        var command = new Command("load", "Sets and gets of 1 to 1000 clients, and what idle nodes take.") { seconds, size, set, folder };
        command.SetAction(parsed => new LoadMeasure(
            parsed.GetValue(folder)!, parsed.GetValue(seconds), parsed.GetValue(size), string.Join('\n', parsed.GetValue(set)!)).RunAsync());
        return command;
    }

    private static Command Snapshot(Option<string> folder)
    {
        var mebibytes = new Option<int>("--mebibytes") { Description = "How large the state is.", DefaultValueFactory = _ => 1024 };
        var command = new Command("snapshot", "Brings a node that was away back by a snapshot, under load.") { mebibytes, folder };
        command.SetAction(parsed => new SnapshotMeasure(parsed.GetValue(folder)!, parsed.GetValue(mebibytes)).RunAsync());
        return command;
    }
}
