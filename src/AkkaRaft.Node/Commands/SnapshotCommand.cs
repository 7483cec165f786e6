using System.CommandLine;
using System.Text.Json;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.Node.Commands;

/// <summary><c>akkaraft snapshot</c>: the snapshots on the nodes' disks.</summary>
internal static class SnapshotCommand
{
    public static Command Create() => new("snapshot", "Manages the snapshots on the nodes' disks.") { CreateTake() };

    private static Command CreateTake()
    {
        var command = new Command(
            "take", "Has each contact take a snapshot of all that it has applied, and cut its log; for a copy to keep, see backup.");
        var options = new ClientOptions().AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var json = options.Json(parsed);
            await using var session = options.StartSession(parsed);
            var failures = new List<Exception>();
            foreach (var contact in options.Contacts(parsed))
            {
                using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                deadline.CancelAfter(options.Timeout(parsed));
                try
                {
                    var status = await session.Client.TakeSnapshotAsync(contact, deadline.Token);
                    Console.WriteLine(json
                        ? JsonSerializer.Serialize(new { node = status.Server.Value, snapshot = status.SnapshotIndex.Value })
                        : $"{status.Server} has a snapshot of all entries up to {status.SnapshotIndex}.");
                }
                catch (Exception failure) when (failure is ContactUnreachableException or InvalidOperationException)
                {
                    failures.Add(failure);
                }
                catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
                {
                    failures.Add(new TimeoutException(
                        $"{ContactPoint.ShortName(contact)} did not get it done within {options.Timeout(parsed).TotalSeconds:0.#} s;"
                            + " it may go on."));
                }
            }

            return failures.Count == 0
                ? ExitCodes.Success
                : throw new NodeException(string.Join(' ', failures.Select(failure => failure.Message)), ExitCodes.Failure);
        });
        return command;
    }
}
