using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace Engine.Tests.Configuration;

public class AkkaConfigSpec
{
    [Fact]
    public void The_reference_defaults_are_read()
    {
        var config = ConfigurationFactory.Default();

        Assert.Equal(30, config.GetInt("akka.actor.default-dispatcher.throughput"));
        Assert.Equal(TimeSpan.FromSeconds(5), config.GetTimeSpan("akka.coordinated-shutdown.default-phase-timeout"));
        Assert.Equal(Timeout.InfiniteTimeSpan, config.GetTimeSpan("akka.actor.ask-timeout"));
        Assert.Equal(TimeSpan.FromMinutes(5), config.GetTimeSpan("akka.log-dead-letters-suspend-duration"));
        Assert.Equal(["Akka.Event.DefaultLogger"], config.GetStringList("akka.loggers"));
        Assert.Equal("json", config.GetConfig("akka.actor.serialization-bindings").GetString("\"System.Object\""));
        Assert.Equal(12, config.GetConfig("akka.coordinated-shutdown.phases").AsEnumerable().Count());
    }

    [Fact]
    public void The_upper_configuration_wins_and_objects_act_as_one()
    {
        Config upper = "a { x = 1, y { p = 1 } }, list = [1]";
        Config lower = "a { x = 2, y { q = 2 }, z = 3 }, list = [2, 3]";

        var both = upper.WithFallback(lower);

        Assert.Equal(1, both.GetInt("a.x"));
        Assert.Equal(2, both.GetInt("a.y.q"));
        Assert.Equal(3, both.GetConfig("a").GetInt("z"));
        Assert.Equal(1, both.GetConfig("a").GetConfig("y").GetInt("p"));
        Assert.Equal([1], both.GetIntList("list"));
        Assert.Equal(["a", "list"], both.AsEnumerable().Select(item => item.Key));
        Assert.Equal(["x", "y", "z"], both.GetConfig("a").AsEnumerable().Select(item => item.Key));
    }

    [Fact]
    public void A_value_that_is_an_object_has_what_the_fallbacks_add_up_to_the_first_that_has_something_else()
    {
        var upper = ConfigurationFactory.ParseString("a { both = upper, mine = 1, deep { x = 1 } }");
        var lower = ConfigurationFactory.ParseString("a { both = lower, theirs = 2, deep { y = 2 } }");

        var merged = upper.WithFallback(lower).GetValue("a")!.GetObject()!;
        var hidden = upper.WithFallback(ConfigurationFactory.ParseString("a = []")).WithFallback(lower).GetValue("a")!.GetObject()!;

        Assert.Equal(["both", "deep", "mine", "theirs"], merged.Items.Keys.Order());
        Assert.Equal("upper", merged.GetKey("both")!.GetString());
        Assert.Equal(["x", "y"], merged.GetKey("deep")!.GetObject()!.Items.Keys.Order());
        Assert.Equal(["both", "deep", "mine"], hidden.Items.Keys.Order());
        Assert.Equal(3, upper.GetValue("a")!.GetObject()!.Items.Count);
    }

    [Fact]
    public void What_is_missing_has_the_default_that_was_asked_for()
    {
        Config config = "a = null";

        Assert.Equal(7, config.GetInt("b", 7));
        Assert.Equal("x", config.GetString("b", "x"));
        Assert.True(config.GetBoolean("b", true));
        Assert.Equal(TimeSpan.Zero, config.GetTimeSpan("b"));
        Assert.Null(config.GetByteSize("b"));
        Assert.Empty(config.GetStringList("b"));
        Assert.Equal("x", config.GetString("a", "x"));
        Assert.True(config.HasPath("a"));
        Assert.False(config.HasPath("a.b"));
        Assert.True(config.GetConfig("b").IsNullOrEmpty());
    }

    [Fact]
    public void An_error_tells_line_column_and_what_was_expected()
    {
        var error = Assert.Throws<ConfigurationException>(() => ConfigurationFactory.ParseString("a = 1\nb {\n  c : ]\n}"));

        Assert.Equal("line 3, column 7: found ']', expected a value", error.Message);
    }

    [Fact]
    public void A_configuration_is_not_its_own_fallback()
    {
        Config config = "a = 1";

        Assert.Throws<ArgumentException>(() => config.WithFallback(config));
    }

    [Fact]
    public void Text_with_fallbacks_reads_back()
    {
        var config = ConfigurationFactory.ParseString("a { b = 5 s, \"c.d\" = \"x \\\" y\" }")
            .WithFallback("a { b = 1, e = [null, {f : \"null\"}] }");

        Config again = config.ToString(includeFallback: true);

        Assert.Equal(TimeSpan.FromSeconds(5), again.GetTimeSpan("a.b"));
        Assert.Equal("x \" y", again.GetString("a.\"c.d\""));
        Assert.Equal("null", again.GetValue("a.e")!.GetArray()[1].GetObject()!.GetKey("f")!.GetString());
        Assert.Equal(config.ToString(true), again.ToString());
    }

    [Fact]
    public void An_include_is_what_the_callback_returns()
    {
        var config = ConfigurationFactory.ParseString("a { b { include \"foo\" } }", name => Parser.Parse($"x = {name}\ny = ${{x}}", null));

        Assert.Equal("foo", config.GetString("a.b.y"));
    }
}
