using System.CommandLine;
using System.Runtime.InteropServices;
using AkkaRaft.Node.Hosting;
using Spectre.Console;

namespace AkkaRaft.Node.Commands;

/// <summary><c>akkaraft cluster</c>: a cluster of processes on this machine, with a live table of its nodes.</summary>
internal static class ClusterCommand
{
    private const int UsualNodes = 3;
    private const int MostNodes = 9;
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ClientPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var nodes = Numbers.Option("--nodes", $"How many nodes; {UsualNodes} without it.", 1, MostNodes, "-n");
        var data = new Option<string>("--data")
        {
            Description = "The folder for the nodes' data.", DefaultValueFactory = _ => "data",
        }.NotEmpty();
        var output = new Option<bool>("--output") { Description = "Pass on what the nodes print, with the node's name." };
        var command = new Command("cluster", "Runs a cluster of processes on this machine until Ctrl-C.") { nodes, data, output };
        command.SetAction((parsed, _) => RunAsync(
            ClusterFiles.For(parsed.GetValue(nodes) ?? UsualNodes, parsed.GetRequiredValue(data)), parsed.GetValue(output)));
        return command;
    }

    private static async Task<int> RunAsync(IReadOnlyList<LocalNode> nodes, bool passOutput)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var cluster = LocalCluster.Start(nodes, passOutput ? (name, line) => Console.WriteLine($"{name} | {line}") : (_, _) => { });
        await using var session = ClientSession.Start([.. nodes.Select(node => node.Contact)], ClientPatience);
        try
        {
            if (passOutput || Console.IsOutputRedirected)
            {
                await ShowLinesAsync(cluster, session.Client, stop.Token);
            }
            else
            {
                await ShowTableAsync(cluster, session.Client, stop.Token);
            }
        }
        finally
        {
            await cluster.StopAsync(StopPatience);
        }

        return stop.IsCancellationRequested ? ExitCodes.Success : throw AllEnded(cluster);

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static Task ShowTableAsync(LocalCluster cluster, RaftClient client, CancellationToken stop) =>
        AnsiConsole.Live(StatusReport.ToTable(cluster.Processes.Select(process => Report(process, null)))).StartAsync(live =>
            WatchAsync(cluster, client, reports => live.UpdateTarget(StatusReport.ToTable(reports)), stop));

    private static Task ShowLinesAsync(LocalCluster cluster, RaftClient client, CancellationToken stop)
    {
        var shown = new string[cluster.Processes.Count];
        return WatchAsync(cluster, client, reports =>
        {
            for (var i = 0; i < reports.Count; i++)
            {
                var line = StatusReport.ToLine(reports[i]);
                if (line != shown[i])
                {
                    Console.WriteLine(line);
                    shown[i] = line;
                }
            }
        }, stop);
    }

    // Ends when it is told to or when no process is left.
    private static async Task WatchAsync(
        LocalCluster cluster, RaftClient client, Action<IReadOnlyList<NodeReport>> show, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && cluster.Processes.Any(process => process.IsRunning))
        {
            show(await Task.WhenAll(cluster.Processes.Select(async process =>
                Report(process, await StatusReport.AskAsync(client, process.Node.Contact, stop)))));
            await Task.Delay(RefreshInterval, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static NodeReport Report(NodeProcess process, RaftStatus? status) => process.IsRunning
        ? new NodeReport(process.Node.Contact, process.Node.Name, status, process.Id)
        : new NodeReport(process.Node.Contact, process.Node.Name, status, null, $"ended with {process.ExitCode}");

    private static NodeException AllEnded(LocalCluster cluster)
    {
        var words = cluster.Processes
            .Select(process =>
                $"{process.Node.Name} ended with {process.ExitCode}: {process.LastLines.LastOrDefault() ?? "it printed nothing"}");
        return new NodeException(string.Join("; ", words), ExitCodes.Failure);
    }
}
