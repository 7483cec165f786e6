using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>applied ≤ committed ≤ last, and the log that the server says it has is the one that it wrote.</summary>
internal sealed class Ordering : Invariant
{
    public override void AfterStep(SimulatedServer server, RaftInput input)
    {
        var core = server.Core!;
        if (core.LastApplied > core.CommitIndex || core.CommitIndex > core.LastLogIndex)
        {
            throw Broken(server, $"applied {core.LastApplied}, committed {core.CommitIndex}, last {core.LastLogIndex}");
        }

        if (core.LastLogIndex.Value != server.Log.LastIndex)
        {
            throw Broken(server, $"its last index is {core.LastLogIndex}, and it wrote up to {server.Log.LastIndex}");
        }
    }
}
