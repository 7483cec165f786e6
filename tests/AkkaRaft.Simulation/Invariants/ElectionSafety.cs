using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>At most one leader can be elected in a given term (Raft paper, figure 3).</summary>
internal sealed class ElectionSafety : Invariant
{
    private readonly Dictionary<Term, (ServerId Id, int Life)> _leaders = [];

    public override void OnLeader(SimulatedServer server)
    {
        var term = server.Core!.CurrentTerm;
        if (!_leaders.TryAdd(term, (server.Id, server.Life)))
        {
            throw Broken(server, $"it leads term {term}, which {_leaders[term].Id} was elected in");
        }
    }
}
