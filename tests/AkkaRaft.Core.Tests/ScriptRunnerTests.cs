using AkkaRaft.Core.Tests.Scripts;

namespace AkkaRaft.Core.Tests;

/// <summary>The runner of the scripts itself: it bites, and says where.</summary>
public class ScriptRunnerTests
{
    private const string Script = """
        # Who leads?
        options pre-vote=off
        servers 3
        ----
        ok

        # s1 campaigns.
        elect s1 quiet
        status s1
        ----
        s1: Candidate in term 1, leader none
        s1: Leader in term 1, leader s1
        server  role    term  vote  leader  last  commit  applied
        s1      Leader  1     s1    s1      1     1       1

        """;

    [Fact]
    public void A_script_that_gives_what_was_recorded_passes() => ScriptRunner.Check("script.txt", Script);

    [Fact]
    public void A_line_that_is_another_fails_with_its_place_both_texts_and_the_way_to_record_it()
    {
        var failure = Assert.Throws<ScriptException>(
            () => ScriptRunner.Check("script.txt", Script.Replace("s1: Leader in term 1", "s1: Leader in term 2")));

        Assert.StartsWith("script.txt:12: the output is another than was recorded.", failure.Message);
        Assert.Contains("  expected: s1: Leader in term 2, leader s1\n  actual:   s1: Leader in term 1, leader s1\n", failure.Message);
        Assert.Contains("  commands: elect s1 quiet; status s1\n", failure.Message);
        Assert.Contains("    > s1: Leader in term 1, leader s1\n", failure.Message);
        Assert.Contains("AKKARAFT_RECORD=1 dotnet test tests/AkkaRaft.Core.Tests", failure.Message);
    }

    [Theory]
    [InlineData("s1      Leader  1     s1    s1      1     1       1\n", "", "expected: (the output ends)")]
    [InlineData("leader s1\n", "leader s1\none more\n", "expected: one more")]
    [InlineData("----\nok\n", "", "expected: (the output ends)")]
    public void So_does_a_line_that_is_missing_or_too_much(string recorded, string changed, string message)
    {
        var failure = Assert.Throws<ScriptException>(() => ScriptRunner.Check("script.txt", Script.Replace(recorded, changed)));

        Assert.Contains(message, failure.Message);
    }

    [Fact]
    public void Recording_gives_the_script_with_its_output_and_keeps_the_prose()
    {
        var withoutOutput = string.Join("\n", Script.Split('\n').Where(line => line.Length == 0 || line.StartsWith('#') || !IsOutput(line)));

        var (text, error) = ScriptRunner.Record("script.txt", withoutOutput);

        Assert.Null(error);
        Assert.Equal(Script, text);
        Assert.Equal(Script, ScriptRunner.Record("script.txt", Script).Text);

        static bool IsOutput(string line) => line == "ok" || line == "----" || line.StartsWith("s1") || line.StartsWith("server ");
    }

    [Fact]
    public void A_command_may_go_on_in_the_next_line() =>
        ScriptRunner.Check("script.txt", "servers 2 s1=1,1 \\\n    s2=1\n----\nindex  1  2\ns1     1  1\ns2     1\n");

    [Theory]
    [InlineData("delivr all", "there is no command 'delivr'; the commands are options, servers, ")]
    [InlineData("timeout", "'timeout' lacks a server\n  right would be: timeout SERVER")]
    [InlineData("timeout s4", "there is no s4; there are s1, s2, s3")]
    [InlineData("timeout you", "'you' is no server; servers are s1, s2 and so on")]
    [InlineData("timeout s1 s2", "'s2' is too much\n  right would be: timeout SERVER")]
    [InlineData("heartbeat s1", "the Heartbeat timer of s1 is not set")]
    [InlineData("deliver s1-s2", "'s1-s2' is no way; ways are s1->s2, s1->*, *->s2 and *->*")]
    [InlineData("deliver all letter", "'letter' is none of the kinds pre-vote, ")]
    [InlineData("deliver all vote", "there is no such message; there are none")]
    [InlineData("options pre-vote=maybe", "'maybe' is neither on nor off")]
    [InlineData("options prevote=on", "there is no option 'prevote'; the options are election-timeout-min, ")]
    [InlineData("options heartbeat-interval=5", "'5' is no time; times are whole milliseconds, such as 100ms")]
    [InlineData("options max-batch-entries=few", "'few' is no number")]
    [InlineData("servers 3", "there are servers already; 'join' adds one")]
    [InlineData("join s1", "there is an s1 already; 'restart s1' starts it again")]
    [InlineData("read s1 twice", "'twice' is none of linearizable, linearizable-local, local, stale, at-index")]
    [InlineData("read s1 stale", "a stale read lacks max-age=TIME")]
    [InlineData("change s1 drop s2", "'drop' is none of add, add-learner, promote, remove")]
    [InlineData("disk s1 slow", "'slow' is none of stall, catch-up, full, free")]
    [InlineData("elect s1 hastily", "'hastily' is too much\n  right would be: elect SERVER")]
    public void What_cannot_be_run_is_an_error_that_says_what_would_be_right(string command, string message)
    {
        var failure = Assert.Throws<ScriptException>(() => ScriptRunner.Check("script.txt", $"servers 3\n----\nok\n\n{command}\n----\nok\n"));

        Assert.StartsWith($"script.txt:5: {message}", failure.Message);
    }

    [Fact]
    public void A_server_that_is_down_is_not_told_anything()
    {
        var failure = Assert.Throws<ScriptException>(() => ScriptRunner.Check("script.txt", "servers 3\ncrash s1 quiet\ntimeout s1\n----\n"));

        Assert.StartsWith("script.txt:3: s1 is down; 'restart s1' starts it", failure.Message);
    }

    /// <summary>Leader Completeness: a voter that does not compare logs elects one that lacks what is committed.</summary>
    [Fact]
    public void A_broken_property_of_figure_3_fails_whatever_was_recorded()
    {
        var cluster = new ScriptCluster(FaultyRules.Of(RaftFault.SkipUpToDateCheck));
        Run("options pre-vote=off check-quorum=off", "servers 3", "elect s1", "cut s3", "propose s1 x", "settle", "cut s1", "heal s2 s3");

        var failure = Assert.Throws<ScriptException>(() => Run("elect s3"));

        Assert.Contains("Leader Completeness does not hold: s3 lacks 2/1 x of term 1", failure.Message);

        void Run(params string[] commands) =>
            Array.ForEach(commands, command => ScriptCommands.Run(new ScriptLine("script.txt", 1, command), cluster));
    }

    [Fact]
    public void The_page_on_testing_has_all_commands()
    {
        var page = File.ReadAllText(Path.Combine(ScriptRunner.Folder, "..", "..", "..", "docs", "testing.md"));

        Assert.All(ScriptCommands.Names, name => Assert.Contains($"`{name}", page));
    }
}
