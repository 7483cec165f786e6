using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>
/// An answer is to a request of the term that it is given in: its round is one that the leader has begun by then. A round of another term
/// would confirm reads and leases that nobody was asked for.
/// </summary>
internal sealed class AnswersWhatWasAsked : Invariant
{
    /// <summary>The last round that each member was sent, and the term of it.</summary>
    private readonly Dictionary<ServerId, (Term Term, long HeartbeatSequence)> _asked = [];

    public override void OnSend(SimulatedServer server, RaftMessage message)
    {
        switch (message)
        {
            case AppendEntries request:
                Ask(request, request.HeartbeatSequence);
                break;
            case InstallSnapshot request:
                Ask(request, request.HeartbeatSequence);
                break;
            case AppendEntriesReply reply:
                Answer(server, reply, reply.HeartbeatSequence);
                break;
            case InstallSnapshotReply reply:
                Answer(server, reply, reply.HeartbeatSequence);
                break;
        }
    }

    private void Ask(RaftMessage request, long round)
    {
        if (!_asked.TryGetValue(request.To, out var asked) || (request.Term, round).CompareTo(asked) > 0)
        {
            _asked[request.To] = (request.Term, round);
        }
    }

    private void Answer(SimulatedServer server, RaftMessage reply, long round)
    {
        var asked = _asked.GetValueOrDefault(server.Id);
        Require(
            round == 0 || reply.Term < asked.Term || (reply.Term == asked.Term && round <= asked.HeartbeatSequence),
            server,
            $"it answers round {round} of term {reply.Term}; it was asked no later than in round {asked.HeartbeatSequence} of term {asked.Term}");
    }
}
