using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>Do the tests bite? Each fault that is put into the core on purpose is found, and by the invariant that it breaks.</summary>
public class MutationTests
{
    public static TheoryData<string> All => [.. Mutations.All.Select(mutation => mutation.ToString())];

    [Theory]
    [MemberData(nameof(All))]
    public void Is_found_within_200_seeds(string mutation)
    {
        var settings = new RunSettings { Seed = 0, SafetyTime = 60 * Duration.Second };

        var finding = Mutations.Find(Enum.Parse<RaftFault>(mutation), settings);

        Assert.True(finding.Report is not null, $"{mutation} was not found up to seed {finding.Seed}.");
        Assert.DoesNotContain(finding.Report.Broken!.Invariant, new[] { "CoreAssertion", "Unexpected" });
    }

    [Fact]
    public void There_are_at_least_ten() => Assert.True(Mutations.All.Count() >= 10);
}
