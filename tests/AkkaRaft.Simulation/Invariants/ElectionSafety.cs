using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>
/// At most one leader can be elected in a given term, and a majority of the voters of its configuration has voted for it (Raft paper,
/// figure 3 and section 5.2). Learners, and those who have lost their memory, do not count.
/// </summary>
internal sealed class ElectionSafety : Invariant
{
    private readonly Dictionary<Term, (ServerId Id, int Life)> _leaders = [];
    private readonly Dictionary<(Term Term, ServerId Candidate), Dictionary<ServerId, long>> _voters = [];

    public override void OnSend(SimulatedServer server, RaftMessage message)
    {
        if (message is not RequestVoteReply { Granted: true })
        {
            return;
        }

        if (!_voters.TryGetValue((message.Term, message.To), out var voters))
        {
            _voters.Add((message.Term, message.To), voters = []);
        }

        voters[server.Id] = server.SpokenIncarnation;
    }

    public override void OnLeader(SimulatedServer server)
    {
        var term = server.Core!.CurrentTerm;
        if (!_leaders.TryAdd(term, (server.Id, server.Life)))
        {
            throw Broken(server, $"it leads term {term}, which {_leaders[term].Id} was elected in");
        }

        var configuration = server.Log.Configuration;
        var voters = _voters.GetValueOrDefault((term, server.Id));
        Require(
            Majorities.Has(configuration, HasVoted),
            server,
            $"it leads term {term} with the votes of {Majorities.Describe(configuration, HasVoted)}");

        bool HasVoted(ServerId id) => id == server.Id
            || (voters is not null && voters.TryGetValue(id, out var incarnation) && configuration.Admits(id, incarnation));
    }
}
