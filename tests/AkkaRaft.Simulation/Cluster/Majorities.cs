using System.Collections.Immutable;
using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>Who decides, counted apart from the core: a majority of the voters and, while two sets vote, one of each.</summary>
internal static class Majorities
{
    public static bool Has(ClusterConfiguration configuration, Func<ServerId, bool> has) =>
        HasMajorityOf(configuration.Voters, has)
        && (configuration.OutgoingVoters.IsEmpty || HasMajorityOf(configuration.OutgoingVoters, has));

    public static string Describe(ClusterConfiguration configuration, Func<ServerId, bool> has) =>
        $"{{{string.Join(", ", configuration.Members.Where(has))}}} of {configuration}";

    private static bool HasMajorityOf(ImmutableArray<ServerId> voters, Func<ServerId, bool> has)
    {
        var count = 0;
        foreach (var voter in voters)
        {
            count += has(voter) ? 1 : 0;
        }

        return count * 2 > voters.Length;
    }
}
