using AkkaRaft.Node.Commands;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.EndToEnd.Commands;

/// <summary>Whatever is typed ends in one line that says what is wrong and what would be right, and never in a stack trace.</summary>
public sealed class ArgumentsTests
{
    private const int Vectors = 100;

    private static readonly string[] Commands =
    [
        "set", "get", "delete", "cas", "list", "status", "transfer", "backup", "restore", "recover", "inspect", "node", "watch", "cluster",
        "member list", "member add", "member remove", "member promote", "member move", "member", "lease grant", "lease keep-alive",
        "lease show", "lease revoke", "lease", "endpoint health", "endpoint", "sett", "",
    ];

    private static readonly string[] Words =
    [
        "k", "v", "", " ", "@file", "-5", "--", "5", "10s", "0.00001ms", "soon", "\0", "\ud800", "a\nb", "node4", "127.0.0.1:1",
        "http://127.0.0.1:4051", "[x]", "{\"a\":1}", "--json", "--help", "--version", "/dev/null", ".",
    ];

    private static readonly string[] Contacts =
    [
        "127.0.0.1:1", "localhost:1", "[::1]:1", "::1:1", "http://127.0.0.1:4051", "a:1,b:2", "a:", ":1", "a:99999", "a b:1", "",
        " ", "\0:1", "akka.tcp://", "akka.tcp://x", "akka.tcp://@127.0.0.1:1", "akka.tcp://a@127.0.0.1:1/user/raft",
        "akka.tcp://a@127.0.0.1:1/%", "akka.ssl.tcp://a@127.0.0.1:1", "akka://a/user", "akka.udp://a@127.0.0.1:1", "akka.tcp://a@127.0.0.1:0",
        "akka.tcp://a b@127.0.0.1:1",
    ];

    private static readonly string[] Numbers =
        ["5", "0", "-1", "abc", "", "NaN", "1e9", "9223372036854775808", "0.05", "1,5", "∞", "soon", "10s", "0.00001ms"];

    private static readonly string[] Consistencies =
        ["linearizable", "local", "stale:1s", "stale:0.00001ms", "stale:", "index:1", "index:-1", "index:99999999999999999999", "", ":"];

    private static readonly string[] Files = ["no-such-file", "", "\0", ".", "/dev/null", "no/such/folder"];

    private static readonly (string Name, string[] Values)[] Options =
    [
        ("--contact", Contacts), ("--timeout", Numbers), ("--consistency", Consistencies), ("--lease", Numbers), ("--ttl", Numbers),
        ("--from", Numbers), ("--count", Numbers), ("--revision", Numbers), ("--value", Words), ("--cluster-id", Words),
        ("--tls-ca", Files), ("--tls-cert", Files), ("--tls-key", Files), ("--config", Files), ("--data", Files), ("--journal", Files),
        ("--set", Words), ("--id", Words), ("--port", Numbers), ("--nodes", Numbers), ("--json", []), ("--absent", []), ("--delete", []),
        ("--learner", []), ("--no-wait", []), ("--once", []), ("--output", []), ("--i-accept-data-loss", []), ("--no-such-option", []),
    ];

    /// <summary>The first four ended in a stack trace and exit code 134.</summary>
    [Theory]
    [InlineData("Leave out what stands ahead of the host", "get", "k", "--contact", "http://127.0.0.1:4051")]
    [InlineData("Separate several by spaces", "get", "k", "--contact", "a:1,b:2")]
    [InlineData("'abc' for --timeout is no number from 0.001 to 3600", "get", "k", "--timeout", "abc")]
    [InlineData("stale:200ms", "get", "k", "--consistency", "stale:0.00001ms")]
    [InlineData("is another name of the node", "get", "k", "--contact", "127.0.0.1:1", "akka.tcp://other@127.0.0.1:1")]
    [InlineData("FILE must not be empty", "backup", "")]
    [InlineData("NODE must not be empty", "transfer", "")]
    [InlineData("'abc' for --nodes is no whole number from 1 to 9", "cluster", "--nodes", "abc")]
    [InlineData("'99999' for --port is no whole number from 1 to 65535", "node", "--config", "x", "--port", "99999")]
    [InlineData("--contact takes all words behind it", "get", "--contact", "127.0.0.1:1", "k")]
    [InlineData("akkaraft transfer [NODE]", "transfer", "a", "b")]
    public async Task Wrong_arguments_are_told_with_what_would_be_right(string words, params string[] arguments)
    {
        var (exitCode, error) = await RunAsync(arguments);

        Assert.Equal(ExitCodes.WrongUse, exitCode);
        Assert.Contains(words, error);
    }

