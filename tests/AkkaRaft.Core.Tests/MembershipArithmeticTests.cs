using System.Collections.Immutable;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>
/// What becomes of a configuration, as tables (dissertation, chapter 4). Configurations are written "voters|outgoing|learners", a learner
/// that is to be promoted with a "+".
/// </summary>
public class MembershipArithmeticTests
{
    [Theory]
    [InlineData("s1 s2 s3", "add s4", "s1 s2 s3||s4+")]
    [InlineData("s1 s2 s3", "learn s4", "s1 s2 s3||s4")]
    [InlineData("s1 s2 s3||s4", "promote s4", "s1 s2 s3||s4+")]
    [InlineData("s1 s2 s3||s4+", "promote s4", "s1 s2 s3||s4+")]
    [InlineData("s1 s2 s3||s4", "remove s4", "s1 s2 s3")]
    [InlineData("s1 s2 s3||s4+", "remove s4", "s1 s2 s3")]
    [InlineData("s1 s2 s3", "remove s3", "s1 s2")]
    [InlineData("s1 s2 s3", "move s3", "s1 s2 s3")]
    [InlineData("s1 s2 s3", "remove s3, add s4", "s1 s2||s4+")]
    [InlineData("s1 s2 s3", "add s4, add s5", "s1 s2 s3||s4+ s5+")]
    [InlineData("s1 s2 s3 s4 s5", "remove s4, remove s5", "s1 s2 s3")]
    [InlineData("s1 s2 s3 s4 s5 s6", "remove s1, remove s2, remove s3", "s4 s5 s6")]
    [InlineData("s1", "add s2, add s3", "s1||s2+ s3+")]
    public void Changes_lead_to_a_configuration(string from, string changes, string to)
    {
        var target = MembershipArithmetic.Apply(Parse(from), ParseChanges(changes), out var why);

        Assert.Equal("", why);
        Assert.Equal(to, Text(target!));
    }

    [Theory]
    [InlineData("s1 s2 s3", "", "it changes nothing")]
    [InlineData("s1 s2 s3", "add s3", "s3 is a member already")]
    [InlineData("s1 s2 s3||s4", "add s4", "s4 is a member already")]
    [InlineData("s1 s2 s3", "remove s4", "s4 is no member; the members are s1, s2, s3")]
    [InlineData("s1 s2 s3", "promote s4", "s4 is no member; the members are s1, s2, s3")]
    [InlineData("s1 s2 s3", "move s4", "s4 is no member; the members are s1, s2, s3")]
    [InlineData("s1 s2 s3", "promote s3", "s3 is a voter already")]
    [InlineData("s1", "remove s1", "no voter would be left")]
    [InlineData("s1 s2||s3+", "remove s1, remove s2", "no voter would be left")]
    [InlineData("s1 s2 s3", "remove s3, add s3", "it names s3 more than once: make one change of it after the other")]
    public void Changes_that_make_no_sense_are_refused_in_words(string from, string changes, string why)
    {
        Assert.Null(MembershipArithmetic.Apply(Parse(from), ParseChanges(changes), out var said));
        Assert.Equal(why, said);
    }

    [Theory]
    [InlineData("s1 s2 s3", "s1 s2 s3||s4+", "s1 s2 s3||s4+")]
    [InlineData("s1 s2 s3||s4", "s1 s2 s3", "s1 s2 s3")]
    [InlineData("s1 s2 s3||s4", "s1 s2 s3 s4", "s1 s2 s3 s4|s1 s2 s3|")]
    [InlineData("s1 s2 s3", "s1 s2", "s1 s2|s1 s2 s3|")]
    [InlineData("s1 s2 s3", "s1 s2||s4+", "s1 s2|s1 s2 s3|s4+")]
    [InlineData("s1 s2 s3 s4 s5 s6", "s4 s5 s6", "s4 s5 s6|s1 s2 s3 s4 s5 s6|")]
    public void Where_the_voters_change_the_way_leads_through_a_joint_configuration(string from, string to, string next)
    {
        var step = MembershipArithmetic.StepTowards(Parse(from), Parse(to));

        Assert.Equal(Text(Parse(next)), Text(step));
        Assert.Equal(step.IsJoint ? to : Text(step), Text(MembershipArithmetic.Leave(step)));
    }

