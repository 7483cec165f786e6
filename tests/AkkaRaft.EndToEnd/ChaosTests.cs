using AkkaRaft.EndToEnd.Chaos;
using AkkaRaft.EndToEnd.Harness;
using Xunit.Abstractions;

namespace AkkaRaft.EndToEnd;

/// <summary>A short run of what <c>akkaraft-chaos</c> does for hours.</summary>
public sealed class ChaosTests(ITestOutputHelper output) : IDisposable
{
    private const int LeastAnswers = 100;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Thirty_seconds_of_kills_pauses_and_broken_links_leave_a_linearizable_history()
    {
        var options = new ChaosOptions { Seed = Random.Shared.Next(1, 1_000_000), Time = TimeSpan.FromSeconds(30), Folder = _folder.Path };
        output.WriteLine($"Seed {options.Seed}.");
        await using var run = new ChaosRun(options, output.WriteLine);

        await run.RunAsync(CancellationToken.None);

        output.WriteLine(ChaosReport.Write(options, run, failure: null));
        Assert.True(run.Workload.Succeeded >= LeastAnswers, $"Only {run.Workload.Succeeded} operations were answered.");
        Assert.True(run.Faults.Total > 0, "There was no fault.");
    }
}
