using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>
/// What a leader knows to be on a follower's disk never becomes less within its term (Raft paper, figure 2: matchIndex "increases
/// monotonically"). Looked at when an answer comes that is older than one before.
/// </summary>
internal sealed class MatchNeverFalls : Invariant
{
    private readonly Dictionary<int, long[]> _acknowledged = [];

    /// <summary>Those that came in under a lead: what they said before, under an earlier membership, does not count.</summary>
    private readonly Dictionary<int, bool[]> _isNew = [];

    public override void OnLeader(SimulatedServer server)
    {
        _acknowledged[server.Index] = new long[World.Servers.Count];
        _isNew[server.Index] = new bool[World.Servers.Count];
    }

    public override void AfterStep(SimulatedServer server, RaftInput input)
    {
        NoteNewMembers(server);
        var core = server.Core!;
        if (core.Role != RaftRole.Leader
            || input is not MessageReceived { Message: AppendEntriesReply { Success: true } reply }
            || reply.Term != core.CurrentTerm
            || _isNew[server.Index][World.IndexOf(reply.From)]
            || World.Servers[World.IndexOf(reply.From)].HasForgotten)
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

    private void NoteNewMembers(SimulatedServer server)
    {
        var before = server.Change.Configuration;
        if (ReferenceEquals(before, server.Log.Configuration) || !_isNew.TryGetValue(server.Index, out var isNew))
        {
            return;
        }

        foreach (var member in server.Log.Configuration.Members)
        {
            isNew[World.IndexOf(member)] |= !before.IsMember(member);
        }
    }
}
