using System.CommandLine;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.Node.Commands;

/// <summary><c>akkaraft status</c>: the status of each node.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var command = new Command("status", "Shows the status of each node.");
        var options = new ClientOptions().AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var contacts = options.Contacts(parsed);
            await using var session = options.StartSession(parsed);
            var reports = await AskAsync(session.Client, contacts, cancellation);
            var members = reports.Where(report => report.Status is not null).SelectMany(report => report.Status!.Members)
                .Where(member => member.Address.Length > 0).Select(member => ContactPoint.Parse(member.Address));
            reports = [.. reports, .. await AskAsync(session.Client, [.. members.Distinct().Except(contacts)], cancellation)];
            if (options.Json(parsed))
            {
                Console.WriteLine(StatusReport.ToJson(reports));
            }
            else
            {
                StatusReport.Write(reports);
            }

            return reports.Any(report => report.Status is not null)
                ? ExitCodes.Success
                : throw new NodeException($"No node is reachable; tried {string.Join(", ", contacts)}.", ExitCodes.Failure)
                {
                    Unresponsive = contacts,
                };
        });
        return command;
    }

    private static Task<NodeReport[]> AskAsync(RaftClient client, IReadOnlyList<string> contacts, CancellationToken cancellation) =>
        Task.WhenAll(contacts.Select(async contact =>
            new NodeReport(contact, ContactPoint.ShortName(contact), await StatusReport.AskAsync(client, contact, cancellation))));
}
