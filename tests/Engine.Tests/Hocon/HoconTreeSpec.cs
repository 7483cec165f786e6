using Hocon;

namespace Engine.Tests.Configuration;

public class HoconTreeSpec
{
    [Theory]
    [InlineData(new[] { "foo", "bar" }, "foo.bar")]
    [InlineData(new[] { "foo", "bar.baz" }, "foo.\"bar.baz\"")]
    [InlineData(new[] { "a \"laser\" beam" }, "\"a \\\"laser\\\" beam\"")]
    [InlineData(new[] { "foo", "bar\nbaz" }, "foo.\"bar\\nbaz\"")]
    [InlineData(new[] { "foo", "bar baz", " wis " }, "foo.bar baz. wis ")]
    [InlineData(new[] { "foo", "" }, "foo.\"\"")]
    [InlineData(new[] { "foo", "\\" }, "foo.\"\\\\\"")]
    [InlineData(new[] { "/user/*" }, "\"/user/*\"")]
    public void A_path_is_its_keys_quoted_where_need_be(string[] keys, string text)
    {
        Assert.Equal(text, new HoconPath(keys).Value);
        Assert.Equal(keys, HoconPath.Parse(text));
        Assert.Equal(new HoconPath(keys), HoconPath.Parse(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData("a.")]
    [InlineData("\"a")]
    public void What_is_no_path_is_refused(string text)
    {
        Assert.False(HoconPath.TryParse(text, out _));
        Assert.Throws<HoconException>(() => HoconPath.Parse(text));
    }

    [Fact]
    public void Values_keep_the_pieces_they_were_written_in()
    {
        var root = HoconParser.Parse("a = 1 \"two\" three, b = [\"x\"], c { d = null, e = 0x1, f = 01, g = 1.5, h = off }");

        Assert.Equal("1 \"two\" three", root.GetValue("a").Raw);
        Assert.Equal(
            ["Long", "Whitespace", "QuotedString", "Whitespace", "UnquotedString"],
            root.GetValue("a").Children.Cast<HoconLiteral>().Select(l => l.LiteralType.ToString()));
        Assert.Equal("\"x\"", root.GetValue("b")[0].GetArray()[0].Raw);
        Assert.Equal(
            ["Null", "Hex", "Octal", "Double", "Bool"],
            root.GetObject("c").Values.Select(f => ((HoconLiteral)f.Value[0]).LiteralType.ToString()));
        Assert.Equal("c.e", root.GetObject("c")["e"].Path.Value);
        Assert.Equal(HoconType.Boolean, root.GetValue("c.h").Type);
    }

    [Fact]
    public void Merging_lays_an_object_over_another_and_leaves_the_other_alone()
    {
        var upper = HoconParser.Parse("a { c = 9, s { y = 2 } }");
        var lower = HoconParser.Parse("a { b = 1, c = 2, s { x = 1 } }");
        var overlaid = lower.Value.GetObject();

        overlaid.Merge(upper.Value.GetObject());

        Assert.Equal("a {\n  b : 1\n  c : 9\n  s {\n    x : 1\n    y : 2\n  }\n}", overlaid.ToString());
        Assert.Equal("a {\n  c : 9\n  s {\n    y : 2\n  }\n}", upper.ToString());
        Assert.Same(overlaid, overlaid["a.s"].GetObject().Parent!.Parent!.Parent!.Parent!.Parent!.Parent);
    }

    [Fact]
    public void What_says_the_same_is_equal()
    {
        var one = HoconParser.Parse("a : 1, b { c : [x, y] }");
        var other = HoconParser.Parse("a = 1\nb.c = [\n x\n y\n]");

        Assert.Equal(one.AsEnumerable(), other.AsEnumerable());
        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(one.GetValue("a"), one.GetValue("b"));
    }

    [Fact]
    public void A_missing_path_is_an_error_unless_there_is_a_default()
    {
        var root = HoconParser.Parse("a = x");

        Assert.IsType<HoconParserException>(Assert.Throws<HoconValueException>(() => root.GetIntList("b.c")).InnerException);
        Assert.Equal([7], root.GetIntList("b.c", [7]));
        Assert.Equal("d", root.GetString("b", "d"));
        Assert.Throws<HoconValueException>(() => root.GetInt("a", 1));
        Assert.Null(HoconParser.Parse("a = [1]").GetString("a"));
    }

    [Fact]
    public void A_value_can_become_a_field()
    {
        var root = HoconParser.Parse("a { b = 1 }").GetValue("a").AtKey("x.y");

        Assert.Equal(1, root.GetInt("\"x.y\".b"));
    }

    [Fact]
    public void Unwrapped_objects_are_dictionaries_of_fields()
    {
        var unwrapped = HoconParser.Parse("a { b = \"x, y\", c { d = 1 } }").GetObject("a").Unwrapped;

        Assert.Equal("x, y", Assert.IsType<HoconField>(unwrapped["b"]).ToString());
        Assert.Equal(1, ((HoconField)Assert.IsType<Dictionary<string, object>>(unwrapped["c"])["d"]).Value.GetInt());
    }
}
