using AkkaRaft.Node.Configuration;
using FsCheck;
using FsCheck.Fluent;

namespace AkkaRaft.EndToEnd.Configuration;

public sealed class NodeConfigurationSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("akkaraft-configuration-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_is_read_with_all_that_it_includes()
    {
        Write("cluster.conf", "include \"parts/timing.conf\"\nakka-raft { heartbeat = 50 ms, name = \"a # b\" }");
        Write("parts/timing.conf", "include \"../parts/deep.conf\"\nakka-raft.election = ${akka-raft.heartbeat}");
        Write("parts/deep.conf", "# include \"no.conf\"\nakka-raft.deep = \"include \\\"no.conf\\\"\"");
        var node = Write(
            "node.conf",
            """
            include "cluster.conf"
            akka-raft { heartbeat = 60 ms }
            """);

        var config = NodeConfiguration.Load(node).Config;

        Assert.Equal(TimeSpan.FromMilliseconds(60), config.GetTimeSpan("akka-raft.heartbeat"));
        Assert.Equal(TimeSpan.FromMilliseconds(60), config.GetTimeSpan("akka-raft.election"));
        Assert.Equal("a # b", config.GetString("akka-raft.name"));
        Assert.Equal("include \"no.conf\"", config.GetString("akka-raft.deep"));
    }

    [Fact]
    public void A_file_wins_over_what_it_included_before_and_loses_to_what_it_includes_behind()
    {
        Write("cluster.conf", "a { x = 2, y = 2, list = [3] }\nb = 2");
        var before = Write("before.conf", "include \"cluster.conf\"\na.x = 3, a.list = [4]\nb = 3");
        var behind = Write("behind.conf", "a.x = 3\ninclude \"cluster.conf\"");

        var winner = NodeConfiguration.Load(before).Config;

        Assert.Equal((3, 2, 3), (winner.GetInt("a.x"), winner.GetInt("a.y"), winner.GetInt("b")));
        Assert.Equal([4], winner.GetIntList("a.list"));
        Assert.Equal(2, NodeConfiguration.Load(behind).Config.GetInt("a.x"));
    }

    [Fact]
    public void Any_key_and_any_text_arrive_unharmed()
    {
        var node = Write(
            "node.conf",
            """"
            size = 256 KiB
            wait = 5 s
            nothing = null
            text = "a \"b\" \\ ${c} // # \n \u0001"
            raw = """first "line"
            next"""
            list = [{ "k.e y" = 1 }, {}]
            "akka.tcp://sys@host:1" { x = [[on, off], []] }
            """");

        var config = NodeConfiguration.Load(node).Config;

        Assert.Equal(256 * 1024, config.GetByteSize("size"));
        Assert.Equal(TimeSpan.FromSeconds(5), config.GetTimeSpan("wait"));
        Assert.Null(config.GetString("nothing"));
        Assert.Equal("a \"b\" \\ ${c} // # \n \u0001", config.GetString("text"));
        Assert.Equal("first \"line\"\nnext", config.GetString("raw"));
        Assert.Equal(1, config.GetValue("list")!.GetArray()[0].GetObject()!.GetKey("k.e y")!.GetInt());
        Assert.Equal([true, false], config.GetConfig("\"akka.tcp://sys@host:1\"").GetValue("x")!.GetArray()[0].GetBooleanList());
    }

    [Fact]
    public void What_the_command_line_sets_wins_and_is_substituted()
    {
        var node = Write("node.conf", "include \"cluster.conf\"\nport = 1\nname = a");
        Write("cluster.conf", "folder = \"data/\"${name}");

        var file = NodeConfiguration.Load(node, "name = \"b\"", "port=4711", "address=akka.tcp://x@127.0.0.1:1", "list=[1, 2]", "empty=");

        Assert.Equal(4711, file.Config.GetInt("port"));
        Assert.Equal("data/b", file.Config.GetString("folder"));
        Assert.Equal("akka.tcp://x@127.0.0.1:1", file.Config.GetString("address"));
        Assert.Equal([1, 2], file.Config.GetIntList("list"));
        Assert.Equal("", file.Config.GetString("empty"));
        Assert.Equal("--set port=4711, line 1, column 1", file.PlaceOf("port"));
    }

    [Fact]
    public void A_key_is_found_where_it_is_set_last()
    {
        Write("cluster.conf", "a { b = 1, c = 1 }");
        var node = Write("node.conf", "include \"cluster.conf\"\na.b = 2");

        var file = NodeConfiguration.Load(node);

        Assert.Equal($"{node}, line 2, column 1", file.PlaceOf("a.b"));
        Assert.Equal($"{Path.Combine(_folder, "cluster.conf")}, line 1, column 12", file.PlaceOf("a.c"));
        Assert.Equal($"{Path.Combine(_folder, "cluster.conf")}, line 1, column 1", file.PlaceOf("a.d"));
        Assert.Equal(node, file.PlaceOf("x.y"));
    }

    [Theory]
    [InlineData("a {\n  b = 1", "line 2, column 8", "'}' for the object a of")]
    [InlineData("a { b = 1 }\n}\nc = 2", "line 2, column 1", "a key is expected, not }")]
    [InlineData("{ a = 1 }", "line 1, column 1", "a key is expected, not {")]
    [InlineData("a = 1\nb = \"open\nc = 2", "line 2, column 5", "a value for b")]
    [InlineData("a b c\nd = 1", "line 1, column 3", "'=' or '{' behind the key a")]
    [InlineData("a.b. = 1", "line 1, column 1", "a key without empty parts")]
    [InlineData("a =\nb = 2", "line 1, column 4", "a value for a")]
    [InlineData("a = [1, 2\nb = 3", "line 2, column 3", "',' or ']' in the list a")]
    [InlineData("a = [1, 2", "line 1, column 10", "',' or ']' in the list a")]
    [InlineData("a = ]", "line 1, column 5", "a value for a")]
    [InlineData("a = 1\na += 2", "line 2, column 3", "'=' or '{' behind the key a")]
    [InlineData("a = 1, b = ${?HOME}", "line 1, column 12", "--set b=VALUE")]
    [InlineData("a { x = 1 }\nb = ${a} { y = 2 }", "line 2, column 10", "a new line behind the value of b")]
    [InlineData("a { x = 1 }, b = 2", "line 1, column 12", "a new line behind the value of a")]
    [InlineData("a = akka.tcp://x@h:1", "line 1, column 13", "a new line behind the value of a")]
    [InlineData("a = 1\nb = ${no.such.value}", "line 2, column 5", "no.such.value")]
    [InlineData("x { include \"cluster.conf\" }", "line 1, column 13", "'=' or '{' behind the key x.include")]
    [InlineData("include file(\"cluster.conf\")", "line 1, column 9", "'=' or '{' behind the key include")]
    public void What_Akka_would_take_for_something_else_is_refused(string text, string place, string expected)
    {
        var node = Write("node.conf", text);

        var refused = Refused(node);

        Assert.StartsWith($"{node}, {place}: ", refused, StringComparison.Ordinal);
        Assert.Contains(expected, refused, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_text_is_read_or_refused_with_its_place()
    {
        string[] pieces = ["a", ".", "{", "}", "[", "]", "=", ":", ",", "\n", "\"", "\"\"\"", "${", "$", "include ", "#", "//", "+=", " ", "\\", "1"];
        Prop.ForAll(
            Gen.Elements(pieces).ListOf().Select(chosen => string.Concat(chosen)).ToArbitrary(),
            text =>
            {
                var node = Write("any.conf", text);
                var failure = Record.Exception(() => NodeConfiguration.Load(node));
                return failure is null || (failure is NodeConfigurationException && failure.Message.StartsWith(node, StringComparison.Ordinal));
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
    }

    [Fact]
    public void A_relative_path_counts_from_the_current_folder_and_is_told_as_it_was_given()
    {
        var relative = Path.GetRelativePath(".", Write("node.conf", "include \"gone.conf\""));

        var gone = Path.Combine(Path.GetDirectoryName(relative)!, "gone.conf");

        Assert.Equal($"{relative}, line 1, column 1: there is no file {gone}", Refused(relative));
    }

    [Fact]
    public void A_missing_file_is_told()
    {
        var path = Path.Combine(_folder, "gone.conf");

        Assert.Equal($"there is no file {path}", Refused(path));
        Assert.Equal($"{_folder} is a folder, expected a HOCON file", Refused(_folder));
    }

    [Fact]
    public void A_missing_include_is_told_with_its_place()
    {
        var cluster = Write("cluster.conf", "a = 1\n  include \"gone.conf\"");
        var node = Write("node.conf", "include \"cluster.conf\"");

        Assert.Equal($"{cluster}, line 2, column 3: there is no file {Path.Combine(_folder, "gone.conf")}", Refused(node));
    }

    [Fact]
    public void A_malformed_include_is_told_by_its_own_name()
    {
        var cluster = Write("cluster.conf", "akka-raft {\n");
        var node = Write("node.conf", "include \"cluster.conf\"");

        Assert.Contains(cluster, Refused(node), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_includes_itself_is_told()
    {
        var one = Write("one.conf", "include \"two.conf\"");
        var two = Write("two.conf", "include \"./one.conf\"");

        Assert.Equal($"{two}, line 1, column 1: {one} includes itself: {one} > {two} > {one}", Refused(one));
    }

    [Theory]
    [InlineData("a = \"include \\\"x\\\"\"")]
    [InlineData("a = \"\"\"\ninclude \"x\"\n\"\"\"")]
    [InlineData("# include \"x\"\na = 1")]
    [InlineData("// include \"x\"\na = 1")]
    [InlineData("a = do not include \"x\"")]
    [InlineData("not-include = 1\nincluded = 2")]
    [InlineData("include = 1")]
    [InlineData("")]
    public void What_only_looks_like_an_include_is_none(string text) => Assert.Empty(new HoconShape("node.conf", text).Includes);

    private static string Refused(string path)
    {
        var message = Assert.Throws<NodeConfigurationException>(() => NodeConfiguration.Load(path)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
