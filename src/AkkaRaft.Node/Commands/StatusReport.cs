using System.Text.Json;
using AkkaRaft.Node.Hosting;
using Spectre.Console;

namespace AkkaRaft.Node.Commands;

/// <summary>One node's status, or why there is none.</summary>
/// <param name="Contact">The path of the node's server.</param>
/// <param name="Name">The name to print when the node does not answer.</param>
/// <param name="Status">The server's status, or null when it did not answer.</param>
/// <param name="ProcessId">The id of its process, or null when that is not known.</param>
/// <param name="Ended">How its process ended, or null when it runs or is not known.</param>
internal sealed record NodeReport(string Contact, string Name, RaftStatus? Status, int? ProcessId = null, string? Ended = null);

/// <summary>Shows the state of a cluster's nodes.</summary>
internal static class StatusReport
{
    /// <summary>A backlog of so many entries means that the state machine is slow.</summary>
    private const int NotableBacklog = 4096;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Asks a node for its status, with the state machine's digest. Where the state machine is too far behind to give the digest in time,
    /// the status comes without it.
    /// </summary>
    /// <returns>Its answer, or null when none came in time.</returns>
    public static async Task<RaftStatus?> AskAsync(RaftClient client, string contact, CancellationToken cancellation)
    {
        var plain = AskAsync(client, contact, withDigest: false, cancellation);
        return await AskAsync(client, contact, withDigest: true, cancellation) ?? await plain;
    }

