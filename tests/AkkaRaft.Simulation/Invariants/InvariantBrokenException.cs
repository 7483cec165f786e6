namespace AkkaRaft.Simulation;

/// <summary>An invariant does not hold: the run has found a fault.</summary>
/// <param name="invariant">Which.</param>
/// <param name="facts">What was seen.</param>
/// <param name="page">A drawing of what was seen, as a page; null if there is none.</param>
internal sealed class InvariantBrokenException(string invariant, string facts, string? page = null) : Exception($"{invariant}: {facts}")
{
    public string? Page { get; } = page;

    /// <summary>When it happened, if that was before it was noticed.</summary>
    public long? HappenedAt { get; init; }

    public string Invariant { get; } = invariant;

    public string Facts { get; } = facts;
}
