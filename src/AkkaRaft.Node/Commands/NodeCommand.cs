using System.CommandLine;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.Node.Commands;

/// <summary><c>akkaraft node</c>: runs one node until it is told to stop.</summary>
internal static class NodeCommand
{
    /// <summary>The option by which <c>akkaraft cluster</c> makes its nodes end with it, however it ends.</summary>
    public const string StopWithParent = "--stop-with-parent";

    public static Command Create()
    {
        var stopWithParent = new Option<bool>(StopWithParent) { Description = "Stop when standard input ends." };
        var command = new Command("node", "Runs one node until Ctrl-C or SIGTERM.") { stopWithParent };
        var node = new NodeOptions().AddTo(command);
        command.SetAction(parsed => NodeHost.RunAsync(node.Read(parsed), parsed.GetValue(stopWithParent)));
        return command;
    }
}
