using System.Text.Json;
using AkkaRaft.Node.Hosting;
using Spectre.Console;

namespace AkkaRaft.Node.Commands;

/// <summary>What is known of one node: its server's own words, or why there are none.</summary>
/// <param name="Contact">Where it was asked.</param>
/// <param name="Name">What it is called when it does not answer.</param>
/// <param name="Status">What it said, or null when it did not answer.</param>
/// <param name="ProcessId">Its process, or null when that is not known.</param>
/// <param name="Ended">How its process ended, or null when it runs or is not known.</param>
internal sealed record NodeReport(string Contact, string Name, RaftStatus? Status, int? ProcessId = null, string? Ended = null);

/// <summary>Shows the state of a cluster's nodes.</summary>
internal static class StatusReport
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Asks a node for its state.</summary>
    /// <returns>Its answer, or null when none came in time.</returns>
    public static async Task<RaftStatus?> AskAsync(RaftClient client, string contact, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Patience);
        try
        {
            return await client.StatusAsync(contact, withDigest: true, deadline.Token);
        }
        catch (Exception failure) when (failure is ContactUnreachableException or OperationCanceledException)
        {
            return null;
        }
    }

    public static Table ToTable(IEnumerable<NodeReport> reports)
    {
        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumns("node", "role", "term", "last index", "commit", "applied", "leader", "pid");
        foreach (var report in reports)
        {
            var pid = report.ProcessId?.ToString() ?? "-";
            if (report.Status is { Down: { } reason } down)
            {
                table.AddRow(Escape(down.Server.Value), $"[red]down: {Escape(reason)}[/]", "-", "-", "-", "-", "-", pid);
            }
            else if (report.Status is { } status)
            {
                table.AddRow(
                    Escape(status.Server.Value), RoleOf(status), $"{status.Term}", $"{status.LastLogIndex}", $"{status.CommitIndex}",
                    $"{status.LastApplied}", Escape(status.Leader?.Value ?? "-"), pid);
            }
            else
            {
                var why = report.Ended is { } ended ? $"[red]{Escape(ended)}[/]" : "[grey]no answer[/]";
                table.AddRow(Escape(report.Name), why, "-", "-", "-", "-", "-", pid);
            }
        }

        return table;
    }

    /// <summary>Prints the table; in plain text where it does not go to a terminal.</summary>
    public static void Write(IEnumerable<NodeReport> reports)
    {
        var console = AnsiConsole.Console;
        if (Console.IsOutputRedirected)
        {
            console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
            console.Profile.Width = 160;
        }

        console.Write(ToTable(reports));
        console.WriteLine();
    }

    /// <summary>One line for each node, for output that is no terminal.</summary>
    public static string ToLine(NodeReport report) => report.Status is { Down: { } why } down
        ? $"{down.Server}: down, {why}"
        : report.Status is { } status
        ? $"{status.Server}: {status.Role.ToString().ToLowerInvariant()}, term {status.Term}, leader {status.Leader?.Value ?? "unknown"}"
            + (report.ProcessId is { } pid ? $", pid {pid}" : "")
        : $"{report.Name}: {report.Ended ?? "no answer"}";

    public static string ToJson(IEnumerable<NodeReport> reports) => JsonSerializer.Serialize(new
    {
        nodes = reports.Select(report => new
        {
            contact = report.Contact,
            answered = report.Status is not null,
            down = report.Status?.Down,
            node = report.Status?.Server.Value,
            role = report.Status?.Role.ToString().ToLowerInvariant(),
            term = report.Status?.Term.Value,
            lastIndex = report.Status?.LastLogIndex.Value,
            commit = report.Status?.CommitIndex.Value,
            applied = report.Status?.LastApplied.Value,
            leader = report.Status?.Leader?.Value,
            digest = report.Status?.Digest,
        }),
    });

    private static string RoleOf(RaftStatus status) =>
        status.Role == Core.RaftRole.Leader ? "[green]leader[/]" : Escape(status.Role.ToString().ToLowerInvariant());

    private static string Escape(string text) => Markup.Escape(text);
}
