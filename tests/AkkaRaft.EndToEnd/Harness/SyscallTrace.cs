using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace AkkaRaft.EndToEnd.Harness;

/// <summary>A system call of a traced process.</summary>
/// <param name="Name">Such as <c>fsync</c>.</param>
/// <param name="File">The name of its file, without a folder.</param>
/// <param name="Text">The whole line.</param>
/// <param name="Began">When it began.</param>
/// <param name="Ended">When it came back.</param>
internal sealed record Syscall(string Name, string File, string Text, DateTime Began, DateTime Ended);

/// <summary>Writes down how a running process writes and syncs its files, and makes its syncs slow or fail meanwhile.</summary>
internal sealed partial class SyscallTrace : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Process _strace;

    private SyscallTrace(int process, string inject)
    {
        var start = new ProcessStartInfo("strace") { RedirectStandardError = true };
        foreach (var argument in new[]
        {
            "-f", "-y", "-ttt", "-T", "-s", "5000", "-e", "trace=fsync,fdatasync,pwrite64", "-e", $"inject=fsync,fdatasync:{inject}",
            "-o", Output, "-p", $"{process}",
        })
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            _strace = Process.Start(start)!;
        }
        catch (Win32Exception failure)
        {
            throw new InvalidOperationException("This test looks at a node's system calls: install strace (Debian: apt-get install strace).", failure);
        }
    }

    private string Output => Path.Combine(_folder.Path, "trace");

    /// <summary>Begins to trace a process.</summary>
    /// <param name="process">The process.</param>
    /// <param name="inject">What happens to its syncs, in strace's words.</param>
    public static async Task<SyscallTrace> StartAsync(int process, string inject)
    {
        var trace = new SyscallTrace(process, inject);
        var first = await trace._strace.StandardError.ReadLineAsync();
        Assert.True(first?.Contains("attached", StringComparison.Ordinal) == true, $"strace says: {first}");
        _ = trace._strace.StandardError.ReadToEndAsync();
        return trace;
    }

    /// <summary>Ends the trace; the process goes on by itself.</summary>
    /// <returns>The calls, in the order in which they began.</returns>
    public async Task<IReadOnlyList<Syscall>> StopAsync()
    {
        await DetachAsync();
        var unfinished = new Dictionary<string, string>();
        var calls = new List<Syscall>();
        foreach (var line in await File.ReadAllLinesAsync(Output))
        {
            var thread = line.Split(' ', 2)[0];
            if (line.EndsWith("<unfinished ...>", StringComparison.Ordinal))
            {
                unfinished[thread] = line;
            }
            else if (Parse(line.Contains(" resumed>", StringComparison.Ordinal) && unfinished.Remove(thread, out var begun)
                ? begun + line[line.IndexOf(" resumed>", StringComparison.Ordinal)..]
                : line) is { } call)
            {
                calls.Add(call);
            }
        }

        return [.. calls.OrderBy(call => call.Began)];
    }

    public async ValueTask DisposeAsync()
    {
        await DetachAsync();
        _strace.Dispose();
        _folder.Dispose();
    }

    // Told to end, strace lets its process go; killed, it might take it along.
    private async Task DetachAsync()
    {
        if (!_strace.HasExited)
        {
            Signals.Interrupt(_strace.Id);
            await _strace.WaitForExitAsync();
        }
    }

    private static Syscall? Parse(string line)
    {
        var (head, end) = (Head().Match(line), End().Match(line));
        if (!head.Success || !end.Success)
        {
            return null;
        }

        var began = DateTime.UnixEpoch + Seconds(head.Groups["time"].Value);
        return new Syscall(
            head.Groups["name"].Value,
            Path.GetFileName(head.Groups["file"].Value),
            line,
            began,
            began + Seconds(end.Groups["took"].Value));
    }

    private static TimeSpan Seconds(string text) =>
        TimeSpan.FromTicks((long)(decimal.Parse(text, CultureInfo.InvariantCulture) * TimeSpan.TicksPerSecond));

    [GeneratedRegex(@"^\d+ +(?<time>[\d.]+) (?<name>\w+)\(\d+<(?<file>[^>]*)>")]
    private static partial Regex Head();

    [GeneratedRegex(@"<(?<took>[\d.]+)>$")]
    private static partial Regex End();
}
