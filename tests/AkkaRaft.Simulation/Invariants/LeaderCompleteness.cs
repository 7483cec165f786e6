namespace AkkaRaft.Simulation;

/// <summary>
/// If an entry is committed in a given term, it is in the logs of the leaders of all later terms (Raft paper, figure 3). By log matching
/// it is enough to look for the last of them.
/// </summary>
internal sealed class LeaderCompleteness : Invariant
{
    public override void OnLeader(SimulatedServer server)
    {
        var term = server.Core!.CurrentTerm;
        if (World.Ledger.LastCommittedBefore(term) is not { } committed)
        {
            return;
        }

        var index = committed.Index.Value;
        Require(
            server.Log.Covers(index, committed.Term),
            server,
            $"it leads term {term} without the entry {index} of term {committed.Term}, which is committed");
    }
}
