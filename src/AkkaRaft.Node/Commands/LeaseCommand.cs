using System.CommandLine;
using System.Text.Json;
using AkkaRaft.KeyValue;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.Node.Commands;

/// <summary><c>akkaraft lease</c>: leases, which keys are attached to.</summary>
internal static class LeaseCommand
{
    private const int RenewalsPerTimeToLive = 3;

    public static Command Create() => new("lease", "Grants, renews, shows and revokes leases, which keys are attached to.")
    {
        CreateGrant(), CreateKeepAlive(), CreateShow(), CreateRevoke(),
    };

    private static Command CreateGrant()
    {
        var timeToLive = Durations.Argument("TTL", "For how long, like 10s; from a second to a year.");
        var command = new Command("grant", "Grants a lease and prints its id.") { timeToLive };
        var options = new ClientOptions().AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(options, parsed, async store =>
        {
            var granted = await store.GrantLeaseAsync(parsed.GetValue(timeToLive), cancellation);
            Print(options, parsed, $"{granted.Id}", new { id = granted.Id, timeToLiveSeconds = granted.TimeToLive.TotalSeconds });
        }));
        return command;
    }

    private static Command CreateKeepAlive()
    {
        var id = Id();
        var once = new Option<bool>("--once") { Description = "Renew it once and end." };
        var command = new Command("keep-alive", "Renews a lease until Ctrl-C.") { id, once };
        var options = new ClientOptions().AddTo(command);
        command.SetAction((parsed, _) => RunAsync(options, parsed, isForOneCommand: parsed.GetValue(once), action: async store =>
        {
            using var interrupts = new Interrupts();
            var lease = parsed.GetValue(id);
            do
            {
                var timeToLive = await store.KeepLeaseAliveAsync(lease, interrupts.Token);
                Print(
                    options,
                    parsed,
                    $"Lease {lease} is renewed for {timeToLive.TotalSeconds:0.###} s.",
                    new { id = lease, timeToLiveSeconds = timeToLive.TotalSeconds });
                if (!parsed.GetValue(once))
                {
                    await Task.Delay(timeToLive / RenewalsPerTimeToLive, interrupts.Token)
                        .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
            while (!parsed.GetValue(once) && !interrupts.Token.IsCancellationRequested);
        }));
        return command;
    }

    private static Command CreateShow()
    {
        var id = Id();
        var command = new Command("show", "Shows the remaining time of a lease, and how many keys are attached to it.") { id };
        var options = new ClientOptions().AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(options, parsed, async store =>
        {
            var read = await store.GetLeaseAsync(parsed.GetValue(id), cancellation);
            Print(
                options,
                parsed,
                $"{read.Remaining.TotalSeconds:0.###} s of {read.TimeToLive.TotalSeconds:0.###} s are left;"
                    + $" {read.Keys} keys are attached to it.",
                new
                {
                    id = parsed.GetValue(id),
                    timeToLiveSeconds = read.TimeToLive.TotalSeconds,
                    remainingSeconds = read.Remaining.TotalSeconds,
                    keys = read.Keys,
                });
        }));
        return command;
    }

    private static Command CreateRevoke()
    {
        var id = Id();
        var command = new Command("revoke", "Ends a lease and removes its keys.") { id };
        var options = new ClientOptions().AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(options, parsed, async store =>
        {
            var lease = parsed.GetValue(id);
            var revoked = await store.RevokeLeaseAsync(lease, cancellation);
            if (!revoked.Found)
            {
                throw new LeaseLostException(lease);
            }

            Print(options, parsed, $"Removed {revoked.RemovedKeys} keys.", new { id = lease, removedKeys = revoked.RemovedKeys });
        }));
        return command;
    }

    private static Argument<long> Id() => Numbers.Argument("ID", "The lease's id.", 1, long.MaxValue);

    private static async Task<int> RunAsync(
        ClientOptions options, ParseResult parsed, Func<KeyValueClient, Task> action, bool isForOneCommand = true)
    {
        await using var session = options.StartSession(parsed, isForOneCommand);
        await action(session.KeyValue);
        return ExitCodes.Success;
    }

    private static void Print(ClientOptions options, ParseResult parsed, string text, object json) =>
        Console.WriteLine(options.Json(parsed) ? JsonSerializer.Serialize(json) : text);
}
