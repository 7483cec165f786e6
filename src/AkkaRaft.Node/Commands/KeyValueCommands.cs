using System.CommandLine;
using System.Text.Json;
using AkkaRaft.Node.Hosting;
using AkkaRaft.Node.KeyValue;

namespace AkkaRaft.Node.Commands;

/// <summary><c>akkaraft set</c>, <c>get</c> and <c>delete</c>: one operation on the cluster, then the end.</summary>
internal static class KeyValueCommands
{
    public static Command CreateSet()
    {
        var key = KeyArguments.Key();
        var value = new Argument<string>("VALUE") { Description = "The value." };
        var lease = KeyArguments.Lease();
        var timeToLive = Durations.Option(
            "--ttl", "Let the key vanish after this time, like 10s, unless it is set again: a lease of its own.");
        var command = new Command("set", "Gives a key a value, and returns when a majority has it on disk.")
        {
            key, value, lease, timeToLive,
        };
        var options = new ClientOptions().AddTo(command);
        command.Excludes("with --ttl the key gets a lease of its own", lease, timeToLive);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var session = options.StartSession(parsed);
            var leaseId = parsed.GetValue(timeToLive) is { } time
                ? (await session.KeyValue.GrantLeaseAsync(time, cancellation)).Id
                : parsed.GetValue(lease) ?? 0;
            Print(options, parsed, await session.KeyValue.SetAsync(
                parsed.GetRequiredValue(key), parsed.GetRequiredValue(value), leaseId, cancellation));
            return ExitCodes.Success;
        });
        return command;
    }

    public static Command CreateDelete()
    {
        var key = KeyArguments.Key();
        var command = new Command("delete", "Removes a key, and returns when a majority has that on disk.") { key };
        var options = new ClientOptions().AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var session = options.StartSession(parsed);
            var name = parsed.GetRequiredValue(key);
            var committed = await session.Client.ProposeAsync<KeyWritten>(new DeleteKey(name), cancellation);
            Print(options, parsed, committed.Result, committed.Result.Existed ? "" : $" '{name}' had no value.");
            return ExitCodes.Success;
        });
        return command;
    }

    public static Command CreateGet()
    {
        var key = KeyArguments.Key();
        var consistency = ConsistencyOption.Create();
        var command = new Command(
            "get", "Prints a key's value; exit code 1 if it has none. The read is linearizable unless --consistency says otherwise.")
        {
            key, consistency,
        };
        var options = new ClientOptions().AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var name = parsed.GetRequiredValue(key);
            var contacts = options.Contacts(parsed);
            await using var session = options.StartSession(parsed);
            var asked = parsed.GetValue(consistency);
            var read = await session.Client.QueryAsync<KeyRead>(
                new GetKey(name), asked, contacts is [var only] ? only : null, cancellation);
            if (asked == Consistency.Local)
            {
                Console.Error.WriteLine("Read from one node's own state: it may be old, without a bound.");
            }

            if (options.Json(parsed))
            {
                Console.WriteLine(read.Found
                    ? JsonSerializer.Serialize(new { key = name, found = true, value = read.Value, revision = read.Revision })
                    : JsonSerializer.Serialize(new { key = name, found = false }));
            }
            else if (read.Found)
            {
                Console.WriteLine(read.Value);
            }
            else
            {
                Console.Error.WriteLine($"'{name}' has no value.");
            }

            return read.Found ? ExitCodes.Success : ExitCodes.Failure;
        });
        return command;
    }

    private static void Print(ClientOptions options, ParseResult parsed, KeyWritten written, string note = "") =>
        Console.WriteLine(options.Json(parsed)
            ? JsonSerializer.Serialize(new { committed = true, revision = written.Revision, existed = written.Existed })
            : $"Committed at revision {written.Revision}.{note}");
}
