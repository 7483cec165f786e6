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
        var key = Key();
        var value = new Argument<string>("VALUE") { Description = "The value." };
        var command = new Command("set", "Gives a key a value, and returns when a majority has it on disk.") { key, value };
        var options = new ClientOptions().AddTo(command);
        command.SetAction((parsed, cancellation) => WriteAsync(
            options, parsed, new SetKey(parsed.GetRequiredValue(key), parsed.GetRequiredValue(value)), cancellation));
        return command;
    }

    public static Command CreateDelete()
    {
        var key = Key();
        var command = new Command("delete", "Removes a key, and returns when a majority has that on disk.") { key };
        var options = new ClientOptions().AddTo(command);
        command.SetAction((parsed, cancellation) => WriteAsync(options, parsed, new DeleteKey(parsed.GetRequiredValue(key)), cancellation));
        return command;
    }

    public static Command CreateGet()
    {
        var key = Key();
        var command = new Command("get", "Prints a key's value; the read is linearizable.") { key };
        var options = new ClientOptions().AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var name = parsed.GetRequiredValue(key);
            await using var session = ClientSession.Start(options.Contacts(parsed), options.Timeout(parsed));
            var read = await session.Client.QueryAsync<KeyRead>(new GetKey(name), cancellation);
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

            return ExitCodes.Success;
        });
        return command;
    }

    private static Argument<string> Key()
    {
        var key = new Argument<string>("KEY") { Description = "The key; not empty." };
        key.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "" }])
            {
                result.AddError("KEY must not be empty.");
            }
        });
        return key;
    }

    private static async Task<int> WriteAsync(
        ClientOptions options, ParseResult parsed, IKeyValueMessage command, CancellationToken cancellation)
    {
        await using var session = ClientSession.Start(options.Contacts(parsed), options.Timeout(parsed));
        var committed = await session.Client.ProposeAsync<KeyWritten>(command, cancellation);
        Console.WriteLine(options.Json(parsed)
            ? JsonSerializer.Serialize(new { committed = true, revision = committed.Result.Revision, existed = committed.Result.Existed })
            : $"Committed at revision {committed.Result.Revision}.");
        return ExitCodes.Success;
    }
}
