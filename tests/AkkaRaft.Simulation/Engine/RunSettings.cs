using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>Which run: the seed says all, unless something is set here.</summary>
internal sealed record RunSettings
{
    public required ulong Seed { get; init; }

    /// <summary>How long faults are put in, before the cluster is healed and has to make progress.</summary>
    public long SafetyTime { get; init; } = 60 * Duration.Second;

    /// <summary>How many servers; null to draw it.</summary>
    public int? Servers { get; init; }

    /// <summary>The faults of the plan that happen, by number; null for all.</summary>
    public IReadOnlySet<int>? OnlyFaults { get; init; }

    /// <summary>Faults put into the core on purpose.</summary>
    public RaftFault CoreFaults { get; init; }

    /// <summary>The command that repeats the run.</summary>
    public string ReplayCommand
    {
        get
        {
            var seconds = FormattableString.Invariant($"{SafetyTime / (double)Duration.Second:0.###}");
            var command = $"dotnet run --project tests/AkkaRaft.Simulation -- --seed {Seed} --seconds {seconds}";
            command += Servers is { } servers ? $" --servers {servers}" : "";
            command += CoreFaults != RaftFault.None ? $" --mutation {CoreFaults}" : "";
            return OnlyFaults is null
                ? command
                : $"{command} --only-faults {(OnlyFaults.Count == 0 ? "none" : string.Join(',', OnlyFaults.Order()))}";
        }
    }
}
