using System.Collections.Immutable;

namespace AkkaRaft.Core;

/// <summary>The result of an election so far.</summary>
internal enum VoteResult
{
    /// <summary>Votes that are still out will decide.</summary>
    Pending,

    /// <summary>A quorum has granted.</summary>
    Won,

    /// <summary>No quorum can be had any more.</summary>
    Lost,
}

/// <summary>
/// Majority arithmetic, as pure functions. A joint configuration needs a majority of its voters and, apart from it, a majority of its
/// outgoing voters (dissertation, section 4.3); learners count for nothing; a configuration without voters decides nothing.
/// </summary>
internal static class Quorum
{
    /// <summary>How many of <paramref name="voters"/> are a majority.</summary>
    public static int Majority(int voters) => (voters / 2) + 1;

    /// <summary>The largest value that a quorum has reached; 0 when there are no voters.</summary>
    /// <param name="configuration">Who votes.</param>
    /// <param name="state">Handed to <paramref name="valueOf"/>.</param>
    /// <param name="valueOf">What a server has reached: a match index, a heartbeat sequence, a time.</param>
    public static long Reached<TState>(ClusterConfiguration configuration, TState state, Func<TState, ServerId, long> valueOf)
    {
        if (configuration.Voters.IsEmpty)
        {
            return 0;
        }

        var incoming = ReachedByMajority(configuration.Voters, state, valueOf);
        return configuration.IsJoint ? Math.Min(incoming, ReachedByMajority(configuration.OutgoingVoters, state, valueOf)) : incoming;
    }

    /// <summary>The result of an election so far.</summary>
    /// <param name="configuration">Who votes.</param>
    /// <param name="votes">The answers so far: granted or refused. Answers of others than voters do not count.</param>
    public static VoteResult Tally(ClusterConfiguration configuration, IReadOnlyDictionary<ServerId, bool> votes)
    {
        if (configuration.Voters.IsEmpty)
        {
            return VoteResult.Lost;
        }

        var incoming = TallyMajority(configuration.Voters, votes);
        if (!configuration.IsJoint || incoming == VoteResult.Lost)
        {
            return incoming;
        }

        var outgoing = TallyMajority(configuration.OutgoingVoters, votes);
        return incoming == VoteResult.Won || outgoing == VoteResult.Lost ? outgoing : VoteResult.Pending;
    }

    private static long ReachedByMajority<TState>(ImmutableArray<ServerId> voters, TState state, Func<TState, ServerId, long> valueOf)
    {
        Span<long> values = voters.Length <= 16 ? stackalloc long[voters.Length] : new long[voters.Length];
        for (var i = 0; i < voters.Length; i++)
        {
            values[i] = valueOf(state, voters[i]);
        }

        values.Sort();
        return values[voters.Length - Majority(voters.Length)];
    }

    private static VoteResult TallyMajority(ImmutableArray<ServerId> voters, IReadOnlyDictionary<ServerId, bool> votes)
    {
        var granted = 0;
        var refused = 0;
        foreach (var voter in voters)
        {
            if (votes.TryGetValue(voter, out var vote))
            {
                _ = vote ? granted++ : refused++;
            }
        }

        if (granted >= Majority(voters.Length))
        {
            return VoteResult.Won;
        }

        return voters.Length - refused < Majority(voters.Length) ? VoteResult.Lost : VoteResult.Pending;
    }
}
