using System.Globalization;
using System.Text;

namespace AkkaRaft.EndToEnd.Chaos;

/// <summary>What a run leaves behind for people: a page of Markdown.</summary>
internal static class ChaosReport
{
    private const string Passed =
        "**Verdict: passed.** The history is linearizable, all nodes agree, and every acknowledged write is there.";
    private const string Failed = "**Verdict: FAILED.**";
    private const int ShownOutages = 20;
    private const int ShownStops = 20;

    public static string Write(ChaosOptions options, ChaosRun run, Exception? failure)
    {
        var text = new StringBuilder();
        var workload = run.Workload;
        var culture = CultureInfo.InvariantCulture;
        text.AppendLine(culture, $"# Chaos, seed {options.Seed}");
        text.AppendLine();
        text.AppendLine(failure is null ? Passed : Failed);
        text.AppendLine();
        text.AppendLine(culture, $"`akkaraft-chaos --minutes {options.Time.TotalMinutes:0.##} --seed {options.Seed}"
            + $" --nodes {options.Nodes} --clients {options.Clients}`");
        var early = run.EndedEarly ? " It was told to stop before its time." : "";
        text.AppendLine(culture, $"ran for {run.Elapsed:hh\\:mm\\:ss}, the judgement included.{early}");
        if (failure is not null)
        {
            text.AppendLine();
            text.AppendLine("```");
            text.AppendLine(failure is ChaosFailure ? failure.Message : failure.ToString());
            text.AppendLine("```");
        }

        AddTable(text, "Operations", ("What became of them", "Count"),
        [
            ("answered", workload.Succeeded),
            ("indeterminate (may or may not have happened)", workload.Indeterminate),
            ("refused (did not happen)", workload.Refused),
            ("registers read at the end and judged", run.RegistersJudged),
        ]);
        AddTable(text, $"Faults, in {run.Episodes} episodes", ("Fault", "Count"),
            [.. run.Faults.Counts.Select(fault => (fault.Key, (long)fault.Value)), ("all", run.Faults.Total)]);
        AddOutages(text, run);
        AddStops(text, run.ServerStops);
        return text.ToString();
    }

    private static void AddTable(StringBuilder text, string title, (string, string) head, IEnumerable<(string Name, long Count)> rows)
    {
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"## {title}");
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"| {head.Item1} | {head.Item2} |");
        text.AppendLine("| --- | ---: |");
        foreach (var (name, count) in rows)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {count} |");
        }
    }

    private static void AddOutages(StringBuilder text, ChaosRun run)
    {
        var culture = CultureInfo.InvariantCulture;
        var outages = run.Availability.Outages.OrderByDescending(outage => outage.Length).ToList();
        text.AppendLine();
        text.AppendLine("## Times without an answer to any client");
        text.AppendLine();
        if (outages.Count == 0)
        {
            text.AppendLine("None was a second long.");
            return;
        }

        var total = TimeSpan.FromTicks(outages.Sum(outage => outage.Length.Ticks));
        text.AppendLine(culture, $"{outages.Count} were a second long or longer, {total.TotalSeconds:0} s together; the median took"
            + $" {outages[outages.Count / 2].Length.TotalSeconds:0.0} s. The longest:");
        text.AppendLine();
        text.AppendLine("| From | Seconds | Faults meanwhile |");
        text.AppendLine("| --- | ---: | --- |");
        foreach (var outage in outages.Take(ShownOutages))
        {
            var faults = outage.Faults.Length > 0 ? outage.Faults : "none";
            text.AppendLine(culture, $"| {outage.Start:hh\\:mm\\:ss} | {outage.Length.TotalSeconds:0.0} | {faults} |");
        }
    }

    private static void AddStops(StringBuilder text, IReadOnlyList<string> stops)
    {
        if (stops.Count == 0)
        {
            return;
        }

        text.AppendLine();
        text.AppendLine("## Servers that stopped by themselves, to be started again from their journals");
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{stops.Count} times; the first:");
        text.AppendLine();
        foreach (var stop in stops.Take(ShownStops))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- {stop}");
        }
    }
}
