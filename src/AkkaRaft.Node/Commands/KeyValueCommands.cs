using System.CommandLine;
using System.Text.Json;
using AkkaRaft.KeyValue;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.Node.Commands;

/// <summary><c>akkaraft set</c>, <c>get</c> and <c>delete</c>: one operation on the store.</summary>
internal static class KeyValueCommands
{
    public static Command CreateSet()
    {
        var key = KeyArguments.Key();
        var value = new ValueInput("The value.");
        var lease = KeyArguments.Lease();
        var timeToLive = Durations.Option(
            "--ttl", "Remove the key after this time, like 10s, unless it is set again: it gets a lease of its own.");
        var command = new Command("set", "Gives a key a value, and returns when a majority has it on disk.")
        {
            key, lease, timeToLive,
        };
        value.AddTo(command);
        command.Validators.Add(result =>
        {
            if (value.Count(result) != 1)
            {
                result.AddError("set needs either VALUE or --file.");
            }
        });
        var options = new ClientOptions().AddTo(command);
        command.Excludes("with --ttl the key gets a lease of its own", lease, timeToLive);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var session = options.StartSession(parsed);
            var bytes = await value.ReadAsync(parsed, session.MaxRequestBytes, cancellation) ?? ValueBytes.Empty;
            var leaseId = parsed.GetValue(timeToLive) is { } time
                ? (await session.KeyValue.GrantLeaseAsync(time, cancellation)).Id
                : parsed.GetValue(lease) ?? 0;
            Print(options, parsed, await session.KeyValue.SetAsync(
                parsed.GetRequiredValue(key), bytes, leaseId, cancellation));
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
            var written = await session.KeyValue.DeleteAsync(name, cancellation);
            Print(options, parsed, written, written.Existed ? "" : $" '{name}' had no value.");
            return ExitCodes.Success;
        });
        return command;
    }

    public static Command CreateGet()
    {
        var key = KeyArguments.Key();
        var raw = new Option<bool>("--raw") { Description = "Write the value's bytes as they are, and nothing behind them." };
        var consistency = ConsistencyOption.Create();
        var command = new Command(
            "get", "Prints a key's value; exit code 1 if it has none. The read is linearizable unless --consistency says otherwise.")
        {
            key, raw, consistency,
        };
        var options = new ClientOptions().AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(raw) && options.Json(result))
            {
                result.AddError("--raw and --json do not go together.");
            }
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            var name = parsed.GetRequiredValue(key);
            var contacts = options.Contacts(parsed);
            await using var session = options.StartSession(parsed);
            var asked = parsed.GetValue(consistency);
            var read = await session.KeyValue.GetAsync(name, asked, contacts is [var only] ? only : null, cancellation);
            if (asked == Consistency.Local)
            {
                Console.Error.WriteLine("Read from one node's own state: it may be old, without a bound.");
            }

            if (options.Json(parsed))
            {
                Console.WriteLine(JsonSerializer.Serialize(KeyOutput.ToJson(name, read)));
            }
            else if (read is not null)
            {
                await PrintValueAsync(read.Value, parsed.GetValue(raw), cancellation);
            }
            else
            {
                Console.Error.WriteLine($"'{name}' has no value.");
            }

            return read is not null ? ExitCodes.Success : ExitCodes.Failure;
        });
        return command;
    }

    // Standard output does not tell bytes in base64 from a text that looks alike, so standard error does.
    private static async Task PrintValueAsync(ValueBytes value, bool raw, CancellationToken cancellation)
    {
        if (raw)
        {
            await using var output = Console.OpenStandardOutput();
            await output.WriteAsync(value.Memory, cancellation);
            return;
        }

        Console.WriteLine(KeyOutput.TextOf(value));
        if (!value.IsText)
        {
            Console.Error.WriteLine($"The value is no text: its {value.Length} bytes are shown in base64. --raw writes them as they are.");
        }
    }

    private static void Print(ClientOptions options, ParseResult parsed, KeyWritten written, string note = "") =>
        Console.WriteLine(options.Json(parsed)
            ? JsonSerializer.Serialize(new { committed = true, revision = written.Revision, existed = written.Existed })
            : $"Committed at revision {written.Revision}.{note}");
}
