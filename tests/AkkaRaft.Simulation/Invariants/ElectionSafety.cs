using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>
/// At most one leader can be elected in a given term, and a majority has voted for it (Raft paper, figure 3 and section 5.2).
/// </summary>
internal sealed class ElectionSafety : Invariant
{
    private readonly Dictionary<Term, (ServerId Id, int Life)> _leaders = [];
    private readonly Dictionary<(Term Term, ServerId Candidate), HashSet<ServerId>> _voters = [];

    public override void OnSend(SimulatedServer server, RaftMessage message)
    {
        if (message is not RequestVoteReply { Granted: true })
        {
            return;
        }

        if (!_voters.TryGetValue((message.Term, message.To), out var voters))
        {
            _voters.Add((message.Term, message.To), voters = [message.To]);
        }

        voters.Add(server.Id);
    }

    public override void OnLeader(SimulatedServer server)
    {
        var term = server.Core!.CurrentTerm;
        if (!_leaders.TryAdd(term, (server.Id, server.Life)))
        {
            throw Broken(server, $"it leads term {term}, which {_leaders[term].Id} was elected in");
        }

        var votes = _voters.TryGetValue((term, server.Id), out var voters) ? voters.Count : 1;
        Require(votes > World.Servers.Count / 2, server, $"it leads term {term} with {votes} votes of {World.Servers.Count}");
    }
}
