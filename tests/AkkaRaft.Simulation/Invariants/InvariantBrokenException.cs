namespace AkkaRaft.Simulation;

/// <summary>An invariant does not hold: the run has found a fault.</summary>
/// <param name="invariant">Which.</param>
/// <param name="facts">What was seen.</param>
internal sealed class InvariantBrokenException(string invariant, string facts) : Exception($"{invariant}: {facts}")
{
    public string Invariant { get; } = invariant;

    public string Facts { get; } = facts;
}
