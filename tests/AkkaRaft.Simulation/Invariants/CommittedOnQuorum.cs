using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>
/// A committed entry is on the disks of a majority of the voters when it is called committed, by the configuration in force at the leader,
/// and is replaced in no log from then on.
/// </summary>
internal sealed class CommittedOnQuorum : Invariant
{
    public override void OnFirstCommitted(SimulatedServer server, LogEntry entry)
    {
        var before = server.Change.Configuration;
        var after = server.Log.Configuration;
        if (Majorities.Has(after, id => IsOnDisk(after, id, entry))
            || (!ReferenceEquals(before, after) && Majorities.Has(before, id => IsOnDisk(before, id, entry))))
        {
            return;
        }

        throw Broken(
            server,
            $"it commits {entry.Index}, which is on the disks of {Majorities.Describe(after, id => IsOnDisk(after, id, entry))}");
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

            Require(
                server.Log.Covers(index, removed.Term),
                server,
                $"it replaces the entry {index} of term {removed.Term}, which is committed");
        }
    }

    private bool IsOnDisk(ClusterConfiguration configuration, ServerId id, LogEntry entry)
    {
        var holder = World.Servers[World.IndexOf(id)];
        if (holder.DurableLog.Covers(entry.Index.Value, entry.Term) && configuration.Admits(id, holder.SpokenIncarnation))
        {
            return true;
        }

        // What a disk held that is lost counts as there: it was acknowledged, and its server has no say any more.
        return holder.Lost is { } lost && configuration.Incarnations.GetValueOrDefault(id) == lost.Incarnation
            && lost.Log.Covers(entry.Index.Value, entry.Term);
    }
}
