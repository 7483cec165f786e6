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

            var snapshot = Survey.Read(path);
            Console.WriteLine(json ? JsonSerializer.Serialize(ToJson(snapshot)) : ToText(snapshot));
            return snapshot.Fault is null ? ExitCodes.Success : ExitCodes.Failure;
        }

        using var held = DataDirectory.TryHold(path, out var isInUse);
        var survey = Survey.Of(path, journal, isInUse);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(ToJson(survey)));
        }
        else
        {
            Print(survey);
        }

        return survey.Faults.Count == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static void Print(Survey survey)
    {
        var (state, owner) = (survey.State, survey.Owner);
        Console.WriteLine($"{survey.Path}: server '{survey.Identity.Server}' of cluster '{survey.Identity.Cluster}'.");
        if (survey.JournalFacts is { } facts)
        {
            Console.WriteLine($"File raft.db: {facts}.");
        }

        Console.WriteLine($"Journal: {survey.Records} records, from {survey.FirstRecord} to {survey.LastRecord}"
            + (owner is { TrimmedUpTo: > 0 } ? $", trimmed up to {owner.TrimmedUpTo}" : "")
            + (owner is null or { Incarnation: 0 } ? ", of the first format" : $", incarnation {owner.Incarnation:x}") + ".");
        Console.WriteLine($"Term {state.CurrentTerm}, vote for {state.VotedFor?.Value ?? "nobody"}.");
        Console.WriteLine(state.Entries.Count == 0
            ? $"Log: no entries behind {state.LastIncludedIndex}."
            : $"Log: entries {state.Entries[0].Index} to {state.LastIndex}, the last of term {state.Entries[^1].Term}.");
        Console.WriteLine($"Members: {MembersOf(survey)}.");
        foreach (var snapshot in survey.Snapshots)
        {
            Console.WriteLine(ToText(snapshot));
        }

        foreach (var fault in survey.Faults)
        {
            Console.WriteLine($"DAMAGED {fault}");
        }

        Console.WriteLine(survey.Faults.Count == 0 ? "All checksums are right." : $"{survey.Faults.Count} faults.");
    }

    private static string MembersOf(Survey survey) => DataRecovery.ConfigurationOf(survey.State)?.ToString() ?? "not known";

    private static string ToText(SurveyedSnapshot snapshot) => snapshot.Header is { } header
        ? $"{Path.GetFileName(snapshot.Path)}: {snapshot.SizeBytes} bytes of cluster '{header.ClusterId}', up to entry"
            + $" {header.LastIncludedIndex} of term {header.LastIncludedTerm}, {header.Configuration}, "
            + (snapshot.Fault is { } fault ? $"DAMAGED: {fault}" : $"digest {snapshot.Digest}, SHA-256 {snapshot.Checksum}.")
        : $"{Path.GetFileName(snapshot.Path)}: {snapshot.SizeBytes} bytes, DAMAGED: {snapshot.Fault}";

    private static object ToJson(SurveyedSnapshot snapshot) => new
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

    private static object ToJson(Survey survey) => new
    {
        path = survey.Path,
        server = survey.Identity.Server,
        cluster = survey.Identity.Cluster,
        incarnation = survey.Owner?.Incarnation,
        journalFile = survey.JournalFacts is { } facts
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
        records = survey.Records,
        firstRecord = survey.FirstRecord,
        lastRecord = survey.LastRecord,
        trimmedUpTo = survey.Owner?.TrimmedUpTo,
        term = survey.State.CurrentTerm.Value,
        votedFor = survey.State.VotedFor?.Value,
        firstEntry = survey.State.LastIncludedIndex.Value + 1,
        lastEntry = survey.State.LastIndex.Value,
        members = DataRecovery.ConfigurationOf(survey.State)?.Members.Select(member => member.Value),
        snapshots = survey.Snapshots.Select(ToJson),
        faults = survey.Faults,
    };
}
