using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>
/// Only entries of the leader's current term are committed by counting replicas; those ahead of them are committed with them (Raft paper,
/// section 5.4.2).
/// </summary>
internal sealed class CommitsOwnTerm : Invariant
{
    public override void AfterStep(SimulatedServer server, RaftInput input)
    {
        var core = server.Core!;
        if (core.Role != RaftRole.Leader || core.CommitIndex == server.Change.Commit || core.CommitIndex.Value > server.Log.LastIndex)
        {
            return;
        }

        var term = server.Log.TermAt(core.CommitIndex.Value);
        Require(
            term == core.CurrentTerm,
            server,
            $"it leads term {core.CurrentTerm} and commits up to {core.CommitIndex}, an entry of term {term}");
    }
}
