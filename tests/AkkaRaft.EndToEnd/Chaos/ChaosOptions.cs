namespace AkkaRaft.EndToEnd.Chaos;

/// <summary>What a run is made of.</summary>
internal sealed record ChaosOptions
{
    /// <summary>The source of all draws: which faults come, whom they hit and for how long, and what the clients ask.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How long there are faults; the healing and the judgement come on top.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(1);

    public int Nodes { get; init; } = 3;

    public int Clients { get; init; } = 8;

    /// <summary>Where the report, the nodes' output and, after a failure, their data are left.</summary>
    public required string Folder { get; init; }
}
