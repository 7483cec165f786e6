using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>
/// What a leader knows to be on a follower's disk never becomes less within its term (Raft paper, figure 2: matchIndex "increases
/// monotonically"). Looked at when an answer comes that is older than one before.
/// </summary>
internal sealed class MatchNeverFalls : Invariant
{
    private readonly Dictionary<int, long[]> _acknowledged = [];

    public override void OnLeader(SimulatedServer server) => _acknowledged[server.Index] = new long[World.Servers.Count];

    public override void AfterStep(SimulatedServer server, RaftInput input)
    {
        var core = server.Core!;
        if (core.Role != RaftRole.Leader
            || input is not MessageReceived { Message: AppendEntriesReply { Success: true } reply }
            || reply.Term != core.CurrentTerm)
        {
            return;
        }

        ref var acknowledged = ref _acknowledged[server.Index][World.IndexOf(reply.From)];
        if (reply.MatchIndex.Value >= acknowledged)
        {
            acknowledged = reply.MatchIndex.Value;
            return;
        }

        foreach (var member in core.Status().Members)
        {
            if (member.Id == reply.From && member.MatchIndex.Value < acknowledged)
            {
                throw Broken(server, $"{reply.From} has acknowledged {acknowledged}, and its match index is {member.MatchIndex} now");
            }
        }
    }
}
