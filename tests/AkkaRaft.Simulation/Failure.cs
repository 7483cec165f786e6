namespace AkkaRaft.Simulation;

/// <summary>Tells a person what a run has found.</summary>
internal static class Failure
{
    public static void Print(RunReport report, Trace trace, TextWriter output)
    {
        var broken = report.Broken!;
        output.WriteLine($"Seed {report.Settings.Seed}: {broken.Invariant} is broken after {Duration.Text(report.EndedAt)} s, {report.Servers} servers.");
        output.WriteLine($"  {broken.Facts.TrimEnd()}");
        output.WriteLine();
        PrintTrace(trace, output);
        output.WriteLine();
        output.WriteLine("Replay it with:");
        output.WriteLine($"  {report.Settings.ReplayCommand}");
    }

    public static void PrintTrace(Trace trace, TextWriter output)
    {
        output.WriteLine("The last steps (docs/testing.md explains the columns):");
        foreach (var step in trace.LastLines)
        {
            output.WriteLine(step);
        }
    }
}
