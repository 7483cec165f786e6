namespace AkkaRaft.Core;

/// <summary>The answers in one candidacy, by server, so that one that comes twice counts once.</summary>
internal sealed class VoteTally(ServerState state)
{
    private readonly SortedDictionary<ServerId, bool> _votes = [];

    /// <summary>Whether a server has answered.</summary>
    public bool HasAnswerOf(ServerId voter) => _votes.ContainsKey(voter);

    /// <summary>Counts an answer. A late refusal of an earlier request does not undo a grant.</summary>
    /// <returns>The result of the election so far.</returns>
    public VoteResult Count(ServerId from, bool granted)
    {
        var voter = state.Rules.Voter(from, granted, _votes, state.Configuration);
        if (granted || !_votes.ContainsKey(voter))
        {
            _votes[voter] = granted;
        }

        return Quorum.Tally(state.QuorumConfiguration, _votes);
    }
}
