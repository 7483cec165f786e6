namespace AkkaRaft.Simulation;

/// <summary>The scripted scenarios, each with several seeds.</summary>
public class ScenarioTests
{
    private const ulong Seeds = 5;

    public static TheoryData<string> Names => [.. ScenarioCatalog.All.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Goes_as_it_must(string name)
    {
        for (var seed = 1UL; seed <= Seeds; seed++)
        {
            var broken = ScenarioCatalog.Play(ScenarioCatalog.Named(name), seed);

            Assert.True(
                broken is null,
                $"{broken?.Message}\nReplay it with:\n  {ScenarioCatalog.ReplayCommand(name, seed)}");
        }
    }

    [Fact]
    public void Numbers_and_names_are_unique()
    {
        Assert.Distinct(ScenarioCatalog.All.Select(scenario => scenario.Number));
        Assert.Distinct(ScenarioCatalog.All.Select(scenario => scenario.Name));
    }

    [Fact]
    public void An_unknown_name_is_told_with_the_known_ones()
    {
        var failure = Assert.Throws<ArgumentException>(() => ScenarioCatalog.Named("figure-9"));

        Assert.Contains("figure-8", failure.Message);
    }
}
