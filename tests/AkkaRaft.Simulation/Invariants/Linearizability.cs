using AkkaRaft.TestKit.Linearizability;

namespace AkkaRaft.Simulation;

/// <summary>There is one order of all operations that explains every answer that a client got.</summary>
internal sealed class Linearizability : Invariant
{
    public override void AtEnd()
    {
        var result = LinearizabilityChecker.Check(new RegisterModel(), World.History.Operations);
        if (!result.IsLinearizable)
        {
            throw new InvariantBrokenException(nameof(Linearizability), result.Explain(), result.ToHtml())
            {
                HappenedAt = result.Unexplained.Max(unexplained => unexplained.Operation.ReturnedAt)?.Ticks,
            };
        }
    }
}
