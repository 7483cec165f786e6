using System.CommandLine;
using System.Text.Json;
using AkkaRaft.KeyValue;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.Node.Commands;

/// <summary><c>akkaraft list</c>: the keys with a prefix.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        var prefix = KeyArguments.Prefix();
        var command = new Command("list", "Prints the keys with a prefix, in order, and their values.") { prefix };
        var options = new ClientOptions().AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var session = options.StartSession(parsed);
            var entries = session.KeyValue.ListAsync(parsed.GetValue(prefix) ?? "", cancellation);
            if (options.Json(parsed))
            {
                await PrintJsonAsync(entries);
                return ExitCodes.Success;
            }

            await foreach (var entry in entries)
            {
                Console.WriteLine(KeyOutput.ToLine(entry));
            }

            return ExitCodes.Success;
        });
        return command;
    }

    // Written as it comes: the list may be larger than memory.
    private static async Task PrintJsonAsync(IAsyncEnumerable<KeyEntry> entries)
    {
        await using var output = Console.OpenStandardOutput();
        await using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("items");
            await foreach (var entry in entries)
            {
                JsonSerializer.Serialize(writer, KeyOutput.ToJson(entry));
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }
}
