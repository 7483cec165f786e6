using System.Diagnostics;

namespace AkkaRaft.Simulation;

/// <summary>Carries out what the command line asks for.</summary>
internal static class Commands
{
    private const int ShownSteps = 60;

    public static int Execute(CommandLine line, TextWriter output)
    {
        if (line.Seed is { } seed)
        {
            return Single(line, line.Run with { Seed = seed }, output);
        }

        if (line.Seeds is not null || line.Minutes is not null)
        {
            return Many(line, output);
        }

        throw new ArgumentException("Nothing to do.");
    }

    private static int Single(CommandLine line, RunSettings settings, TextWriter output)
    {
        using var trace = new Trace(line.TraceLines ?? ShownSteps);
        var report = Run.Of(settings, trace);
        if (report.Broken is not null)
        {
            Failure.Print(report, trace, output);
            return 1;
        }

        if (line.TraceLines is not null)
        {
            Failure.PrintTrace(trace, output);
        }

        output.WriteLine(
            $"Seed {settings.Seed}: clean. {report.Servers} servers, {Duration.Text(report.EndedAt)} s, {report.Begun.Count} faults, "
            + $"{report.Statistics.Steps} steps, {report.Statistics.Operations} operations. Trace {trace.Hash()[..16]}, {trace.LineCount} lines.");
        return 0;
    }

    private static int Many(CommandLine line, TextWriter output)
    {
        var campaign = new Campaign(line.Run, line.First, line.Seeds ?? int.MaxValue, TimeSpan.FromMinutes(line.Minutes ?? 1e6), output);
        return campaign.Execute() is null ? 0 : 1;
    }
}
