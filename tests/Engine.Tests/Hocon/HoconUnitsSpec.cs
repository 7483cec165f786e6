using Hocon;

namespace Engine.Tests.Configuration;

public class HoconUnitsSpec
{
    [Theory]
    [InlineData("1234 ns", 12)]
    [InlineData("123 microseconds", 1230)]
    [InlineData("5", 50_000)]
    [InlineData("5ms", 50_000)]
    [InlineData("0.05 s", 500_000)]
    [InlineData("5 seconds", 50_000_000)]
    [InlineData("2m", 1_200_000_000)]
    [InlineData("1 hour", 36_000_000_000)]
    [InlineData("\"1d\"", 864_000_000_000)]
    [InlineData("infinite", -10_000)]
    public void A_duration_has_a_unit_or_is_of_milliseconds(string text, long ticks)
    {
        Assert.Equal(TimeSpan.FromTicks(ticks), HoconParser.Parse($"a = {text}").GetTimeSpan("a"));
        Assert.Equal(TimeSpan.FromTicks(ticks), Akka.Configuration.ConfigurationFactory.ParseString($"a = {text}").GetTimeSpan("a"));
    }

    [Theory]
    [InlineData("5 parsecs")]
    [InlineData("s")]
    [InlineData("1e300 d")]
    [InlineData("[1s]")]
    public void Anything_else_is_no_duration(string text)
    {
        var error = Assert.Throws<HoconValueException>(() => HoconParser.Parse($"a.b = {text}").GetTimeSpan("a.b"));

        Assert.Equal("a.b", error.FailPath);
        Assert.Contains("is not a duration such as 5s, 100ms or infinite", error.Message, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => Akka.Configuration.ConfigurationFactory.ParseString($"a.b = {text}").GetTimeSpan("a.b"));
        Assert.Throws<HoconValueException>(() => HoconParser.Parse("a = infinite").GetTimeSpan("a", allowInfinite: false));
    }

    [Theory]
    [InlineData("128000b", 128_000)]
    [InlineData("128000", 128_000)]
    [InlineData("128k", 131_072)]
    [InlineData("256 KiB", 262_144)]
    [InlineData("11 kB", 11_000)]
    [InlineData("1MB", 1_000_000)]
    [InlineData("1M", 1_048_576)]
    [InlineData("1.5 GiB", 1_610_612_736)]
    [InlineData("1e", 1_152_921_504_606_846_976)]
    [InlineData("2 kibibytes", 2048)]
    [InlineData("2 megabyte", 2_000_000)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void A_size_has_a_unit_of_thousands_or_of_1024s(string text, long bytes)
    {
        Assert.Equal(bytes, HoconParser.Parse($"a = {text}").GetByteSize("a"));
        Assert.Equal(bytes, Akka.Configuration.ConfigurationFactory.ParseString($"a = {text}").GetByteSize("a"));
    }

    [Theory]
    [InlineData("255", 255)]
    [InlineData("0xff", 255)]
    [InlineData("0377", 255)]
    [InlineData("-12", -12)]
    [InlineData("0", 0)]
    public void An_integer_may_be_hexadecimal_or_octal(string text, long expected)
    {
        Assert.Equal(expected, HoconParser.Parse($"a = {text}").GetLong("a"));
        Assert.Equal(expected, Akka.Configuration.ConfigurationFactory.ParseString($"a = {text}").GetLong("a"));
    }

    [Fact]
    public void Numbers_that_do_not_fit_are_errors()
    {
        var root = HoconParser.Parse("a = 3000000000, b = 300, c = 089, d = 99999999999999999999, e = Infinity");

        Assert.Equal(3_000_000_000, root.GetLong("a"));
        Assert.Throws<HoconValueException>(() => root.GetInt("a"));
        Assert.Throws<HoconValueException>(() => root.GetByte("b"));
        Assert.Throws<HoconValueException>(() => root.GetLong("c"));
        Assert.Throws<HoconValueException>(() => root.GetLong("d"));
        Assert.Equal(double.PositiveInfinity, root.GetDouble("e"));
        Assert.Throws<HoconValueException>(() => root.GetDecimal("e"));
    }

    [Theory]
    [InlineData("on", true)]
    [InlineData("yes", true)]
    [InlineData("true", true)]
    [InlineData("off", false)]
    [InlineData("no", false)]
    [InlineData("false", false)]
    public void Truth_has_three_names(string text, bool expected)
    {
        Assert.Equal(expected, HoconParser.Parse($"a = {text}").GetBoolean("a"));
        Assert.Equal(expected, Akka.Configuration.ConfigurationFactory.ParseString($"a = {text}").GetBoolean("a"));
        Assert.Throws<HoconValueException>(() => HoconParser.Parse("a = maybe").GetBoolean("a"));
    }
}
