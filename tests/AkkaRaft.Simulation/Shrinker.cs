namespace AkkaRaft.Simulation;

/// <summary>
/// Looks for a shorter run that breaks the same invariant: less time, fewer servers, fewer faults. What is left out may change all that
/// follows, so every candidate is simply tried.
/// </summary>
internal sealed class Shrinker
{
    private const int MaxRuns = 400;
    private const long LeastTime = 100 * Duration.Millisecond;

    private readonly RunReport _failing;
    private readonly TextWriter _output;
    private RunReport _best;
    private int _runs;

    public Shrinker(RunReport failing, TextWriter output)
    {
        _failing = failing;
        _output = output;
        _best = failing;
    }

    /// <summary>The shortest failing run that was found.</summary>
    public RunReport Shrink()
    {
        var before = int.MaxValue;
        while (_best.Begun.Count < before && _runs < MaxRuns)
        {
            before = _best.Begun.Count;
            ShortenTime();
            TryFewerServers();
            LeaveOutFaults();
        }

        _output.WriteLine($"Shrunk in {_runs} runs from {Text(_failing)} to {Text(_best)}.");
        return _best;

        static string Text(RunReport report) =>
            $"{Duration.Text(report.EndedAt)} s with {report.Begun.Count} faults and {report.Servers} servers";
    }

    /// <summary>What a run asks of its reader: a fault, a server and a second weigh the same.</summary>
    public static double Weight(RunReport report) => report.Begun.Count + report.Servers + (report.EndedAt / (double)Duration.Second);

    private void ShortenTime()
    {
        Try(_best.Settings with { SafetyTime = Math.Min(_best.Settings.SafetyTime, _best.EndedAt + Duration.Millisecond) });
        for (var cut = _best.Settings.SafetyTime / 2; cut >= LeastTime; cut /= 2)
        {
            while (_best.Settings.SafetyTime - cut > 0 && Try(_best.Settings with { SafetyTime = _best.Settings.SafetyTime - cut }))
            {
                // As long as it still fails, the same is cut off again.
            }
        }
    }

    private void TryFewerServers()
    {
        foreach (var servers in new[] { 3, 4, 5 })
        {
            if (servers < _best.Servers && Try(_best.Settings with { Servers = servers }))
            {
                return;
            }
        }
    }

    /// <summary>Leaves out halves, quarters and so on of the faults (Zeller's delta debugging).</summary>
    private void LeaveOutFaults()
    {
        var parts = 2;
        while (_best.Begun.Count > 0 && parts <= _best.Begun.Count * 2)
        {
            var faults = _best.Begun.Select(fault => fault.Number).ToArray();
            var size = Math.Max(1, faults.Length / parts);
            var shorter = false;
            for (var from = 0; from < faults.Length && !shorter; from += size)
            {
                var kept = faults[..from].Concat(faults[Math.Min(from + size, faults.Length)..]);
                shorter = Try(_best.Settings with { OnlyFaults = kept.ToHashSet() });
            }

            parts = shorter ? Math.Max(2, parts - 1) : parts * 2;
        }
    }

    private bool Try(RunSettings settings)
    {
        if (_runs >= MaxRuns)
        {
            return false;
        }

        _runs++;
        var report = Run.Of(settings);
        if (report.Broken?.Invariant != _failing.Broken!.Invariant || Weight(report) > Weight(_best))
        {
            return false;
        }

        _best = report;
        return true;
    }
}
