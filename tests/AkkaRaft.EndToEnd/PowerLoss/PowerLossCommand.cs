using System.CommandLine;

namespace AkkaRaft.EndToEnd.PowerLoss;

/// <summary><c>akkaraft-chaos powerloss</c>: what a node has lost when its machine lost power.</summary>
internal static class PowerLossCommand
{
    public static Command Create()
    {
        var states = new Option<int>("--states") { Description = "How many states.", DefaultValueFactory = _ => 200 };
        var seed = new Option<int>("--seed") { Description = "The source of all draws.", DefaultValueFactory = _ => 1 };
        var writes = new Option<int>("--writes") { Description = "How many writes are recorded.", DefaultValueFactory = _ => 400 };
        var only = new Option<int?>("--only") { Description = "Try this state alone." };
        var recording = new Option<string?>("--recording") { Description = "A recorded folder; without it a node is run and recorded." };
        var fault = new Option<SyncFault>("--fault") { Description = "What is taken for wrong on purpose: states must be found then." };
        var command = new Command(
            "powerloss", "Records what a node does to its files, and starts nodes on what a loss of power may have left of them.")
        {
            states, seed, writes, only, recording, fault,
        };
        command.SetAction(parsed => RunAsync(
            parsed.GetValue(only) is { } one ? [one] : Enumerable.Range(0, parsed.GetValue(states)),
            parsed.GetValue(seed), parsed.GetValue(writes), parsed.GetValue(recording), parsed.GetValue(fault)));
        return command;
    }

    private static async Task<int> RunAsync(IEnumerable<int> states, int seed, int writes, string? recorded, SyncFault fault)
    {
        var folder = Path.GetFullPath(recorded ?? Path.Combine("artifacts", $"powerloss-{DateTime.UtcNow:yyyyMMdd-HHmmss}"));
        var recording = recorded is null
            ? await PowerLossRecording.MakeAsync(folder, writes)
            : PowerLossRecording.Read(folder);
        Console.WriteLine($"{recording.Operations.Count} operations on files, {recording.Writes.Count} writes. {folder}");
        var trial = new PowerLossTrial(recording, seed, fault);
        var (tried, failed) = (0, 0);
        foreach (var state in states)
        {
            tried++;
            if (await trial.TryAsync(state) is { } failure)
            {
                failed++;
                Console.WriteLine($"State {state}: {failure}");
                Console.WriteLine($"  again: akkaraft-chaos powerloss --recording {folder} --seed {seed} --only {state} --fault {fault}");
            }
        }

        Console.WriteLine($"{tried} states with seed {seed}, {failed} of them have lost something or do not lead.");
        if (failed == 0 && recorded is null)
        {
            Directory.Delete(folder, recursive: true);
        }

        return failed == 0 ? 0 : 1;
    }
}
