using System.Collections.Immutable;

namespace AkkaRaft.Core;

/// <summary>Who belongs to the cluster and how they count (dissertation, chapter 4).</summary>
/// <remarks>
/// While <see cref="OutgoingVoters"/> is not empty the configuration is joint: elections and commits need a majority of
/// <see cref="Voters"/> and, apart from it, a majority of <see cref="OutgoingVoters"/> (section 4.3). A learner receives the log and
/// counts for nothing.
/// </remarks>
public sealed record ClusterConfiguration
{
    /// <summary>No member at all: a server with it waits to be added to a cluster.</summary>
    public static readonly ClusterConfiguration Empty = new([], [], [], ImmutableSortedDictionary<ServerId, string>.Empty);

    /// <summary>Makes a configuration; duplicates within a set are removed and each set is sorted.</summary>
    /// <param name="voters">Those whose majority decides.</param>
    /// <param name="outgoingVoters">In a joint configuration the voters of the one that is being left; else empty.</param>
    /// <param name="learners">Those who receive the log and do not count. A voter cannot be one.</param>
    /// <param name="addresses">Where members are reached, in the shell's own notation; a member may have none.</param>
    /// <param name="promotable">Those of the learners who become voters by themselves once they have caught up.</param>
    /// <param name="incarnations">Names of members' data directories, as far as they are known.</param>
    /// <exception cref="ArgumentException">A server is both a voter and a learner, or is to be promoted and is no learner.</exception>
    public ClusterConfiguration(
        IEnumerable<ServerId> voters,
        IEnumerable<ServerId> outgoingVoters,
        IEnumerable<ServerId> learners,
        IEnumerable<KeyValuePair<ServerId, string>> addresses,
        IEnumerable<ServerId>? promotable = null,
        IEnumerable<KeyValuePair<ServerId, long>>? incarnations = null)
    {
        Promotable = [.. (promotable ?? []).Distinct().Order()];
        Incarnations = (incarnations ?? []).ToImmutableSortedDictionary();
        Voters = [.. voters.Distinct().Order()];
        OutgoingVoters = [.. outgoingVoters.Distinct().Order()];
        Learners = [.. learners.Distinct().Order()];
        Addresses = addresses.ToImmutableSortedDictionary();
        foreach (var learner in Learners)
        {
            if (Voters.Contains(learner))
            {
                throw new ArgumentException($"{learner} is both a voter and a learner.", nameof(learners));
            }
        }

        if (Promotable.Except(Learners).Any())
        {
            throw new ArgumentException("A server is to be promoted and is no learner.", nameof(promotable));
        }
    }

    /// <summary>Those whose majority decides, in order.</summary>
    public ImmutableArray<ServerId> Voters { get; }

    /// <summary>In a joint configuration the voters of the one that is being left, in order; else empty.</summary>
    public ImmutableArray<ServerId> OutgoingVoters { get; }

    /// <summary>Those who receive the log and do not count, in order.</summary>
    public ImmutableArray<ServerId> Learners { get; }

    /// <summary>Where members are reached, in the shell's own notation.</summary>
    public ImmutableSortedDictionary<ServerId, string> Addresses { get; }

    /// <summary>
    /// Those of <see cref="Learners"/> who become voters by themselves once they have caught up, in order (section 4.2.1).
    /// </summary>
    public ImmutableArray<ServerId> Promotable { get; }

    /// <summary>
    /// The names of members' data directories, as far as they are known. A server that comes back with another one has lost its data,
    /// and may neither vote nor be counted under its old name.
    /// </summary>
    public ImmutableSortedDictionary<ServerId, long> Incarnations { get; }

    /// <summary>
    /// Names the cluster's history: what its members have agreed on since it began, or since it was restored or recovered. A positive number
    /// is the name; the first leader gives it, and later histories have larger ones. Zero: it has none yet. A negative number: the data are
    /// those of the history whose name is its amount (or of one without a name: -1), which has ended, and the next leader begins another.
    /// </summary>
    public long History { get; init; }

    /// <summary>Whether two majorities are needed.</summary>
    public bool IsJoint => OutgoingVoters.Length > 0;

    /// <summary>Every server named, in order and once.</summary>
    public IEnumerable<ServerId> Members => Voters.Concat(OutgoingVoters).Concat(Learners).Distinct().Order();

    /// <summary>What the configuration counts as against limits given in bytes.</summary>
    public int SizeBytes =>
        Members.Sum(member => member.Value.Length + 16 + (Addresses.TryGetValue(member, out var address) ? address.Length : 0));

    /// <summary>A configuration of voters only.</summary>
    public static ClusterConfiguration Of(params IEnumerable<ServerId> voters) =>
        new(voters, [], [], ImmutableSortedDictionary<ServerId, string>.Empty);

    /// <summary>Whether the server's vote counts.</summary>
    public bool IsVoter(ServerId server) => Voters.Contains(server) || OutgoingVoters.Contains(server);

    /// <summary>Whether the server belongs to the cluster, as a voter or a learner.</summary>
    public bool IsMember(ServerId server) => IsVoter(server) || Learners.Contains(server);

    /// <summary>The same members, whose history has ended: the next leader begins another.</summary>
    public ClusterConfiguration WithHistoryEnded(long former) => this with { History = -Math.Max(1, Math.Abs(former)) };

    /// <summary>Compares by content.</summary>
    public bool Equals(ClusterConfiguration? other) =>
        other is not null && Voters.SequenceEqual(other.Voters) && OutgoingVoters.SequenceEqual(other.OutgoingVoters)
        && Learners.SequenceEqual(other.Learners) && Addresses.SequenceEqual(other.Addresses)
        && Promotable.SequenceEqual(other.Promotable) && Incarnations.SequenceEqual(other.Incarnations)
        && History == other.History;

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var member in Members)
        {
            hash.Add(member);
        }

        hash.Add(Voters.Length);
        return hash.ToHashCode();
    }

    /// <inheritdoc />
    public override string ToString() =>
        $"voters {{{string.Join(", ", Voters)}}}"
        + (IsJoint ? $", outgoing {{{string.Join(", ", OutgoingVoters)}}}" : "")
        + (Learners.Length > 0 ? $", learners {{{string.Join(", ", Learners)}}}" : "")
        + (Promotable.Length > 0 ? $", to be promoted {{{string.Join(", ", Promotable)}}}" : "");
}
