using System.Collections.Immutable;

namespace AkkaRaft.Core;

/// <summary>What becomes of a configuration, as pure functions (dissertation, chapter 4).</summary>
internal static class MembershipArithmetic
{
    /// <summary>The configuration that changes lead to; they come into force together.</summary>
    /// <param name="current">The configuration in force, which is not joint.</param>
    /// <param name="changes">At most one for each server.</param>
    /// <param name="why">What is wrong, when it gives null.</param>
    public static ClusterConfiguration? Apply(ClusterConfiguration current, IReadOnlyList<MemberChange> changes, out string why)
    {
        why = "";
        if (changes.Count == 0)
        {
            why = "it changes nothing";
            return null;
        }

        if (changes.GroupBy(change => change.Id).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            why = $"it names {twice.Key} more than once: make one change of it after the other";
            return null;
        }

        var target = current;
        foreach (var change in changes)
        {
            if (Apply(target, change, out why) is not { } changed)
            {
                return null;
            }

            target = changed with { History = current.History };
        }

        if (target.Voters.IsEmpty)
        {
            why = "no voter would be left";
            return null;
        }

        return target;
    }

    /// <summary>
    /// The next configuration on the way to a target: the target itself where the voters stay the same, else the joint one (section 4.3).
    /// </summary>
    public static ClusterConfiguration StepTowards(ClusterConfiguration current, ClusterConfiguration target) =>
        current.Voters.SequenceEqual(target.Voters)
            ? target
            : new ClusterConfiguration(
                target.Voters,
                current.Voters,
                target.Learners,
                target.Addresses.Union(current.Addresses.Where(pair => !target.Addresses.ContainsKey(pair.Key))),
                target.Promotable,
                target.Incarnations.Union(current.Incarnations.Where(pair => !target.Incarnations.ContainsKey(pair.Key))))
            {
                History = current.History,
            };

    /// <summary>The configuration behind a joint one: its outgoing voters are gone.</summary>
    public static ClusterConfiguration Leave(ClusterConfiguration joint)
    {
        return new ClusterConfiguration(
            joint.Voters,
            [],
            joint.Learners,
            joint.Addresses.Where(pair => Stays(pair.Key)),
            joint.Promotable,
            joint.Incarnations.Where(pair => Stays(pair.Key)))
        {
            History = joint.History,
        };

        bool Stays(ServerId id) => joint.Voters.Contains(id) || joint.Learners.Contains(id);
    }

    /// <summary>A learner becomes a voter.</summary>
    public static ClusterConfiguration Promote(ClusterConfiguration current, ServerId learner) => new(
        current.Voters.Add(learner),
        [],
        current.Learners.Remove(learner),
        current.Addresses,
        current.Promotable.Remove(learner),
        current.Incarnations)
    {
        History = current.History,
    };

    /// <summary>The names of data directories become known.</summary>
    public static ClusterConfiguration WithIncarnations(
        ClusterConfiguration current, IEnumerable<KeyValuePair<ServerId, long>> incarnations) =>
        new(
            current.Voters,
            current.OutgoingVoters,
            current.Learners,
            current.Addresses,
            current.Promotable,
            current.Incarnations.SetItems(incarnations))
        {
            History = current.History,
        };

    private static ClusterConfiguration? Apply(ClusterConfiguration current, MemberChange change, out string why)
    {
        var id = change.Id;
        why = change is AddMember
            ? current.IsMember(id) ? $"{id} is a member already" : ""
            : current.IsMember(id) ? "" : $"{id} is no member; the members are {string.Join(", ", current.Members)}";
        if (why.Length > 0)
        {
            return null;
        }

        switch (change)
        {
            case AddMember add:
                return new ClusterConfiguration(
                    current.Voters,
                    [],
                    current.Learners.Add(id),
                    current.Addresses.SetItem(id, add.Address),
                    add.AsLearner ? current.Promotable : current.Promotable.Add(id),
                    add.Incarnation == 0 ? current.Incarnations.Remove(id) : current.Incarnations.SetItem(id, add.Incarnation));
            case PromoteMember when current.Voters.Contains(id):
                why = $"{id} is a voter already";
                return null;
            case PromoteMember:
                return new ClusterConfiguration(
                    current.Voters, [], current.Learners, current.Addresses, current.Promotable.Add(id), current.Incarnations);
            case RemoveMember:
                return new ClusterConfiguration(
                    current.Voters.Remove(id),
                    [],
                    current.Learners.Remove(id),
                    current.Addresses.Remove(id),
                    current.Promotable.Remove(id),
                    current.Incarnations.Remove(id));
            case MoveMember move:
                return new ClusterConfiguration(
                    current.Voters,
                    [],
                    current.Learners,
                    current.Addresses.SetItem(id, move.Address),
                    current.Promotable,
                    current.Incarnations);
            default:
                why = $"{change.GetType().Name} is not known";
                return null;
        }
    }
}
