using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>Majority arithmetic by tables. Servers are written by number: "123" are s1, s2 and s3.</summary>
public class QuorumTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(4, 3)]
    [InlineData(5, 3)]
    [InlineData(6, 4)]
    [InlineData(7, 4)]
    public void A_majority_is_more_than_half(int voters, int majority) => Assert.Equal(majority, Quorum.Majority(voters));

    [Theory]
    [InlineData("1", "5", 5)]
    [InlineData("12", "59", 5)]
    [InlineData("123", "519", 5)]
    [InlineData("123", "550", 5)]
    [InlineData("123", "500", 0)]
    [InlineData("1234", "9753", 5)]
    [InlineData("1234", "9930", 3)]
    [InlineData("12345", "97531", 5)]
    [InlineData("12345", "99100", 1)]
    [InlineData("1234567", "9876543", 6)]
    public void A_value_is_reached_when_a_majority_has_it(string voters, string values, long reached) =>
        Assert.Equal(reached, Reached(Of(voters), values));

    [Theory]
    [InlineData("123", "123", "579000000", 7)]
    [InlineData("123", "345", "999110000", 1)]
    [InlineData("123", "345", "110990000", 1)]
    [InlineData("123", "345", "990990000", 9)]
    [InlineData("123", "456", "999000000", 0)]
    [InlineData("123", "456", "999500000", 0)]
    [InlineData("123", "456", "999540000", 4)]
    [InlineData("1", "2", "930000000", 3)]
    [InlineData("1234", "123", "995500000", 5)]
    public void In_a_joint_configuration_both_majorities_must_have_it(string voters, string outgoing, string values, long reached) =>
        Assert.Equal(reached, Reached(Of(voters, outgoing), values));

    [Theory]
    [InlineData("123", "45", "11199", 1)]
    [InlineData("1", "2345", "29999", 2)]
    public void Learners_count_for_nothing(string voters, string learners, string values, long reached) =>
        Assert.Equal(reached, Reached(Of(voters, learners: learners), values));

    [Fact]
    public void Without_voters_nothing_is_ever_reached_and_every_election_is_lost()
    {
        Assert.Equal(0, Reached(ClusterConfiguration.Empty, "9"));
        Assert.Equal(0, Reached(Of("", learners: "12"), "99"));
        Assert.Equal(VoteResult.Lost, Tally(ClusterConfiguration.Empty, "yyy"));
    }

    [Fact]
    public void More_voters_than_fit_on_the_stack_are_counted_all_the_same() =>
        Assert.Equal(11, Quorum.Reached(Members(21), 0, static (_, id) => int.Parse(id.Value[1..])));

    [Theory]
    [InlineData("1", "y", "Won")]
    [InlineData("1", "n", "Lost")]
    [InlineData("1", "-", "Pending")]
    [InlineData("12", "y-", "Pending")]
    [InlineData("12", "yn", "Lost")]
    [InlineData("12", "yy", "Won")]
    [InlineData("123", "y--", "Pending")]
    [InlineData("123", "yn-", "Pending")]
    [InlineData("123", "ynn", "Lost")]
    [InlineData("123", "nn-", "Lost")]
    [InlineData("123", "yy-", "Won")]
    [InlineData("123", "yyn", "Won")]
    [InlineData("1234", "yy--", "Pending")]
    [InlineData("1234", "yynn", "Lost")]
    [InlineData("1234", "yyy-", "Won")]
    [InlineData("12345", "yynn-", "Pending")]
    [InlineData("12345", "yynny", "Won")]
    [InlineData("12345", "nnn--", "Lost")]
    public void An_election_is_won_or_lost_as_soon_as_a_majority_says_so(string voters, string votes, string result) =>
        Assert.Equal(Enum.Parse<VoteResult>(result), Tally(Of(voters), votes));

    [Theory]
    [InlineData("123", "345", "yy---", "Pending")]
    [InlineData("123", "345", "yy-y-", "Pending")]
    [InlineData("123", "345", "yy-yy", "Won")]
    [InlineData("123", "345", "--yyy", "Pending")]
    [InlineData("123", "345", "y-yy-", "Won")]
    [InlineData("123", "345", "yyynn", "Lost")]
    [InlineData("123", "345", "nn---", "Lost")]
    [InlineData("123", "345", "---nn", "Lost")]
    [InlineData("123", "456", "yyyyn-", "Pending")]
    [InlineData("123", "456", "yyyynn", "Lost")]
    public void A_joint_election_needs_both_majorities_and_is_lost_with_either(
        string voters, string outgoing, string votes, string result) =>
        Assert.Equal(Enum.Parse<VoteResult>(result), Tally(Of(voters, outgoing), votes));

    [Theory]
    [InlineData("123", "45", "y--yy", "Pending")]
    [InlineData("123", "45", "y--nn", "Pending")]
    public void Votes_of_learners_and_strangers_do_not_count(string voters, string learners, string votes, string result) =>
        Assert.Equal(Enum.Parse<VoteResult>(result), Tally(Of(voters, learners: learners), votes));

    private static ClusterConfiguration Of(string voters, string outgoing = "", string learners = "") =>
        new(Servers(voters), Servers(outgoing), Servers(learners), []);

    private static IEnumerable<ServerId> Servers(string digits) => digits.Select(digit => S(digit - '0'));

    private static long Reached(ClusterConfiguration configuration, string values) =>
        Quorum.Reached(configuration, values, static (all, id) => all[id.Value[1] - '1'] - '0');

    private static VoteResult Tally(ClusterConfiguration configuration, string votes) =>
        Quorum.Tally(
            configuration,
            votes.Select((vote, i) => (Server: S(i + 1), Vote: vote))
                .Where(pair => pair.Vote != '-')
                .ToDictionary(pair => pair.Server, pair => pair.Vote == 'y'));
}
