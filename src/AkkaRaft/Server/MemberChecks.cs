using Akka.Actor;
using AkkaRaft.Core;
using AkkaRaft.Links;

namespace AkkaRaft.Server;

/// <summary>
/// What a leader makes sure of before a change of members enters the log: a wrong address, another cluster's server or a used data
/// directory must not cost the cluster a vote.
/// </summary>
internal static class MemberChecks
{
    /// <summary>Who has to be looked at for a change: the server at an address that is new to the configuration.</summary>
    public static RaftMember? Candidate(MemberChange change) => change switch
    {
        AddMember add => new RaftMember(add.Id, add.Address),
        MoveMember move => new RaftMember(move.Id, move.Address),
        _ => null,
    };

    /// <summary>Why an address cannot be a member's at all, or null when it can.</summary>
    public static string? WhyNoAddress(RaftMember candidate, IReadOnlyList<RaftMember> members)
    {
        if (!ActorPath.TryParse(candidate.ServerPath, out _))
        {
            return $"'{candidate.Address}' is no address such as akka.tcp://raft@127.0.0.1:5001";
        }

        var address = ActorPath.Parse(candidate.ServerPath).Address;
        if (address.HasGlobalScope && NodeAddress.WhyNotNormal(address.Host) is { } why)
        {
            return why;
        }

        if (members.FirstOrDefault(member => NodeAddress.IsAlias(address, ActorPath.Parse(member.ServerPath).Address)) is { } alias)
        {
            return $"the node of {alias.Id} is at {alias.Address}, and has no other name";
        }

        var same = members.FirstOrDefault(member => member.Id != candidate.Id && member.ServerPath == candidate.ServerPath);
        return same is null ? null : $"{candidate.Address} is the address of {same.Id}";
    }

    /// <summary>Why the server that answered must not be taken in, or null when it may.</summary>
    /// <param name="change">What is to be done with it.</param>
    /// <param name="answer">What it said of itself, or null when nothing came.</param>
    /// <param name="clusterId">The cluster's name.</param>
    /// <param name="status">What the leader knows.</param>
    public static string? WhyRefused(MemberChange change, MemberProbeAnswer? answer, string clusterId, Core.RaftStatus status)
    {
        var address = Candidate(change)?.Address;
        if (answer is null)
        {
            return $"no server answers at {address}: start {change.Id} there first, and check that {status.Id} can reach that address";
        }

        if (answer.ClusterId != clusterId)
        {
            return $"the server at {address} belongs to the cluster '{answer.ClusterId}', and this is '{clusterId}'";
        }

        if (answer.Server != change.Id)
        {
            return $"the server at {address} is {answer.Server}, not {change.Id}";
        }

        if (answer.Down is { } down)
        {
            return $"{change.Id} at {address} does not run: {down}";
        }

        if (answer.Version < status.ClusterVersion)
        {
            return $"{change.Id} at {address} speaks version {answer.Version} of the protocol, and the cluster works at version "
                + $"{status.ClusterVersion}: run it with a newer program";
        }

        var recorded = status.Configuration.Incarnations.GetValueOrDefault(change.Id);
        var isKnown = recorded != 0 && recorded == answer.Incarnation;
        return change is MoveMember ? WhyNotMoved(change.Id, answer, recorded) : isKnown ? null : WhyNotNew(change.Id, answer);
    }

    private static string? WhyNotMoved(ServerId id, MemberProbeAnswer answer, long recorded) =>
        answer.IsWaiting || (recorded != 0 && recorded != answer.Incarnation)
            ? $"the server that now runs as {id} has another data directory than the member, which means data loss: "
                + "remove the member, then add it anew"
            : null;

    private static string? WhyNotNew(ServerId id, MemberProbeAnswer answer)
    {
        const string remedy = "stop it, give it an empty data directory, and start it with akka-raft.join = on";
        return answer.LastLogIndex > LogIndex.Zero
            ? $"{id} has a used data directory, whose log reaches to {answer.LastLogIndex}: {remedy}"
            : answer.IsWaiting ? null : $"{id} was started as a member of a cluster of its own: {remedy}";
    }
}
