using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>A committed entry is on the disks of a majority when it is called committed, and is replaced in no log from then on.</summary>
internal sealed class CommittedOnQuorum : Invariant
{
    public override void OnFirstCommitted(SimulatedServer server, LogEntry entry)
    {
        var index = entry.Index.Value;
        var holders = 0;
        foreach (var other in World.Servers)
        {
            if (other.DurableLog.Covers(index, entry.Term))
            {
                holders++;
            }
        }

        Require(holders > World.Servers.Count / 2, server, $"it commits {index}, which is on {holders} of {World.Servers.Count} disks");
    }

    public override void AfterStep(SimulatedServer server, RaftInput input)
    {
        foreach (var removed in server.Change.Removed)
        {
            var index = removed.Index.Value;
            if (index > World.Ledger.LastIndex || World.Ledger.EntryAt(index).Term != removed.Term)
            {
                continue;
            }

            var isThere = server.Log.Covers(index, removed.Term);
            Require(isThere, server, $"it replaces the entry {index} of term {removed.Term}, which is committed");
        }
    }
}
