namespace AkkaRaft.Simulation;

/// <summary>Seeds in the suite: enough to notice, at every build, that something broke. Long campaigns are run with the program.</summary>
public class SeedTests
{
    private const int SeedsInAGroup = 50;

    [Theory]
    [InlineData(1, null)]
    [InlineData(2, null)]
    [InlineData(3, 3)]
    [InlineData(4, 4)]
    [InlineData(5, 5)]
    [InlineData(6, 7)]
    public void Fifty_seeds_are_clean(int group, int? servers)
    {
        for (var seed = group * 1000; seed < (group * 1000) + SeedsInAGroup; seed++)
        {
            var settings = new RunSettings { Seed = (ulong)seed, Servers = servers, SafetyTime = 30 * Duration.Second };

            var report = Run.Of(settings);

            Assert.True(report.Broken is null, $"{report.Broken?.Message}\nReplay it with:\n  {settings.ReplayCommand}");
        }
    }
}
