namespace AkkaRaft.Simulation;

/// <summary>
/// Draws what goes wrong in a run. Each run has some kinds of faults only, and its own pace: runs in which everything goes wrong at once
/// all look alike, and hide what one kind alone would show.
/// </summary>
internal static class FaultPlan
{
    public static IReadOnlyList<Fault> Draw(SimulationRandom random, long until)
    {
        var kinds = DrawKinds(random);
        var meanPause = (long)(Duration.Millisecond * 150 * Math.Pow(20, random.Fraction()));
        var meanLength = (long)(Duration.Millisecond * 100 * Math.Pow(20, random.Fraction()));
        var faults = new List<Fault>();
        var at = random.Exponential(meanPause);
        while (at < until)
        {
            var length = (5 * Duration.Millisecond) + random.Exponential(meanLength);
            faults.Add(new Fault(faults.Count, random.Pick(kinds), at, length, random.NextULong()));
            at += random.Exponential(meanPause);
        }

        return faults;
    }

    /// <summary>Leases are tried by leads that are handed over, which a plan has few of.</summary>
    public static IReadOnlyList<Fault> WithTransfers(IReadOnlyList<Fault> plan, SimulationRandom random, long until)
    {
        var faults = plan.ToList();
        var meanPause = random.Between(500 * Duration.Millisecond, 10 * Duration.Second);
        for (var at = random.Exponential(meanPause); at < until; at += random.Exponential(meanPause))
        {
            var length = random.Between(50 * Duration.Millisecond, 300 * Duration.Millisecond);
            faults.Add(new Fault(faults.Count, FaultKind.Transfer, at, length, random.NextULong()));
        }

        return faults;
    }

    private static List<FaultKind> DrawKinds(SimulationRandom random)
    {
        var share = 0.15 + (0.6 * random.Fraction());
        var kinds = Enum.GetValues<FaultKind>().Where(_ => random.Chance(share)).ToList();
        while (kinds.Count < 2)
        {
            kinds.Add(random.Pick(Enum.GetValues<FaultKind>()));
        }

        return kinds;
    }
}
