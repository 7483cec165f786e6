using AkkaRaft.Node.Configuration;

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
            include required(file("cluster.conf"))
            akka-raft { heartbeat = 60 ms }
            extra { include "parts/deep.conf" }
            """);

        var config = NodeConfiguration.Load(node);

        Assert.Equal(TimeSpan.FromMilliseconds(60), config.GetTimeSpan("akka-raft.heartbeat"));
        Assert.Equal(TimeSpan.FromMilliseconds(60), config.GetTimeSpan("akka-raft.election"));
        Assert.Equal("a # b", config.GetString("akka-raft.name"));
        Assert.Equal("include \"no.conf\"", config.GetString("akka-raft.deep"));
        Assert.Equal("include \"no.conf\"", config.GetString("extra.akka-raft.deep"));
    }

    [Fact]
    public void A_file_wins_over_what_it_included_before_and_loses_to_what_it_includes_behind()
    {
        Write("defaults.conf", "# Braces are welcome.\n{ a { x = 1, y = 1, list = [1, 2] }, b = 1 }");
        Write("cluster.conf", "a { x = 2, y = 2, list = [3] }\nb = 2");
        var before = Write("before.conf", "include \"cluster.conf\"\na.x = 3, a.list = [4]\nb = 3");
        var behind = Write("behind.conf", "a.x = 3\ninclude \"cluster.conf\"");
        var braces = Write("braces.conf", "include \"defaults.conf\"\nc = 3");

        var winner = NodeConfiguration.Load(before);

        Assert.Equal((3, 2, 3), (winner.GetInt("a.x"), winner.GetInt("a.y"), winner.GetInt("b")));
        Assert.Equal([4], winner.GetIntList("a.list"));
        Assert.Equal(2, NodeConfiguration.Load(behind).GetInt("a.x"));
        Assert.Equal((1, 3), (NodeConfiguration.Load(braces).GetInt("a.x"), NodeConfiguration.Load(braces).GetInt("c")));
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

        var config = NodeConfiguration.Load(node);

        Assert.Equal(256 * 1024, config.GetByteSize("size"));
        Assert.Equal(TimeSpan.FromSeconds(5), config.GetTimeSpan("wait"));
        Assert.Null(config.GetString("nothing"));
        Assert.Equal("a \"b\" \\ ${c} // # \n \u0001", config.GetString("text"));
        Assert.Equal("first \"line\"\nnext", config.GetString("raw"));
        Assert.Equal(1, config.GetValue("list")!.GetArray()[0].GetObject()!.GetKey("k.e y")!.GetInt());
        Assert.Equal([true, false], config.GetConfig("\"akka.tcp://sys@host:1\"").GetValue("x")!.GetArray()[0].GetBooleanList());
    }

    [Fact]
    public void The_environment_fills_in_what_the_file_leaves_to_it()
    {
        var name = $"AKKARAFT_SPEC_{Environment.ProcessId}";
        var node = Write("node.conf", $"port = 1\nport = ${{?{name}}}\nother = 2\nother = ${{?{name}_NOT}}");
        Environment.SetEnvironmentVariable(name, "4711");
        try
        {
            var config = NodeConfiguration.Load(node);

            Assert.Equal(4711, config.GetInt("port"));
            Assert.Equal(2, config.GetInt("other"));
        }
        finally
        {
            Environment.SetEnvironmentVariable(name, null);
        }
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
    public void A_malformed_file_is_told_with_its_place()
    {
        var node = Write("node.conf", "akka-raft {\n  heartbeat = ] # what?\n}");

        Assert.StartsWith($"{node}, line 2, column ", Refused(node), StringComparison.Ordinal);
    }

    [Fact]
    public void A_malformed_include_is_told_by_its_own_name()
    {
        var cluster = Write("cluster.conf", "akka-raft {\n");
        var node = Write("node.conf", "include \"cluster.conf\"");

        Assert.Contains(cluster, Refused(node), StringComparison.Ordinal);
    }

    [Fact]
    public void A_substitution_that_finds_nothing_is_told()
    {
        var node = Write("node.conf", "a = ${no.such.value}");

        Assert.Contains("no.such.value", Refused(node), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_includes_itself_is_told()
    {
        var one = Write("one.conf", "include \"two.conf\"");
        var two = Write("two.conf", "x { include \"./one.conf\" }");

        Assert.Equal($"{two}, line 1, column 5: {one} includes itself: {one} > {two} > {one}", Refused(one));
    }

    [Fact]
    public void Only_files_are_included()
    {
        var node = Write("node.conf", "include url(\"http://127.0.0.1/cluster.conf\")");

        Assert.Equal($"{node}, line 1, column 1: only files can be included, not \"http://127.0.0.1/cluster.conf\"", Refused(node));
    }

    [Theory]
    [InlineData("include = 1")]
    [InlineData("a = \"include \\\"x\\\"\"")]
    [InlineData("a = \"\"\"\ninclude \"x\"\n\"\"\"")]
    [InlineData("# include \"x\"")]
    [InlineData("// include \"x\"\na = 1")]
    [InlineData("a = do not include \"x\"")]
    [InlineData("not-include = 1\nincluded = 2")]
    [InlineData("a = \"open")]
    [InlineData("")]
    public void What_only_looks_like_an_include_is_none(string text) => Assert.Empty(IncludeStatement.In(text));

    [Fact]
    public void An_empty_file_is_told()
    {
        var node = Write("node.conf", "");

        Assert.StartsWith(node, Refused(node), StringComparison.Ordinal);
    }

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
