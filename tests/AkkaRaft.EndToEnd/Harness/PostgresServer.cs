using System.Diagnostics;
using Npgsql;

namespace AkkaRaft.EndToEnd.Harness;

/// <summary>
/// A PostgreSQL server of the test's own on a free port of the loopback interface. It ends with the test's process, however that ends.
/// </summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>The server's end is the end of this shell's input, which comes with the end of whoever holds the other end.</summary>
    private const string EndWithInput = "\"$@\" < /dev/null & server=$!; cat > /dev/null; kill -QUIT $server; wait";

    private readonly TemporaryFolder _folder = new();
    private readonly string _programs;
    private Process? _shell;

    private PostgresServer(string programs) => _programs = programs;

    public int Port { get; } = Ports.Free(1)[0];

    /// <summary>What stands for <c>akkaraft.postgres</c> in a node's configuration.</summary>
    public string ConnectionString => $"Host=127.0.0.1;Port={Port};Username=akkaraft";

    private string Data => Path.Combine(_folder.Path, "data");

    private string Log => Path.Combine(_folder.Path, "log");

    /// <summary>The text of <c>hocon/postgres.conf</c> for this server, to be laid over another node's file.</summary>
    public string Overrides =>
        File.ReadAllText(Path.Combine(Node.Hosting.ClusterFiles.HoconFolder, "postgres.conf"))
            .Replace("include \"cluster.conf\"", "", StringComparison.Ordinal)
        + $"\nakkaraft.postgres = \"{ConnectionString}\"\n";

    /// <summary>Makes a server, starts it and waits until it answers.</summary>
    public static async Task<PostgresServer> StartNewAsync()
    {
        var server = new PostgresServer(FindPrograms());
        try
        {
            if (Environment.IsPrivilegedProcess)
            {
                await RunAsync("chown", "postgres", server._folder.Path);
            }

            await RunAsync(server.AsItsUser("initdb", "--no-sync", "--auth=trust", "--username=akkaraft", "--pgdata", server.Data));
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The connection string of a node's journal.</summary>
    public string JournalOf(string node) => $"{ConnectionString};Database=akkaraft_{node}";

    /// <summary>Starts the server on its data and waits until it answers.</summary>
    public async Task StartAsync()
    {
        _shell?.Dispose();
        var command = AsItsUser(
            "postgres", "-D", Data, "-p", $"{Port}", "-h", "127.0.0.1", "-k", _folder.Path, "-c", "shared_buffers=32MB");
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, WorkingDirectory = _folder.Path };
        foreach (var argument in (string[])["-c", $"exec >> '{Log}' 2>&1; {EndWithInput}", "sh", .. command])
        {
            start.ArgumentList.Add(argument);
        }

        _shell = Process.Start(start)!;
        try
        {
            await Eventually.IsTrueAsync("PostgreSQL to answer", async () =>
            {
                try
                {
                    await ExecuteAsync("SELECT 1");
                    return true;
                }
                catch (NpgsqlException)
                {
                    return false;
                }
            });
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"PostgreSQL did not start. It said: {File.ReadAllText(Log)}", failure);
        }
    }

    /// <summary>Executes a statement.</summary>
    public async Task ExecuteAsync(string statement, string database = "postgres")
    {
        await using var connection = new NpgsqlConnection($"{ConnectionString};Database={database};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Ends the server and all its processes with SIGKILL and waits until they are gone.</summary>
    public async Task KillAsync()
    {
        var postmaster = int.Parse(File.ReadLines(Path.Combine(Data, "postmaster.pid")).First());
        var processes = (await ChildrenOfAsync(postmaster)).Prepend(postmaster).Select(Find).OfType<Process>().ToList();
        foreach (var process in processes)
        {
            process.Kill();
        }

        await Eventually.IsTrueAsync(
            "PostgreSQL's processes to end",
            () => Task.FromResult(processes.TrueForAll(process => process.HasExited || Find(process.Id) is null)));
        processes.ForEach(process => process.Dispose());
        await EndShellAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await EndShellAsync();
        _folder.Dispose();
    }

    private async Task EndShellAsync()
    {
        if (_shell is { } shell)
        {
            _shell = null;
            shell.StandardInput.Close();
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            try
            {
                await shell.WaitForExitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                shell.Kill(entireProcessTree: true);
            }

            shell.Dispose();
        }
    }

    /// <summary>PostgreSQL does not run as root. Unlike runuser, setpriv does not stay between the shell and it.</summary>
    private string[] AsItsUser(string program, params string[] arguments)
    {
        string[] command = [Path.Combine(_programs, program), .. arguments];
        return Environment.IsPrivilegedProcess
            ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", .. command]
            : command;
    }

    private static string FindPrograms()
    {
        const string debian = "/usr/lib/postgresql";
        var versions = Directory.Exists(debian)
            ? Directory.GetDirectories(debian)
                .OrderByDescending(version => double.TryParse(Path.GetFileName(version), out var number) ? number : 0)
            : Enumerable.Empty<string>();
        var folders = versions.Select(version => Path.Combine(version, "bin"))
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator));
        var found = folders.FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));
        Assert.True(
            found is not null,
            "PostgreSQL is not installed, and this test starts a server of its own: there is no initdb in /usr/lib/postgresql/*/bin"
            + " or in PATH. On Debian: apt-get install postgresql.");
        return found!;
    }

    private static async Task<IReadOnlyList<int>> ChildrenOfAsync(int parent)
    {
        var pairs = (await RunAsync("ps", "-axo", "pid=,ppid=")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return [.. pairs.Where(pair => int.Parse(pair[1]) == parent).Select(pair => int.Parse(pair[0]))];
    }

    private static Process? Find(int id)
    {
        try
        {
            return Process.GetProcessById(id);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static async Task<string> RunAsync(params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', command)} failed: {await output}{await error}");
        return await output;
    }
}
