using System.Text;
using Hocon;

namespace Engine.Tests.Configuration;

public class HoconSubstitutionSpec
{
    [Theory]
    [InlineData("x = ${a.b}, a { b = 1 }", "1")]
    [InlineData("x = ${a.b}, a { b = 1 }, a.b = 2", "2")]
    [InlineData("n = World, x = Hello ${n} and all", "Hello World and all")]
    [InlineData("n = World, x = \"Hello \"${n}", "Hello World")]
    [InlineData("x = \"no ${n}\"", "no ${n}")]
    [InlineData("x = 1, x = ${?missing}", "1")]
    [InlineData("x = a${?missing}b", "ab")]
    [InlineData("x = My name is ${?missing}", "My name is ")]
    [InlineData("x = ${?x}foo", "foo")]
    [InlineData("x = \"a:b\", x = ${x}\":c\", x = ${x}\":d\"", "a:b:c:d")]
    [InlineData("o { x = 1 }, o { x = ${o.x}2 }, x = ${o.x}", "12")]
    [InlineData("bar { foo = 42, baz = ${bar.foo} }, bar { foo = 43 }, x = ${bar.baz}", "43")]
    [InlineData("bar { a = ${foo.d}, b = 1 }, bar.b = 3, foo { c = ${bar.b}, d = 2 }, foo.d = 4, x = ${bar.a}${foo.c}", "43")]
    [InlineData("foo { a { c = 1 } }, foo = ${foo.a}, foo { a = 2 }, x = ${foo.a}${foo.c}", "21")]
    [InlineData("foo = ${nothing}, foo = 42, x = ${foo}", "42")]
    [InlineData("base { p = 1, q = 2 }, o = ${base} { q = 3 }, x = ${o.p}${o.q}", "13")]
    [InlineData("base { p = 1, q = 2 }, o = { q = 3 } ${base}, x = ${o.p}${o.q}", "12")]
    [InlineData("x = ${\"a.b\".c}, \"a.b\" { c = 1 }", "1")]
    public void A_substitution_is_the_final_value_of_its_path(string text, string expected) =>
        Assert.Equal(expected, HoconParser.Parse(text).GetString("x"));

    [Theory]
    [InlineData("a = [1, 2], x = ${a} [3]", new[] { 1, 2, 3 })]
    [InlineData("x = [1], x = ${x} [2], x = ${x} [3]", new[] { 1, 2, 3 })]
    [InlineData("x += 1, x += 2", new[] { 1, 2 })]
    [InlineData("x = [1], x += 2", new[] { 1, 2 })]
    [InlineData("x = ${?nothing} [1]", new[] { 1 })]
    [InlineData("x = [1, ${?nothing}, 3]", new[] { 1, 3 })]
    [InlineData("b { x = [1] }, o = ${b}, o.x += 2, x = ${o.x}", new[] { 1, 2 })]
    [InlineData("n = 2, x = [1, ${n}]", new[] { 1, 2 })]
    public void Arrays_grow(string text, int[] expected) => Assert.Equal(expected, HoconParser.Parse(text).GetIntList("x"));

    [Fact]
    public void An_object_within_an_array_may_append_too()
    {
        var root = HoconParser.Parse("a = [{ x += 1, x += 2 }]");

        Assert.Equal([1, 2], root.GetObjectList("a")[0]["x"].Value.GetIntList());
    }

    [Fact]
    public void An_optional_substitution_that_finds_nothing_makes_no_field()
    {
        var root = HoconParser.Parse("a = ${?no}, b = ${?no}${?nor}, c { d = ${?c.d} }");

        Assert.False(root.HasPath("a"));
        Assert.False(root.HasPath("b"));
        Assert.False(root.HasPath("c.d"));
    }

    [Fact]
    public void The_environment_is_asked_last_and_null_is_a_value()
    {
        var name = $"HOCON_SPEC_{Environment.ProcessId}";
        Environment.SetEnvironmentVariable(name, "from outside");
        try
        {
            Assert.Equal("from outside", HoconParser.Parse($"a = ${{{name}}}").GetString("a"));
            Assert.Equal("from outside", HoconParser.Parse($"a = ${{?{name}}}").GetString("a"));
            Assert.Equal("inside", HoconParser.Parse($"{name} = inside, a = ${{{name}}}").GetString("a"));
            Assert.Null(HoconParser.Parse($"{name} = null, a = ${{?{name}}}").GetString("a"));
            Assert.Equal("from outside, too", HoconParser.Parse($"{name} = ${{{name}}}\", too\"").GetString(name));
        }
        finally
        {
            Environment.SetEnvironmentVariable(name, null);
        }
    }

    [Theory]
    [InlineData("a = ${a}")]
    [InlineData("a = ${b}, b = ${a}")]
    [InlineData("a = ${b}, b = ${c}, c = ${a}")]
    [InlineData("a = 1, b = 2, a = ${b}, b = ${a}")]
    [InlineData("a = ${a}, a { x = 1 }")]
    [InlineData("a { b = ${a} }")]
    [InlineData("a = ${b} { x = ${a.y} }, b { y = ${a} }")]
    public void Values_that_need_each_other_are_an_error(string text)
    {
        var error = Assert.Throws<HoconParserException>(() => HoconParser.Parse(text));

        Assert.Contains("is cyclic", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, error.LineNumber);
    }

    [Fact]
    public void A_substitution_that_finds_nothing_is_an_error_with_its_place()
    {
        var error = Assert.Throws<HoconParserException>(() => HoconParser.Parse("a {\n  b = 1 ${no.such}\n}"));

        Assert.Equal(
            "line 2, column 9: ${no.such} refers to nothing: neither a value nor an environment variable has that name", error.Message);
    }

    [Theory]
    [InlineData("a{0} = ${{a{1}}}", 100_000)]
    [InlineData("a{1} = {{ x = ${{a{0}}} }}", 2000)]
    [InlineData("a{1} = {{ x = ${{a{0}}}, y = ${{a{0}}} }}", 60)]
    [InlineData("a{1} = ${{a{0}}}${{a{0}}}", 60)]
    [InlineData("a{1} = [${{a{0}}}, ${{a{0}}}]", 60)]
    public void Neither_long_chains_nor_doubling_bring_the_reader_down(string line, int lines)
    {
        var format = CompositeFormat.Parse(line + "\n");
        var text = "a0 = \"text\"\n" + string.Concat(Enumerable.Range(0, lines).Select(i => string.Format(null, format, i, i + 1)));

        Assert.Throws<HoconParserException>(() => HoconParser.Parse(text));
    }

    [Fact]
    public void The_root_tells_what_its_substitutions_were()
    {
        var root = HoconParser.Parse("a = 1\nb = ${a} ${?c}");

        Assert.Equal(
            ["${a} True 2:5 1", "${?c} False 2:10 "],
            root.Substitutions.Select(s => $"{s.Raw} {s.Required} {s.LineNumber}:{s.LinePosition} {s.GetString()}"));
    }
}
