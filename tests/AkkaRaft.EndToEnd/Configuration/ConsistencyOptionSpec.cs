using AkkaRaft.Core;
using AkkaRaft.Node.Commands;

namespace AkkaRaft.EndToEnd.Configuration;

/// <summary>How the command line names consistencies.</summary>
public sealed class ConsistencyOptionSpec
{
    [Fact]
    public void Each_consistency_has_a_name()
    {
        Assert.Equal(Consistency.Linearizable, ConsistencyOption.Parse("linearizable"));
        Assert.Equal(Consistency.LinearizableLocal, ConsistencyOption.Parse("linearizable-local"));
        Assert.Equal(Consistency.Local, ConsistencyOption.Parse("local"));
        Assert.Equal(Consistency.Stale(TimeSpan.FromMilliseconds(200)), ConsistencyOption.Parse("stale:200ms"));
        Assert.Equal(Consistency.Stale(TimeSpan.FromSeconds(1.5)), ConsistencyOption.Parse("stale:1.5s"));
        Assert.Equal(Consistency.Stale(TimeSpan.FromMinutes(2)), ConsistencyOption.Parse("stale:2m"));
        Assert.Equal(Consistency.AtIndex(new LogIndex(42)), ConsistencyOption.Parse("index:42"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("eventual")]
    [InlineData("local:5")]
    [InlineData("stale")]
    [InlineData("stale:0ms")]
    [InlineData("stale:0.00001ms")]
    [InlineData("stale:5")]
    [InlineData("stale:-5s")]
    [InlineData("stale:xs")]
    [InlineData("index:-1")]
    [InlineData("index:many")]
    public void Nothing_else_is_taken_for_one(string text) => Assert.Null(ConsistencyOption.Parse(text));
}
