using System.CommandLine;
using System.Runtime.InteropServices;
using AkkaRaft.EndToEnd.Links;
using AkkaRaft.EndToEnd.PowerLoss;
using AkkaRaft.EndToEnd.Replacement;

namespace AkkaRaft.EndToEnd.Chaos;

/// <summary>The program <c>akkaraft-chaos</c>.</summary>
internal static class ChaosCommand
{
    private const int Passed = 0;
    private const int Failed = 1;
    private const int WrongUse = 2;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var minutes = new Option<double>("--minutes") { Description = "How long there are faults.", DefaultValueFactory = _ => 1 };
        var seed = new Option<int>("--seed") { Description = "The source of all draws.", DefaultValueFactory = _ => AnySeed() };
        var nodes = new Option<int>("--nodes") { Description = "How many nodes.", DefaultValueFactory = _ => 3 };
        nodes.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 2)
            {
                result.AddError("--nodes must be 2 or more: a link has two ends.");
            }
        });
        var clients = new Option<int>("--clients") { Description = "How many clients.", DefaultValueFactory = _ => 8 };
        var folder = new Option<string?>("--report") { Description = "The folder for the report; artifacts/chaos-SEED without it." };
        var command = new RootCommand("Runs a cluster of processes, breaks it for a while, and judges what its clients were told.")
        {
            minutes, seed, nodes, clients, folder, ReplaceCommand.Create(), LinksCommand.Create(),
            PowerLossCommand.Create(),
        };
        command.SetAction(async parsed => await RunAsync(new ChaosOptions
        {
            Time = TimeSpan.FromMinutes(parsed.GetValue(minutes)),
            Seed = parsed.GetValue(seed),
            Nodes = parsed.GetValue(nodes),
            Clients = parsed.GetValue(clients),
            Folder = parsed.GetValue(folder) ?? Path.Combine("artifacts", $"chaos-{parsed.GetValue(seed)}"),
        }));
        var parsed = command.Parse(arguments);
        var outcome = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
        return parsed.Errors.Count > 0 ? WrongUse : outcome;
    }

    private static async Task<int> RunAsync(ChaosOptions options)
    {
        using var end = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, EndEarly);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, EndEarly);
        Console.WriteLine($"Chaos with seed {options.Seed}: {options.Nodes} nodes, {options.Clients} clients,"
            + $" faults for {options.Time.TotalMinutes:0.##} minutes.");
        Exception? failure = null;
        var run = new ChaosRun(options, Console.WriteLine);
        await using (run)
        {
            try
            {
                await run.RunAsync(end.Token);
            }
            catch (Exception cause)
            {
                // Whatever it is, it ends the run, and the report is where it is told.
                failure = cause;
            }
        }

        return Conclude(options, run, failure);

        void EndEarly(PosixSignalContext context)
        {
            context.Cancel = true;
            end.Cancel();
        }
    }

    private static int AnySeed() => Random.Shared.Next(1, 1_000_000);

    private static int Conclude(ChaosOptions options, ChaosRun run, Exception? failure)
    {
        var report = ChaosReport.Write(options, run, failure);
        var file = Path.Combine(options.Folder, "report.md");
        File.WriteAllText(file, report);
        if (failure is ChaosFailure { Timeline: { } timeline })
        {
            File.WriteAllText(Path.Combine(options.Folder, "history.html"), timeline);
        }

        if (failure is null)
        {
            Directory.Delete(run.DataFolder, recursive: true);
        }

        Console.WriteLine();
        Console.WriteLine(report);
        Console.WriteLine($"The report is {Path.GetFullPath(file)}.");
        return failure is null ? Passed : Failed;
    }
}
