using System.Diagnostics;

namespace AkkaRaft.Simulation;

/// <summary>
/// Runs one seed after the other until one fails, and shows how far it is. One in a hundred is run twice: both must give the same trace,
/// byte for byte.
/// </summary>
internal sealed class Campaign(RunSettings settings, ulong first, int seeds, TimeSpan time, TextWriter output)
{
    private const int TwiceEvery = 100;
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(5);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Statistics _total = new();
    private TimeSpan _nextProgress = ProgressEvery;
    private long _simulated;
    private int _done;
    private int _twice;

    /// <summary>The report of the run that failed; null if none did.</summary>
    public RunReport? Execute()
    {
        for (var seed = first; _done < seeds && _clock.Elapsed < time; seed++)
        {
            var report = RunOnce(settings with { Seed = seed });
            if (report.Broken is not null)
            {
                PrintProgress();
                return report;
            }

            if (_clock.Elapsed >= _nextProgress)
            {
                _nextProgress += ProgressEvery;
                PrintProgress();
            }
        }

        PrintProgress();
        output.WriteLine($"In all: {_total}.");
        output.WriteLine($"Clean: {_done} seeds from {first} on, {_twice} of them run twice with the same trace.");
        return null;
    }

    private RunReport RunOnce(RunSettings run)
    {
        RunReport report;
        if (_done % TwiceEvery == TwiceEvery - 1)
        {
            report = RunTwice(run);
            _twice++;
        }
        else
        {
            report = Run.Of(run);
        }

        _done++;
        _simulated += report.EndedAt;
        _total.Add(report.Statistics);
        return report;
    }

    private static RunReport RunTwice(RunSettings run)
    {
        using var one = new Trace(keptLines: 1);
        using var other = new Trace(keptLines: 1);
        var report = Run.Of(run, one);
        Run.Of(run, other);
        return one.Hash() == other.Hash()
            ? report
            : report with
            {
                Broken = new InvariantBrokenException("Determinism", $"two runs differ, in {one.LineCount} and {other.LineCount} lines"),
            };
    }

    private void PrintProgress()
    {
        var seconds = Math.Max(_clock.Elapsed.TotalSeconds, 0.001);
        var hours = _simulated / (double)Duration.Second / 3600;
        output.WriteLine(FormattableString.Invariant(
            $"{_clock.Elapsed:hh\\:mm\\:ss}  {_done} seeds, {hours:0.0} h simulated ({hours / seconds * 60:0.0} h a minute), ")
            + FormattableString.Invariant(
                $"{_total.Faults} faults, {_total.Operations} operations, {_total.Steps / seconds:0} states a second"));
    }
}