    /// <summary>Once the latter of each pair was dropped and nothing said.</summary>
    [Theory]
    [InlineData("--lease", "set", "k", "v", "--lease", "5", "--ttl", "10s")]
    [InlineData("--delete", "cas", "k", "--delete", "--if-value", "v", "--lease", "5")]
    [InlineData("--if-absent", "cas", "k", "--delete", "--if-absent")]
    [InlineData("--id", "node", "--config", "x", "--id", "a", "--set", "akka-raft.server-id=b")]
    [InlineData("--port", "node", "--config", "x", "--port", "1", "--set", "akka.remote.dot-netty.tcp.port = 2")]
    public async Task Options_that_exclude_each_other_are_refused(string option, params string[] arguments)
    {
        var (exitCode, error) = await RunAsync(arguments);

        Assert.Equal(ExitCodes.WrongUse, exitCode);
        Assert.Contains($"{option} and", error);
        Assert.Contains("exclude each other", error);
    }

    [Fact]
    public async Task A_journal_elsewhere_does_not_go_with_the_file_of_a_snapshot()
    {
        using var folder = new Harness.TemporaryFolder();
        var (exitCode, error) = await RunAsync(["inspect", folder.File("snapshot", ""), "--journal", "Host=x"]);

        Assert.Equal(ExitCodes.WrongUse, exitCode);
        Assert.Contains("--journal", error);
    }

    /// <summary>Once it was taken for a file with further arguments.</summary>
    [Fact]
    public void A_value_may_begin_with_an_at_sign() => Assert.Empty(CommandLine.Parse(["set", "k", "@home"]).Errors);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task No_arguments_end_in_a_fault_of_the_program(int seed)
    {
        var random = new Random(seed);
        for (var vector = 0; vector < Vectors; vector++)
        {
            var arguments = Draw(random);
            if (RunsUntilStopped(arguments))
            {
                continue;
            }

            var (exitCode, error) = await RunAsync(arguments);

            var told = $"[{string.Join(", ", arguments.Select(word => $"\"{word}\""))}] ended with {exitCode}: {error}";
            Assert.True(exitCode is >= ExitCodes.Success and <= ExitCodes.InDoubt, told);
            var lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
            Assert.True(lines == 1 || (lines == 0 && (exitCode != ExitCodes.WrongUse || arguments.Length == 0)), told);
        }
    }

    /// <summary>What nobody has thought of is told in one line, too, with the command and its arguments.</summary>
    [Fact]
    public async Task A_fault_of_the_program_is_told_in_one_line()
    {
        var (exitCode, error) = await RunAsync(["get", null!]);

        Assert.Equal(ExitCodes.Fault, exitCode);
        Assert.Contains("fault of akkaraft", error);
        Assert.Contains("'get'", error);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static string[] Draw(Random random)
    {
        List<string> arguments = [.. Pick(Commands).Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        for (var left = random.Next(4); left > 0; left--)
        {
            arguments.Add(Pick(Words));
        }

        for (var left = random.Next(4); left > 0; left--)
        {
            var (name, values) = Pick(Options);
            arguments.AddRange(values.Length == 0 ? [name] : [name, Pick(values)]);
        }

        return random.Next(4) == 0 ? [.. arguments] : [.. arguments, "--contact", "127.0.0.1:1", "--timeout", "0.05"];

        T Pick<T>(T[] from) => from[random.Next(from.Length)];
    }

    /// <summary>These would run for ever where nothing is wrong.</summary>
    private static bool RunsUntilStopped(string[] arguments) =>
        arguments is ["cluster" or "watch", ..] && CommandLine.Parse(arguments).Errors.Count == 0;

    private static async Task<(int ExitCode, string Error)> RunAsync(string[] arguments)
    {
        var error = new StringWriter();
        return (await CommandLine.RunAsync(arguments, error), error.ToString());
    }
}
