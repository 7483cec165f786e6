using System.Text.Json;
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.EndToEnd.KeyValue;

/// <summary>Any bytes go in and come out on the command line as they are.</summary>
public sealed class BinaryValueTests
{
    private static readonly byte[] AllBytes = [.. Enumerable.Range(0, 256).Select(value => (byte)(255 - value))];

    [Fact]
    public async Task Bytes_from_a_file_or_standard_input_come_back_as_they_are()
    {
        await using var cluster = TestCluster.Start(nodes: 1);
        await cluster.SetAsync("text", "v\u00e4lue");
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "value");
        File.WriteAllBytes(file, AllBytes);

        string[] contact = ["--timeout", "60", "--contact", ContactPoint.ShortName(cluster.Nodes[0].Contact)];
        Succeeded(await CommandLineRun.RunAsync(["set", "from-file", "--file", file, .. contact]));
        Succeeded(await CommandLineRun.RunWithInputAsync([0xff, 0xfe], ["set", "from-input", "-", .. contact]));

        Assert.Equal(AllBytes, Succeeded(await CommandLineRun.RunAsync(["get", "from-file", "--raw", .. contact])).OutputBytes);
        var shown = Succeeded(await CommandLineRun.RunAsync(["get", "from-input", .. contact]));
        Assert.Equal("//4=\n", shown.Output);
        Assert.Contains("no text: its 2 bytes are shown in base64", shown.Error);
        var json = JsonDocument.Parse(Succeeded(await CommandLineRun.RunAsync(["get", "from-input", "--json", .. contact])).Output);
        Assert.Equal("//4=", json.RootElement.GetProperty("valueBase64").GetString());
        Assert.False(json.RootElement.TryGetProperty("value", out _));

        var lines = Succeeded(await CommandLineRun.RunAsync(["list", .. contact])).Output.Split('\n');
        Assert.Equal(
            [$"from-file =base64 {Convert.ToBase64String(AllBytes)}", "from-input =base64 //4=", "text = v\u00e4lue", ""], lines);
        var watched = Succeeded(await CommandLineRun.RunAsync(["watch", "from-input", "--from", "1", "--count", "1", .. contact]));
        Assert.EndsWith("set from-input =base64 //4=\n", watched.Output);
        var cas = await CommandLineRun.RunAsync(["cas", "from-input", "v", "--value", "\ufffd\ufffd", .. contact]);
        Assert.Equal(ExitCodes.Failure, cas.ExitCode);
        Assert.Contains("base64 //4=", cas.Error);
    }

    [Theory]
    [InlineData("set", "k", "\\0377\\0376")]
    [InlineData("get", "\\0377")]
    [InlineData("list", "\\0303")]
    public async Task An_argument_whose_bytes_are_no_text_is_refused_before_anything_is_asked(params string[] arguments) =>
        (await CommandLineRun.RunEscapedAsync([.. arguments, "--contact", "127.0.0.1:1"]))
            .AssertRefused(ExitCodes.WrongUse, $"Argument {arguments.Length} is no text", "--file");

    [Fact]
    public async Task A_value_may_begin_as_the_parser_s_response_files_do()
    {
        await using var cluster = TestCluster.Start(nodes: 1);
        await cluster.SetAsync("warm", "up");
        string[] contact = ["--timeout", "60", "--contact", ContactPoint.ShortName(cluster.Nodes[0].Contact)];
        Succeeded(await CommandLineRun.RunAsync(["set", "handle", "@file", .. contact]));
        Assert.Equal("@file", (await cluster.Session.KeyValue.GetAsync("handle"))!.Value.Text);
    }

    [Theory]
    [InlineData("either VALUE or --file", "set", "k", "v", "--file", "f")]
    [InlineData("cannot be read", "set", "k", "--file", "no-such-file")]
    [InlineData("do not go together", "get", "k", "--raw", "--json")]
    public async Task Wrong_use_is_told_in_one_line(string words, params string[] arguments) =>
        (await CommandLineRun.RunAsync(arguments)).AssertRefused(ExitCodes.WrongUse, words);

    private static CommandLineRun Succeeded(CommandLineRun run)
    {
        Assert.True(run.ExitCode == ExitCodes.Success, $"Exit code {run.ExitCode}: {run.Output}{run.Error}");
        return run;
    }
}