    private static async Task<RaftStatus?> AskAsync(RaftClient client, string contact, bool withDigest, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Patience);
        try
        {
            return await client.StatusAsync(contact, withDigest, deadline.Token);
        }
        catch (Exception failure) when (failure is ContactUnreachableException or OperationCanceledException)
        {
            return null;
        }
    }

    public static Table ToTable(IEnumerable<NodeReport> reports)
    {
        var all = reports.ToList();
        var notes = all.Select(report => NotesOn(report, all)).ToList();
        var hasNotes = notes.Exists(note => note.Length > 0);
        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumns("node", "role", "term", "last index", "commit", "applied", "snapshot", "leader", "pid");
        if (hasNotes)
        {
            table.AddColumn("note");
        }

        foreach (var (report, note) in all.Zip(notes))
        {
            var pid = report.ProcessId?.ToString() ?? "-";
            if (report.Status is { Down: { } reason } down)
            {
                AddRow(Escape(down.Server.Value), $"[red]down: {Escape(reason)}[/]", "-", "-", "-", "-", "-", "-", pid);
            }
            else if (report.Status is { } status)
            {
                AddRow(
                    Escape(status.Server.Value), RoleOf(status), $"{status.Term}", $"{status.LastLogIndex}", $"{status.CommitIndex}",
                    $"{status.LastApplied}", SnapshotOf(status), Escape(status.Leader?.Value ?? "-"), pid);
            }
            else
            {
                var why = report.Ended is { } ended ? $"[red]{Escape(ended)}[/]" : "[grey]no answer[/]";
                AddRow(Escape(report.Name), why, "-", "-", "-", "-", "-", "-", pid);
            }

            void AddRow(params string[] cells) => table.AddRow(hasNotes ? [.. cells, Escape(note)] : cells);
        }

        return table;
    }

    /// <summary>Prints the table and the advice; in plain text where the output is no terminal.</summary>
    public static void Write(IReadOnlyList<NodeReport> reports)
    {
        Write(ToTable(reports));
        foreach (var advice in AdviceOn(reports))
        {
            Console.WriteLine(advice);
        }
    }

    /// <summary>Prints a table; in plain text where the output is no terminal.</summary>
    public static void Write(Table table)
    {
        var console = AnsiConsole.Console;
        if (Console.IsOutputRedirected)
        {
            console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
            console.Profile.Width = 160;
        }

        console.Write(table);
        console.WriteLine();
    }

    /// <summary>One line for each node, for output that is no terminal.</summary>
    public static string ToLine(NodeReport report) => report.Status is { Down: { } why } down
        ? $"{down.Server}: down, {why}"
        : report.Status is { } status
        ? $"{status.Server}: {RoleInWords(status)}, term {status.Term}, leader {status.Leader?.Value ?? "unknown"}"
            + (report.ProcessId is { } pid ? $", pid {pid}" : "")
        : $"{report.Name}: {report.Ended ?? "no answer"}";

    public static string ToJson(IReadOnlyList<NodeReport> all) => JsonSerializer.Serialize(new
    {
        nodes = all.Select(report => new
        {
            contact = report.Contact,
            answered = report.Status is not null,
            down = report.Status?.Down,
            lastFailure = report.Status?.LastFailure,
            node = report.Status?.Server.Value,
            role = report.Status?.Role.ToString().ToLowerInvariant(),
            member = report.Status is { Down: null } status ? MembershipOf(status) : null,
            term = report.Status?.Term.Value,
            lastIndex = report.Status?.LastLogIndex.Value,
            commit = report.Status?.CommitIndex.Value,
            applied = report.Status?.LastApplied.Value,
            snapshot = report.Status?.SnapshotIndex.Value,
            unapplied = report.Status?.UnappliedEntries,
            unappliedBytes = report.Status?.UnappliedBytes,
            leader = report.Status?.Leader?.Value,
            diskFull = report.Status?.IsDiskFull,
            note = NotesOn(report, all) is { Length: > 0 } note ? note : null,
            digest = report.Status?.Digest,
        }),
        advice = AdviceOn(all),
    });

    /// <summary>The advice about lost members, with a command for each.</summary>
    private static IEnumerable<string> AdviceOn(IReadOnlyList<NodeReport> all) =>
        all.Where(report => report.Status is { Down: null, Role: Core.RaftRole.Leader }).MaxBy(report => report.Status!.Term) is { } leader
            ? leader.Status!.LostMembers.Select(member =>
                $"{member} has not been heard for a minute. If it is gone for good: akkaraft member remove {member}"
                    + $" --contact {ContactPoint.ShortName(leader.Contact)}")
            : [];

    /// <summary>A server's membership: voter, learner, waiting to be added, or removed.</summary>
    public static string MembershipOf(RaftStatus status) =>
        status.IsWaiting ? "waiting"
        : status.Members.All(member => member.Id != status.Server) ? "removed"
        : status.Learners.Contains(status.Server) ? "learner" : "voter";

    /// <summary>The progress of a snapshot install.</summary>
    public static string InstallInWords(RaftMemberProgress progress)
    {
        const double bytesPerMebibyte = 1024 * 1024;
        return $"gets the snapshot of {progress.InstallingIndex}: {progress.InstalledBytes / bytesPerMebibyte:0.0} of "
            + $"{progress.SnapshotBytes / bytesPerMebibyte:0.0} MiB";
    }

    private static string NotesOn(NodeReport report, IReadOnlyList<NodeReport> all)
    {
        var name = report.Status?.Server.Value ?? report.Name;
        var leaders = all.Select(other => other.Status).OfType<RaftStatus>().Where(status => status.Role == Core.RaftRole.Leader);
        var progress = leaders.MaxBy(status => status.Term)?.Progress.FirstOrDefault(member => member.Id.Value == name);
        var notes = new List<string>();
        if (report.Status is { HasStaleIncarnation: true } || progress is { HasStaleIncarnation: true })
        {
            notes.Add("data loss: remove it, then add it again");
        }

        if (report.Status is { LastFailure: { } failure })
        {
            notes.Add($"has failed: {failure}");
        }

        if (report.Status is { IsDiskFull: true })
        {
            notes.Add("disk full");
        }

        if (report.Status is { UnappliedEntries: >= NotableBacklog } behind)
        {
            notes.Add($"{behind.UnappliedEntries} entries ({behind.UnappliedBytes / 1024.0 / 1024.0:0.0} MiB) wait to be applied");
        }

        if (report.Status is { IsSnapshotUnreadable: true })
        {
            notes.Add("its snapshot is damaged, and another is taken");
        }

        if (progress is { InstallingIndex.Value: > 0 })
        {
            notes.Add(InstallInWords(progress));
        }

        return string.Join("; ", notes);
    }

    private static string RoleInWords(RaftStatus status) => MembershipOf(status) switch
    {
        "voter" => status.Role.ToString().ToLowerInvariant(),
        "waiting" => "waits to be added",
        var other => other,
    };

    private static string SnapshotOf(RaftStatus status) => status.SnapshotIndex.Value > 0 ? $"{status.SnapshotIndex}" : "-";

    private static string RoleOf(RaftStatus status) =>
        status.Role == Core.RaftRole.Leader ? "[green]leader[/]" : Escape(RoleInWords(status));

    private static string Escape(string text) => Markup.Escape(text);
}
