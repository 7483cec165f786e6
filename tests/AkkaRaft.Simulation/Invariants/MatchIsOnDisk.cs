using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>
/// What a leader believes to be on a member's disk is there: not only what was said under an earlier membership, or from a disk that is
/// gone. Looked at when that member answers the latest leader, in runs in which disks were lost: a former one does not know yet what the
/// next has changed.
/// </summary>
internal sealed class MatchIsOnDisk : Invariant
{
    private Term _latest;

    public override void OnLeader(SimulatedServer server)
    {
        if (server.Core!.CurrentTerm > _latest)
        {
            _latest = server.Core.CurrentTerm;
        }
    }

    public override void AfterStep(SimulatedServer server, RaftInput input)
    {
        if (World.Statistics.Wipes == 0 || !server.IsLeader || server.Core!.CurrentTerm != _latest
            || input is not MessageReceived { Message: AppendEntriesReply or InstallSnapshotReply } received)
        {
            return;
        }

        var member = World.Servers[World.IndexOf(received.Message.From)];
        if (member.HasForgotten)
        {
            return;
        }

        foreach (var status in server.Core.Status().Members)
        {
            var match = status.MatchIndex.Value;
            if (status.Id == member.Id && match > server.Log.LastIncludedIndex)
            {
                Require(
                    member.DurableLog.Covers(match, server.Log.TermAt(match)),
                    server,
                    $"it takes {match} to be on the disk of {member.Id}, which ends at {member.DurableLog.LastIndex}");
            }
        }
    }
}
