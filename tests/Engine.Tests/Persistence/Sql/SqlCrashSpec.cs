using System.Diagnostics;
using System.Globalization;
using Akka.Actor;
using Akka.Persistence;

namespace Engine.Tests.Persistence.Sql;

/// <summary>A process is killed in the midst of its writes: everything it was told is stored is there, in order.</summary>
public sealed class SqlCrashSpec : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("sql-crash-").FullName;

    private string DatabaseFile => Path.Combine(_directory, "test.db");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_killed_process_loses_nothing_that_was_acknowledged()
    {
        var acknowledged = 0L;
        foreach (var enough in new[] { 1, 500, 3000 })
        {
            acknowledged = await WriteAndKill(acknowledged + enough);
            var stored = await Stored();
            Assert.True(stored.Count >= acknowledged, $"{acknowledged} were acknowledged, {stored.Count} are stored");
            Assert.Equal(Enumerable.Range(1, stored.Count).Select(n => $"{n}"), stored);
            acknowledged = stored.Count;
        }
    }

    /// <summary>Lets a process write until that number is acknowledged, kills it, and answers the last one it told.</summary>
    private async Task<long> WriteAndKill(long until)
    {
        using var deadline = new CancellationTokenSource(Patience);
        using var process = Process.Start(new ProcessStartInfo(
            Environment.ProcessPath!, ["exec", typeof(SqlCrashSpec).Assembly.Location, "journal-writer", DatabaseFile])
        {
            RedirectStandardOutput = true,
        })!;
        var last = 0L;
        var killed = false;
        while (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
        {
            last = long.Parse(line, CultureInfo.InvariantCulture);
            if (last >= until && !killed)
            {
                process.Kill();
                killed = true;
            }
        }

        await process.WaitForExitAsync(deadline.Token);
        Assert.True(killed, $"the process ended by itself with {process.ExitCode} after {last}");
        return last;
    }

    private async Task<List<string>> Stored()
    {
        using var system = JournalWriter.System(DatabaseFile);
        var probe = new Probe(system);
        Action<Scripted, object> idle = (_, _) => { };
        system.ActorOf(Props.Create(() => new Scripted("writer", probe.Ref, idle)));
        var stored = new List<string>();
        while (await probe.Expect<object>() is Note note)
            stored.Add(note.Text);
        await system.Terminate();
        return stored;
    }
}
