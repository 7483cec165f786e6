using Hocon;
using Newtonsoft.Json;
using AkkaFactory = Akka.Configuration.ConfigurationFactory;

namespace Engine.Tests.Configuration;

public class HoconConfigSpec
{
    [Fact]
    public void Fallbacks_fill_in_and_stay_as_they_were()
    {
        Config first = "a { x = 1 }";
        Config second = "a { x = 2, y = 2 }";
        Config third = "a { y = 3, z = 3 }, b = 3";

        var all = first.WithFallback(second).WithFallback(third);
        var nested = first.WithFallback(second.WithFallback(third));

        Assert.Equal("a {\n  x : 1\n  y : 2\n  z : 3\n}\nb : 3", all.ToString(true));
        Assert.Equal(all, nested);
        Assert.Equal(3, all.GetConfig("a").GetInt("z"));
        Assert.Equal("a {\n  x : 1\n}", all.ToString());
        Assert.Empty(first.Fallbacks);
        Assert.False(first.HasPath("a.y"));
        Assert.Equal(2, second.GetInt("a.x"));
    }

    [Fact]
    public void Nothing_is_empty_and_falls_back()
    {
        Assert.True(HoconConfigurationFactory.Empty.IsEmpty);
        Assert.True(HoconConfigurationFactory.ParseString("a { b = 1 }").GetConfig("c").IsEmpty);
        Assert.Equal(1, Config.Empty.SafeWithFallback("a = 1")!.GetInt("a"));
        Assert.Equal(1, Config.Empty.WithFallback("a = 1").GetInt("a"));
        Assert.Throws<ArgumentException>(() =>
        {
            Config config = "a = 1";
            return config.WithFallback(config);
        });
    }

    [Theory]
    [InlineData("a = 5 s", "5 s")]
    [InlineData("a = 128000b", "128000b")]
    [InlineData("a = \"x:y@z // #\"", "x:y@z // #")]
    [InlineData("a = \"\"\"line\nline \"quoted\" \\d\"\"\"", "line\nline \"quoted\" \\d")]
    [InlineData("a = \" blanks \"", " blanks ")]
    [InlineData("a = \"null\"", "null")]
    [InlineData("a = null", null)]
    [InlineData("a = \"\"", "")]
    [InlineData("a = one \"two\" three", "one two three")]
    [InlineData("a = \"tab\\t and \\u0001\"", "tab\t and \u0001")]
    [InlineData("a = \"${b}\"", "${b}")]
    public void What_is_written_reads_back_the_same_even_with_Akkas_reader(string text, string? expected)
    {
        var config = HoconConfigurationFactory.ParseString(text + "\n\"k.e y\".b = 1");

        var again = AkkaFactory.ParseString(config.ToString());

        Assert.Equal(expected, config.GetString("a"));
        Assert.Equal(expected, again.GetString("a"));
        Assert.Equal(1, again.GetInt("\"k.e y\".b"));
        Assert.Equal(expected, HoconConfigurationFactory.ParseString(config.ToString()).GetString("a"));
        Assert.Equal(expected, AkkaFactory.ParseString(again.ToString()).GetString("a"));
    }

    [Fact]
    public void Embedded_defaults_are_read_by_either_reader()
    {
        var one = HoconConfigurationFactory.FromResource<Akka.Configuration.ConfigurationFactory>("Akka.Configuration.akka.conf");
        var other = AkkaFactory.Default();

        Assert.Equal(other.GetInt("akka.scheduler.ticks-per-wheel"), one.GetInt("akka.scheduler.ticks-per-wheel"));
        Assert.Throws<ConfigurationException>(() => HoconConfigurationFactory.FromResource("none", this));
    }

    [Fact]
    public void A_configuration_goes_through_JSON_and_tells_where_its_values_come_from()
    {
        Config upper = "this.\"should[]\".work = true";
        Config lower = "b = \"x:y\"";
        var config = upper.WithFallback(lower);

        var again = JsonConvert.DeserializeObject<Config>(JsonConvert.SerializeObject(config))!;

        Assert.Equal(config, again);
        Assert.True(again.GetBoolean("this.\"should[]\".work"));
        Assert.True(JsonConvert.DeserializeObject<Config>(JsonConvert.SerializeObject(Config.Empty))!.IsEmpty);
        Assert.Contains(upper.PrettyPrint(2), config.DumpConfig(), StringComparison.Ordinal);
        Assert.Contains(lower.PrettyPrint(2), config.DumpConfig(), StringComparison.Ordinal);
    }
}
