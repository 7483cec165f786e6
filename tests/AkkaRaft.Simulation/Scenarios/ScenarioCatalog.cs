namespace AkkaRaft.Simulation;

/// <summary>All scripted scenarios.</summary>
internal static class ScenarioCatalog
{
    public static IReadOnlyList<Scenario> All { get; } =
        [
            .. ElectionScenarios.All, .. ReplicationScenarios.All, .. ClientScenarios.All,
            .. SessionScenarios.All, .. MembershipScenarios.All,
            .. SnapshotScenarios.All, .. LeadScenarios.All, .. DiskScenarios.All];

    public static Scenario Named(string name) => All.FirstOrDefault(scenario => scenario.Name == name)
        ?? throw new ArgumentException(
            $"There is no scenario '{name}'; there are:{string.Concat(All.Select(each => $"\n  {each.Number,2} {each.Name}"))}");

    public static string ReplayCommand(string name, ulong seed) =>
        $"dotnet run --project tests/AkkaRaft.Simulation -- --scenario {name} --seed {seed}";

    /// <summary>Plays a scenario with a seed; null if all is as it must be.</summary>
    public static InvariantBrokenException? Play(Scenario scenario, ulong seed, Trace? trace = null)
    {
        try
        {
            scenario.Play(new Script(seed, trace));
            return null;
        }
        catch (InvariantBrokenException broken)
        {
            return broken;
        }
    }
}
