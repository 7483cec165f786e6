using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>What a world is made of.</summary>
internal sealed record WorldSettings
{
    public required ulong Seed { get; init; }

    public int Servers { get; init; } = 3;

    /// <summary>Servers that are there to be added.</summary>
    public int Spares { get; init; }

    public int Clients { get; init; }

    /// <summary>A server's settings, by its number from 0.</summary>
    public Func<int, RaftOptions> OptionsOf { get; init; } = _ => new RaftOptions();

    /// <summary>Faults put into the core on purpose.</summary>
    public RaftFault CoreFaults { get; init; }

    public Trace? Trace { get; init; }
}
