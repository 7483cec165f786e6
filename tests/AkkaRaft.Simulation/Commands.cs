using System.Security.Cryptography;
using System.Text;

namespace AkkaRaft.Simulation;

/// <summary>Carries out what the command line asks for.</summary>
internal static class Commands
{
    public static int Execute(CommandLine line, TextWriter output)
    {
        if (line.Scenario is { } scenario)
        {
            return Play(ScenarioCatalog.Named(scenario), line, output);
        }

        if (line.Seed is { } seed)
        {
            return Single(line, line.Run with { Seed = seed }, output);
        }

        if (line.Hash)
        {
            return PrintHashes(line, output);
        }

        if (line.Seeds is not null || line.Minutes is not null)
        {
            return Many(line, output);
        }

        return line.Mutations
            ? Mutations.FindAll(line.Run, output) ? 0 : 1
            : throw new ArgumentException("Nothing to do: say --seed, --seeds, --minutes, --scenario or --mutations.");
    }

    private static int Single(CommandLine line, RunSettings settings, TextWriter output)
    {
        using var trace = new Trace(line.TraceLines ?? Failure.ShownSteps);
        var report = Run.Of(settings, trace);
        if (report.Broken is not null)
        {
            Failure.Show(report, line, output);
            return 1;
        }

        if (line.TraceLines is not null)
        {
            Failure.PrintTrace(trace, output);
        }

        output.WriteLine(
            $"Seed {settings.Seed}: clean. {report.Servers} servers, {Duration.Text(report.EndedAt)} s, {report.Begun.Count} faults, "
            + $"{report.Statistics.Steps} steps, {report.Statistics.Messages} messages ({report.Statistics.MessagesLost} lost), "
            + $"{report.Statistics.Operations} operations. "
            + $"Trace {trace.Hash()[..16]}, {trace.LineCount} lines.");
        return 0;
    }

    private static int Play(Scenario scenario, CommandLine line, TextWriter output)
    {
        var seeds = line.Seed is null ? line.Seeds ?? 20 : 1;
        var first = line.Seed ?? line.First;
        for (var seed = first; seed < first + (ulong)seeds; seed++)
        {
            using var trace = new Trace(line.TraceLines ?? Failure.ShownSteps);
            if (ScenarioCatalog.Play(scenario, seed, trace) is { } broken)
            {
                output.WriteLine($"Scenario {scenario.Number}, {scenario.Name}, seed {seed}: {broken.Message}");
                output.WriteLine();
                Failure.PrintTrace(trace, output);
                output.WriteLine();
                output.WriteLine($"Replay it with:\n  {ScenarioCatalog.ReplayCommand(scenario.Name, seed)}");
                return 1;
            }
        }

        output.WriteLine($"Scenario {scenario.Number}, {scenario.Name}: as it must be, with {seeds} seeds from {first} on.");
        return 0;
    }

    /// <summary>
    /// A line for each seed, so that two builds can be compared by their output: the same hash means the same steps, byte for byte.
    /// </summary>
    private static int PrintHashes(CommandLine line, TextWriter output)
    {
        var seeds = line.Seeds ?? throw new ArgumentException("--hash needs --seeds.");
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var seed = line.First; seed < line.First + (ulong)seeds; seed++)
        {
            using var trace = new Trace(keptLines: 1);
            var report = Run.Of(line.Run with { Seed = seed }, trace);
            if (report.Broken is not null)
            {
                Failure.Show(report, line, output);
                return 1;
            }

            all.AppendData(Encoding.UTF8.GetBytes(trace.Hash()));
            output.WriteLine($"{seed} {trace.Hash()[..16]}");
        }

        output.WriteLine($"{seeds} seeds from {line.First} on: {Convert.ToHexString(all.GetHashAndReset())}");
        return 0;
    }

    private static int Many(CommandLine line, TextWriter output)
    {
        var time = line.Minutes is { } minutes ? TimeSpan.FromMinutes(minutes) : TimeSpan.MaxValue;
        if (new Campaign(line.Run, line.First, line.Seeds ?? int.MaxValue, time, output).Execute() is not { } failing)
        {
            return 0;
        }

        Failure.Show(failing, line, output);
        return 1;
    }
}
