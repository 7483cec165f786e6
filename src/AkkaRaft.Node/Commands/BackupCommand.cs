using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using AkkaRaft.Node.Hosting;
using AkkaRaft.Snapshots;

namespace AkkaRaft.Node.Commands;

/// <summary><c>akkaraft backup</c>: the state of a running cluster at one index, in a file.</summary>
internal static class BackupCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The file; it must not be there." }.NotEmpty();
        var command = new Command("backup", "Writes the state of a running cluster, as of one index, to a file, and checks it.") { file };
        var options = new ClientOptions().AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(options, parsed, parsed.GetRequiredValue(file), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ClientOptions options, ParseResult parsed, string file, CancellationToken cancellation)
    {
        var path = Path.GetFullPath(file);
        if (Path.Exists(path))
        {
            throw new NodeException($"{path} is there already.", ExitCodes.WrongUse);
        }

        await using var session = options.StartSession(parsed);
        var server = await FindServerAsync(session.Client, options.Contacts(parsed), options.Timeout(parsed), cancellation);
        BackupSummary summary;
        try
        {
            using var target = new DurableFile(path + ".unfinished");
            summary = await session.Client.BackupAsync(target, server, cancellation);
            target.Keep(path);
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new NodeException($"{path} cannot be written: {failure.Message}", ExitCodes.Failure, failure);
        }

        var backup = InspectedSnapshot.Read(path);
        if (backup.Fault is { } fault)
        {
            throw new NodeException($"{path} is damaged: {fault}", ExitCodes.Failure);
        }

        Console.WriteLine(options.Json(parsed)
            ? JsonSerializer.Serialize(new
            {
                file = path,
                index = summary.Index.Value,
                term = summary.Term.Value,
                sizeBytes = summary.SizeBytes,
                sha256 = summary.Checksum,
                digest = backup.Digest,
            })
            : $"{path}: all up to index {summary.Index}, {summary.SizeBytes} bytes from {ContactPoint.ShortName(server)},"
                + " read back and checked.");
        return ExitCodes.Success;
    }

    /// <summary>Finds a follower, to spare the leader the work; the leader where no follower answers.</summary>
    private static async Task<string> FindServerAsync(
        RaftClient client, IReadOnlyList<string> contacts, TimeSpan timeout, CancellationToken cancellation)
    {
        var tried = Stopwatch.StartNew();
        while (tried.Elapsed < timeout)
        {
            var found = await Task.WhenAll(contacts.Select(async contact =>
                (Contact: contact, Status: await StatusReport.AskAsync(client, contact, cancellation))));
            var able = found.Where(server => server.Status is { Down: null, Leader: not null });
            if (able.OrderBy(server => server.Status!.Role == Core.RaftRole.Leader).FirstOrDefault().Contact is { } best)
            {
                return best;
            }
        }

        throw new NodeException(
            $"In {timeout.TotalSeconds:0.#} s no server answered that has a leader:"
                + $" {string.Join(", ", contacts.Select(ContactPoint.ShortName))}.",
            ExitCodes.Failure)
        {
            Unresponsive = contacts,
        };
    }
}
