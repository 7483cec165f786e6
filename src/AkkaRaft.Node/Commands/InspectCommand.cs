using System.CommandLine;
using System.Text.Json;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.Node.Commands;

/// <summary><c>akkaraft inspect</c>: what a data directory, a snapshot or a backup holds, every checksum checked.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("PATH")
        {
            Description = "A node's data directory, or the file of a snapshot or a backup.",
        }.NotEmpty();
        var json = new Option<bool>("--json") { Description = "Print one JSON object instead of text." };
        var journal = JournalOption();
        var command = new Command(
            "inspect", "Shows what a data directory, a snapshot or a backup holds and checks every checksum; exit code 1 if one is wrong.")
        {
            path, json, journal,
        };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(path), parsed.GetValue(json), parsed.GetValue(journal)));
        return command;
    }

    /// <summary>The option that says where the journal of a data directory is that is not in it.</summary>
    public static Option<string?> JournalOption() => new Option<string?>("--journal")
    {
        Description = "The connection string of the PostgreSQL database that the data directory's journal is in.",
    }.NotEmpty();

    private static int Run(string path, bool json, string? journal)
    {
        if (File.Exists(path))
        {
            if (journal is not null)
            {
                throw new NodeException($"{path} is a file, and --journal goes with a data directory.", ExitCodes.WrongUse);
            }

            var snapshot = InspectedSnapshot.Read(path);
            Console.WriteLine(json ? JsonSerializer.Serialize(ToJson(snapshot)) : ToText(snapshot));
            return snapshot.Fault is null ? ExitCodes.Success : ExitCodes.Failure;
        }

        using var held = DataDirectory.TryHold(path, out var isInUse);
        var inspection = DataDirectoryInspection.Of(path, journal, isInUse);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(ToJson(inspection)));
        }
        else
        {
            Print(inspection);
        }

        return inspection.Faults.Count == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static void Print(DataDirectoryInspection inspection)
    {
        var journal = inspection.Journal;
        var (state, owner) = (journal.State, journal.Owner);
        Console.WriteLine($"{inspection.Path}: server '{inspection.Identity.Server}' of cluster '{inspection.Identity.Cluster}'.");
        if (journal.FileFacts is { } facts)
        {
            Console.WriteLine($"File raft.db: {facts}.");
        }

        Console.WriteLine($"Journal: {journal.Records} records, from {journal.FirstRecord} to {journal.LastRecord}"
            + (owner is { TrimmedUpTo: > 0 } ? $", trimmed up to {owner.TrimmedUpTo}" : "")
            + (owner is null or { Incarnation: 0 } ? ", of the first format" : $", incarnation {owner.Incarnation:x}") + ".");
        Console.WriteLine($"Term {state.CurrentTerm}, vote for {state.VotedFor?.Value ?? "nobody"}.");
        Console.WriteLine(state.Entries.Count == 0
            ? $"Log: no entries behind {state.LastIncludedIndex}."
            : $"Log: entries {state.Entries[0].Index} to {state.LastIndex}, the last of term {state.Entries[^1].Term}.");
        Console.WriteLine($"Members: {MembersOf(inspection)}.");
        foreach (var snapshot in inspection.Snapshots)
        {
            Console.WriteLine(ToText(snapshot));
        }

        foreach (var fault in inspection.Faults)
        {
            Console.WriteLine($"DAMAGED {fault}");
        }

        Console.WriteLine(inspection.Faults.Count == 0 ? "All checksums are right." : $"{inspection.Faults.Count} faults.");
    }

    private static string MembersOf(DataDirectoryInspection inspection) =>
        DataRecovery.ConfigurationOf(inspection.Journal.State)?.ToString() ?? "not known";

    private static string ToText(InspectedSnapshot snapshot) => snapshot.Header is { } header
        ? $"{Path.GetFileName(snapshot.Path)}: {snapshot.SizeBytes} bytes of cluster '{header.ClusterId}', up to entry"
            + $" {header.LastIncludedIndex} of term {header.LastIncludedTerm}, {header.Configuration}, "
            + (snapshot.Fault is { } fault ? $"DAMAGED: {fault}" : $"digest {snapshot.Digest}, SHA-256 {snapshot.Checksum}.")
        : $"{Path.GetFileName(snapshot.Path)}: {snapshot.SizeBytes} bytes, DAMAGED: {snapshot.Fault}";

    private static object ToJson(InspectedSnapshot snapshot) => new
    {
        file = snapshot.Path,
        sizeBytes = snapshot.SizeBytes,
        sha256 = snapshot.Checksum,
        cluster = snapshot.Header?.ClusterId,
        index = snapshot.Header?.LastIncludedIndex.Value,
        term = snapshot.Header?.LastIncludedTerm.Value,
        members = snapshot.Header?.Configuration.Members.Select(member => member.Value),
        digest = snapshot.Digest,
        fault = snapshot.Fault,
    };

    private static object ToJson(DataDirectoryInspection inspection) => new
    {
        path = inspection.Path,
        server = inspection.Identity.Server,
        cluster = inspection.Identity.Cluster,
        incarnation = inspection.Journal.Owner?.Incarnation,
        journalFile = inspection.Journal.FileFacts is { } facts
            ? new
            {
                sizeBytes = facts.SizeBytes,
                logSizeBytes = facts.LogSizeBytes,
                pageSizeBytes = facts.PageSizeBytes,
                journalMode = facts.JournalMode,
                synchronous = facts.Synchronous,
                schema = facts.Schema,
            }
            : null,
        records = inspection.Journal.Records,
        firstRecord = inspection.Journal.FirstRecord,
        lastRecord = inspection.Journal.LastRecord,
        trimmedUpTo = inspection.Journal.Owner?.TrimmedUpTo,
        term = inspection.Journal.State.CurrentTerm.Value,
        votedFor = inspection.Journal.State.VotedFor?.Value,
        firstEntry = inspection.Journal.State.LastIncludedIndex.Value + 1,
        lastEntry = inspection.Journal.State.LastIndex.Value,
        members = DataRecovery.ConfigurationOf(inspection.Journal.State)?.Members.Select(member => member.Value),
        snapshots = inspection.Snapshots.Select(ToJson),
        faults = inspection.Faults,
    };
}
