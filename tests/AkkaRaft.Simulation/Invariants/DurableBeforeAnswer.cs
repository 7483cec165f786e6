using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>
/// A vote, and the receipt of entries, are on the server's disk before it answers (Raft paper, figure 2: "updated on stable storage before
/// responding").
/// </summary>
internal sealed class DurableBeforeAnswer : Invariant
{
    public override void OnSend(SimulatedServer server, RaftMessage message)
    {
        switch (message)
        {
            case RequestVoteReply { Granted: true } vote:
                Require(
                    server.DurableTerm > vote.Term || (server.DurableTerm == vote.Term && server.DurableVote == vote.To),
                    server,
                    $"it votes for {vote.To} in term {vote.Term}; on its disk is {server.DurableVote} in term {server.DurableTerm}");
                break;
            case AppendEntriesReply { Success: true } reply:
                var match = reply.MatchIndex.Value;
                Require(
                    match == 0 || IsDurable(server, match),
                    server,
                    $"it acknowledges {match}; its disk ends at {server.DurableLog.LastIndex}");
                break;
            case InstallSnapshotReply { Installed: true } reply:
                var index = reply.SnapshotIndex.Value;
                Require(
                    index == 0 || server.DurableLog.Covers(index, World.Ledger.EntryAt(index).Term),
                    server,
                    $"it has installed a snapshot of entry {index}; its disk ends at {server.DurableLog.LastIndex}");
                break;
        }
    }

    private static bool IsDurable(SimulatedServer server, long index) =>
        index < server.DurableLog.LastIncludedIndex
        || (server.Log.LastIndex >= index
            && (index < server.Log.LastIncludedIndex || server.DurableLog.Covers(index, server.Log.TermAt(index))));
}
