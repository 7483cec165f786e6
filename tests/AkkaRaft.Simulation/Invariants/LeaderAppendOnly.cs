using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>A leader never overwrites or deletes entries in its log; it only appends new entries (Raft paper, figure 3).</summary>
internal sealed class LeaderAppendOnly : Invariant
{
    public override void AfterStep(SimulatedServer server, RaftInput input)
    {
        var change = server.Change;
        if (change.FirstWritten != long.MaxValue && change.Role == RaftRole.Leader && change.Term == server.Core!.CurrentTerm)
        {
            Require(
                change.FirstWritten > change.Last.Value,
                server,
                $"as leader it writes at {change.FirstWritten}; its last index was {change.Last}");
        }
    }
}
