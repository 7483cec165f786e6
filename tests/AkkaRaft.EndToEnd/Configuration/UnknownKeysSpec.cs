using Akka.Configuration;
using AkkaRaft.Node.Configuration;

namespace AkkaRaft.EndToEnd.Configuration;

public class UnknownKeysSpec
{
    private static readonly Config Reference = ConfigurationFactory.ParseString(
        """
        akka-raft {
          election-timeout { min = 150ms, max = 300ms }
          heartbeat-interval = 50ms
          pre-vote = on
          names {}
          members = []
        }
        """);

    [Theory]
    [InlineData("akka-raft.hearbeat-interval = 1s", "akka-raft.hearbeat-interval", "akka-raft.heartbeat-interval")]
    [InlineData("akka-raft.election-timeout.mim = 1s", "akka-raft.election-timeout.mim", "akka-raft.election-timeout.min")]
    [InlineData("akka-raft { election-timeuot { min = 1s } }", "akka-raft.election-timeuot", "akka-raft.election-timeout")]
    [InlineData("akka-raft.prevote = off", "akka-raft.prevote", "akka-raft.pre-vote")]
    [InlineData("akka-raft.\"a.b\" = 1", "akka-raft.\"a.b\"", "akka-raft.names")]
    public void A_misspelt_key_is_told_with_the_nearest_known_one(string given, string unknown, string nearest) =>
        Assert.Equal(new UnknownKey(unknown, nearest), Assert.Single(UnknownKeys.Find(Reference, given)));

    [Theory]
    [InlineData("akka-raft { election-timeout { max = 1s }, pre-vote = off }")]
    [InlineData("akka-raft.names { any = 1, thing { at = all } }")]
    [InlineData("akka-raft.members = [{ id = 1 }]")]
    [InlineData("akka.loglevel = DEBUG, elsewhere.pre-vite = 1")]
    [InlineData("akka-raft.pre-vote { x = 1 }")]
    [InlineData("")]
    public void What_is_known_or_elsewhere_is_left_alone(string given) => Assert.Empty(UnknownKeys.Find(Reference, given));

    [Fact]
    public void All_unknown_keys_are_refused_in_one_line()
    {
        const string given = "akka-raft { pre-vite = on, nams {} }";

        var error = Assert.Throws<NodeConfigurationException>(() => UnknownKeys.Refuse("node.conf", Reference, given));

        Assert.Equal(
            "node.conf: akka-raft.pre-vite is unknown, did you mean akka-raft.pre-vote? "
            + "akka-raft.nams is unknown, did you mean akka-raft.names?",
            error.Message);
    }

    [Theory]
    [InlineData("abc", "abc", 0)]
    [InlineData("abc", "acb", 1)]
    [InlineData("abc", "ab", 1)]
    [InlineData("abc", "xabc", 1)]
    [InlineData("abc", "axc", 1)]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    public void Slips_are_counted(string one, string other, int expected)
    {
        Assert.Equal(expected, EditDistance.Between(one, other));
        Assert.Equal(expected, EditDistance.Between(other, one));
    }
}
