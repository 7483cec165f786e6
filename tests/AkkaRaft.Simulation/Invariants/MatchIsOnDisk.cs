using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>
/// What a leader believes to be on a member's disk is there: not only what was said under an earlier membership, or from a disk that is
/// gone. Looked at when that member answers the latest leader, in runs in which disks were lost.
/// </summary>
internal sealed class MatchIsOnDisk : Invariant
{
    public override void AfterStep(SimulatedServer server, RaftInput input)
    {
        if (World.Statistics.Wipes == 0 || !server.IsLeader || World.Leader != server
            || input is not MessageReceived { Message: AppendEntriesReply or InstallSnapshotReply } received)
        {
            return;
        }

        var member = World.Servers[World.IndexOf(received.Message.From)];
        if (member.HasForgotten)
        {
            return;
        }

        foreach (var status in server.Core!.Status().Members)
        {
            var match = status.MatchIndex.Value;
            if (status.Id == member.Id && match > server.Log.BaseIndex)
            {
                Require(
                    member.DurableLog.Covers(match, server.Log.TermAt(match)),
                    server,
                    $"it takes {match} to be on the disk of {member.Id}, which ends at {member.DurableLog.LastIndex}");
            }
        }
    }
}
