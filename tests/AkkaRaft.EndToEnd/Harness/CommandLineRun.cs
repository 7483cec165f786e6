using System.Diagnostics;
using System.Text;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.EndToEnd.Harness;

/// <summary>What one run of the program printed and how it ended.</summary>
internal sealed record CommandLineRun(int ExitCode, string Output, string Error)
{
    /// <summary>What it printed, byte by byte.</summary>
    public byte[] OutputBytes { get; init; } = [];

    private static string Program => typeof(NodeProcess).Assembly.Location;

    /// <summary>Runs `akkaraft` to its end.</summary>
    public static Task<CommandLineRun> RunAsync(params string[] arguments) =>
        RunAsync(new ProcessStartInfo("dotnet", [Program, .. arguments]), null, arguments);

    /// <summary>Runs `akkaraft` to its end, with bytes as its standard input.</summary>
    public static Task<CommandLineRun> RunWithInputAsync(byte[] input, params string[] arguments) =>
        RunAsync(new ProcessStartInfo("dotnet", [Program, .. arguments]), input, arguments);

    /// <summary>Runs `akkaraft` to its end, with arguments as a shell makes them: in octal escapes they may have any bytes.</summary>
    public static Task<CommandLineRun> RunEscapedAsync(params string[] arguments) => RunAsync(
        new ProcessStartInfo(
            "sh", ["-c", $"exec dotnet '{Program}' {string.Join(' ', arguments.Select(argument => $"\"$(printf '%b' '{argument}')\""))}"]),
        null,
        arguments);

    private static async Task<CommandLineRun> RunAsync(ProcessStartInfo start, byte[]? input, string[] arguments)
    {
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (input is not null, true, true);
        using var process = Process.Start(start)!;
        using var outputBytes = new MemoryStream();
        var output = process.StandardOutput.BaseStream.CopyToAsync(outputBytes);
        var error = process.StandardError.ReadToEndAsync();
        if (input is not null)
        {
            await process.StandardInput.BaseStream.WriteAsync(input);
            process.StandardInput.Close();
        }

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

        await output;
        return new CommandLineRun(process.ExitCode, Encoding.UTF8.GetString(outputBytes.ToArray()), await error)
        {
            OutputBytes = outputBytes.ToArray(),
        };
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
