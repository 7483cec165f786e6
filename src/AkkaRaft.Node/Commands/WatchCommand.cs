using System.CommandLine;
using System.Text.Json;
using AkkaRaft.KeyValue;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.Node.Commands;

/// <summary><c>akkaraft watch</c>: a line for each event of the keys with a prefix, until it is told to stop.</summary>
internal static class WatchCommand
{
    public static Command Create()
    {
        var prefix = KeyArguments.Prefix();
        var from = Numbers.Option(
            "--from", "The first revision that matters, in the past or to come; without it, what happens from now on.", 1, long.MaxValue);
        var count = Numbers.Option("--count", "Stop after so many events.", 1, long.MaxValue);
        var command = new Command(
            "watch", "Prints what happens to the keys with a prefix, each event once and in order, until Ctrl-C.") { prefix, from, count };
        var options = new ClientOptions().AddTo(command);
        command.SetAction((parsed, _) => RunAsync(
            options, parsed, parsed.GetValue(prefix) ?? "", parsed.GetValue(from) ?? 0, parsed.GetValue(count) ?? long.MaxValue));
        return command;
    }

    private static async Task<int> RunAsync(ClientOptions options, ParseResult parsed, string prefix, long from, long count)
    {
        using var interrupts = new Interrupts();
        await using var session = options.StartSession(parsed);
        var json = options.Json(parsed);
        try
        {
            await foreach (var happened in session.KeyValue.WatchAsync(prefix, from, interrupts.Token))
            {
                Console.WriteLine(json ? JsonSerializer.Serialize(KeyOutput.ToJson(happened)) : KeyOutput.ToLine(happened));
                if (--count <= 0)
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException) when (interrupts.Token.IsCancellationRequested)
        {
            return ExitCodes.Success;
        }

        return ExitCodes.Success;
    }
}
