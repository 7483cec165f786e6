using System.Diagnostics;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.EndToEnd.Harness;

/// <summary>What one run of the program printed and how it ended.</summary>
internal sealed record CommandLineRun(int ExitCode, string Output, string Error)
{
    /// <summary>Runs `akkaraft` to its end.</summary>
    public static async Task<CommandLineRun> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(NodeProcess).Assembly.Location);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            Assert.Fail($"akkaraft {string.Join(' ', arguments)} did not end within a minute.");
        }

        return new CommandLineRun(process.ExitCode, await output, await error);
    }

    /// <summary>Asserts that the program refused with one line that holds all of the words.</summary>
    public void AssertRefused(int exitCode, params string[] words)
    {
        Assert.True(ExitCode == exitCode, $"Exit code {ExitCode}, not {exitCode}. It printed: {Output}{Error}");
        var line = Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        foreach (var word in words)
        {
            Assert.Contains(word, line);
        }
    }
}