    [Fact]
    public void Whoever_leaves_keeps_address_and_incarnation_as_long_as_the_configuration_is_joint()
    {
        var current = Parse("s1 s2 s3", address: "there", incarnation: 7);
        var target = MembershipArithmetic.Apply(current, [new RemoveMember(S3)], out _)!;

        var joint = MembershipArithmetic.StepTowards(current, target);
        var left = MembershipArithmetic.Leave(joint);

        Assert.Equal(("there", 7), (joint.Addresses[S3], joint.Incarnations[S3]));
        Assert.Equal([S1, S2], left.Addresses.Keys);
        Assert.Equal([S1, S2], left.Incarnations.Keys);
    }

    [Fact]
    public void A_member_that_moves_keeps_its_incarnation_and_one_that_is_added_again_has_its_new_one()
    {
        var current = Parse("s1 s2 s3", address: "there", incarnation: 7);

        var moved = MembershipArithmetic.Apply(current, [new MoveMember(S3, "elsewhere")], out _)!;
        Assert.Equal(("elsewhere", 7), (moved.Addresses[S3], moved.Incarnations[S3]));

        var removed = MembershipArithmetic.Apply(current, [new RemoveMember(S3)], out _)!;
        var added = MembershipArithmetic.Apply(removed, [new AddMember(S3, "here", 9, AsLearner: false)], out _)!;
        Assert.Equal(("here", 9), (added.Addresses[S3], added.Incarnations[S3]));
    }

    [Fact]
    public void Whatever_the_change_any_majority_of_a_step_meets_any_majority_of_the_next()
    {
        string[] configurations = ["s1", "s1 s2", "s1 s2 s3", "s2 s3 s4", "s4 s5", "s1 s3 s5", "s1 s2 s3 s4 s5", "s5"];
        foreach (var from in configurations)
        {
            foreach (var to in configurations)
            {
                var joint = MembershipArithmetic.StepTowards(Parse(from), Parse(to));
                AssertMeet(Parse(from), joint);
                AssertMeet(joint, MembershipArithmetic.Leave(joint));
            }
        }
    }

    /// <summary>No set of servers decides in the one while those who are left decide in the other.</summary>
    private static void AssertMeet(ClusterConfiguration one, ClusterConfiguration other)
    {
        for (var set = 0; set < 1 << 5; set++)
        {
            var inside = Votes(set);
            var outside = Votes(~set);
            Assert.False(
                Quorum.Tally(one, inside) == VoteResult.Won && Quorum.Tally(other, outside) == VoteResult.Won,
                $"{one} and {other} decide apart");
        }
    }

    private static Dictionary<ServerId, bool> Votes(int set) =>
        Enumerable.Range(1, 5).Where(number => (set & (1 << (number - 1))) != 0).ToDictionary(S, _ => true);

    private static ClusterConfiguration Parse(string text, string? address = null, long incarnation = 0)
    {
        var parts = text.Split('|').Concat(["", ""]).Take(3).Select(Ids).ToArray();
        var learners = text.Split('|') is [_, _, var names] ? names.Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];
        return new ClusterConfiguration(
            parts[0],
            parts[1],
            parts[2],
            address is null ? [] : parts[0].Select(id => KeyValuePair.Create(id, address)),
            learners.Where(name => name.EndsWith('+')).Select(name => new ServerId(name.TrimEnd('+'))),
            incarnation == 0 ? [] : parts[0].Select(id => KeyValuePair.Create(id, incarnation)));
    }

    private static ServerId[] Ids(string names) =>
        [.. names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => new ServerId(name.TrimEnd('+')))];

    private static ImmutableArray<MemberChange> ParseChanges(string changes) =>
    [
        .. changes.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(change => change.Split(' ')).Select(
            words => (MemberChange)(words[0] switch
            {
                "add" => new AddMember(new ServerId(words[1]), "", 0, AsLearner: false),
                "learn" => new AddMember(new ServerId(words[1]), "", 0, AsLearner: true),
                "promote" => new PromoteMember(new ServerId(words[1])),
                "move" => new MoveMember(new ServerId(words[1]), "elsewhere"),
                _ => new RemoveMember(new ServerId(words[1])),
            })),
    ];

    private static string Text(ClusterConfiguration configuration)
    {
        var learners = configuration.Learners.Select(id => configuration.Promotable.Contains(id) ? $"{id}+" : id.Value);
        var (voters, outgoing) = (string.Join(" ", configuration.Voters), string.Join(" ", configuration.OutgoingVoters));
        var text = $"{voters}|{outgoing}|{string.Join(" ", learners)}";
        return text.EndsWith("||", StringComparison.Ordinal) ? text[..^2] : text;
    }
}
