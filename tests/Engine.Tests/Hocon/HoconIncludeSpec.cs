using Hocon;

namespace Engine.Tests.Configuration;

public sealed class HoconIncludeSpec : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hocon-include-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_name_counts_from_the_folder_of_the_file_that_includes_it()
    {
        Write("common/base.conf", "include \"deeper/more.conf\"\nport = 1\nname = base");
        Write("common/deeper/more.conf", "more = ${port}${name}");
        var node = Write("nodes/node.conf", "include \"../common/base.conf\"\nname = node");

        var config = HoconConfigurationFactory.FromFile(node);

        Assert.Equal("1node", config.GetString("more"));
        Assert.Equal("node", config.GetString("name"));
    }

    [Fact]
    public void An_include_stands_for_what_it_has_at_its_place()
    {
        var texts = new Dictionary<string, string> { ["x"] = "v = 1, w = ${v}${outer}", ["list"] = "[1, 2]" };
        var text = "outer = 9\na { b { include \"x\", v = 2 } }\nc = include \"x\"\nd = include \"list\"\ne = [include \"list\", [3]]";

        var root = HoconParser.Parse(text, (_, name) => Task.FromResult(texts[name]));

        Assert.Equal("29", root.GetString("a.b.w"));
        Assert.Equal("19", root.GetString("c.w"));
        Assert.Equal([1, 2], root.GetIntList("d"));
        Assert.Equal([1, 2], root.GetValue("e").GetArray()[0].GetIntList());
    }

    [Theory]
    [InlineData("include \"n\"", HoconCallbackType.File)]
    [InlineData("include file(\"n\")", HoconCallbackType.File)]
    [InlineData("include url( \"n\" )", HoconCallbackType.Url)]
    [InlineData("include classpath(\"n\")", HoconCallbackType.Resource)]
    [InlineData("include required(\"n\")", HoconCallbackType.File)]
    [InlineData("include required( url(\"n\") )", HoconCallbackType.Url)]
    public void The_callback_is_told_what_is_wanted(string text, HoconCallbackType expected)
    {
        (HoconCallbackType, string)? asked = null;

        var root = HoconParser.Parse(text, (type, name) =>
        {
            asked = (type, name);
            return Task.FromResult("a = 1");
        });

        Assert.Equal((expected, "n"), asked);
        Assert.Equal(1, root.GetInt("a"));
    }

    [Fact]
    public void What_is_missing_is_left_out_unless_it_is_required()
    {
        var node = Write("node.conf", "a = 1\ninclude \"gone.conf\"");
        var strict = Write("strict.conf", "a = 1\n  include required(\"gone.conf\")");

        Assert.Equal(1, HoconConfigurationFactory.FromFile(node).GetInt("a"));
        var error = Assert.Throws<HoconParserException>(() => HoconConfigurationFactory.FromFile(strict));
        Assert.Equal($"{strict}, line 2, column 3: \"gone.conf\" is required, but was not found", error.Message);
    }

    [Fact]
    public void An_error_names_the_included_file()
    {
        var common = Write("common.conf", "a = 1\nb = [");
        var node = Write("node.conf", "include \"common.conf\"");

        var error = Assert.Throws<HoconParserException>(() => HoconConfigurationFactory.FromFile(node));

        Assert.Equal($"{common}, line 2, column 6: found the end of the text, expected ']'", error.Message);
    }

    [Fact]
    public void A_file_that_includes_itself_is_an_error()
    {
        var node = Write("node.conf", "include \"other.conf\"");
        var other = Write("other.conf", "x { include \"node.conf\" }");

        var error = Assert.Throws<HoconParserException>(() => HoconConfigurationFactory.FromFile(node));

        Assert.Equal($"{other}, line 1, column 5: \"node.conf\" includes itself: {node} > {other} > {node}", error.Message);
        const string text = "include \"x\"";
        var endless = Assert.Throws<HoconParserException>(() => HoconParser.Parse(text, (_, _) => Task.FromResult(text)));
        Assert.Contains("does \"x\" include itself?", endless.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_include_nothing_but_files()
    {
        var node = Write("node.conf", "include url(\"http://127.0.0.1/x\")");

        var error = Assert.Throws<HoconParserException>(() => HoconConfigurationFactory.FromFile(node));

        Assert.Contains("Only files can be included", error.Message, StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
