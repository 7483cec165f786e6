using System.CommandLine;
using System.Text.Json;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.Node.Commands;

/// <summary><c>akkaraft transfer</c>: a leadership transfer, which needs no election timeout.</summary>
internal static class TransferCommand
{
    public static Command Create()
    {
        var node = new Argument<string?>("NODE")
        {
            Description = "The name of the next leader; without it, the node that is placed best.",
            Arity = ArgumentArity.ZeroOrOne,
        }.NotEmpty();
        var command = new Command("transfer", "Transfers leadership to another node; writes wait meanwhile and none is lost.") { node };
        var options = new ClientOptions().AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var name = parsed.GetValue(node);
            await using var session = options.StartSession(parsed);
            await session.Client.TransferLeadershipAsync(name is null ? null : new Core.ServerId(name), cancellation);
            var view = new ClusterView(session.Client, options.Contacts(parsed), options.Timeout(parsed));
            name ??= (await view.LeaderStatusAsync(cancellation)).Server.Value;
            Console.WriteLine(options.Json(parsed)
                ? JsonSerializer.Serialize(new { transferred = true, to = name })
                : $"{name} leads.");
            return ExitCodes.Success;
        });
        return command;
    }
}
