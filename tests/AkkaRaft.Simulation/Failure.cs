namespace AkkaRaft.Simulation;

/// <summary>Tells a person what a run has found.</summary>
internal static class Failure
{
    /// <summary>How many steps are shown unless it is said.</summary>
    public const int ShownSteps = 60;

    /// <summary>Shrinks the run if that is asked for, plays it once more for its trace, and prints all.</summary>
    public static void Show(RunReport report, CommandLine line, TextWriter output)
    {
        var shown = line.Shrink ? new Shrinker(report, output).Shrink() : report;
        var broken = shown.Broken!;
        using var trace = new Trace(line.TraceLines ?? ShownSteps) { KeepUntil = broken.HappenedAt ?? long.MaxValue };
        Run.Of(shown.Settings, trace);
        output.WriteLine(
            $"Seed {shown.Settings.Seed}: {broken.Invariant} is broken after {Duration.Text(shown.EndedAt)} s, {shown.Servers} servers.");
        output.WriteLine($"  {broken.Facts.TrimEnd()}");
        output.WriteLine();
        PrintTrace(trace, output);
        output.WriteLine();
        if (broken.Page is not null)
        {
            var path = Path.GetFullPath(line.Timeline);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, broken.Page);
            output.WriteLine($"The history is drawn in {path}.");
        }

        output.WriteLine("Replay it with:");
        output.WriteLine($"  {shown.Settings.ReplayCommand}");
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
