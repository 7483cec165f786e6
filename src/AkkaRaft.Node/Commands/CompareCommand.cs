using System.CommandLine;
using System.Text.Json;
using AkkaRaft.KeyValue;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.Node.Commands;

/// <summary><c>akkaraft cas</c>: a write that happens only if the key has what is expected.</summary>
internal static class CompareCommand
{
    public static Command Create()
    {
        var key = KeyArguments.Key();
        var value = new ValueInput("The value that the key is to have; none with --delete.");
        var expected = new Option<string?>("--if-value", "--value", "-v") { Description = "The value that the key must have." };
        var revision = Numbers.Option(
            "--if-revision", "The revision that the key must have.", 1, long.MaxValue, "--revision", "-r");
        var absent = new Option<bool>("--if-absent", "--absent") { Description = "The key must not be there." };
        var delete = new Option<bool>("--delete") { Description = "Remove the key." };
        var lease = KeyArguments.Lease();
        var command = new Command("cas", "Gives a key a value, or removes it, if the key has what is expected; exit code 1 if it has not.")
        {
            key, expected, revision, absent, delete, lease,
        };
        value.AddTo(command);
        var options = new ClientOptions().AddTo(command);
        command.Validators.Add(result =>
        {
            if (new Option[] { expected, revision, absent }.Count(result.IsGiven) != 1)
            {
                result.AddError("cas needs one of --if-value, --if-revision and --if-absent.");
            }
            else if (value.Count(result) + (result.GetValue(delete) ? 1 : 0) != 1)
            {
                result.AddError("cas needs either VALUE or --delete, or --file in the place of VALUE.");
            }
        });
        command.Excludes("a key that is removed goes with no lease", delete, lease);
        command.Excludes("a key that is not there cannot be removed", absent, delete);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var session = options.StartSession(parsed);
            var name = parsed.GetRequiredValue(key);
            var bytes = await value.ReadAsync(parsed, session.MaxRequestBytes, cancellation);
            var leaseId = parsed.GetValue(lease) ?? 0;
            var compared = (parsed.GetValue(absent) ? 0 : parsed.GetValue(revision)) is { } expectedRevision
                ? await session.KeyValue.CompareRevisionAndSetAsync(name, expectedRevision, bytes, leaseId, cancellation)
                : await session.KeyValue.CompareAndSetAsync(name, parsed.GetValue(expected), bytes, leaseId, cancellation);
            Print(name, compared, options.Json(parsed));
            return compared.Succeeded ? ExitCodes.Success : ExitCodes.Failure;
        });
        return command;
    }

    private static void Print(string key, KeyCompared compared, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                succeeded = compared.Succeeded,
                revision = compared.Revision,
                current = compared.Current is { } entry ? KeyOutput.ToJson(entry) : null,
            }));
        }
        else if (compared.Succeeded)
        {
            Console.WriteLine($"Committed at revision {compared.Revision}.");
        }
        else
        {
            Console.Error.WriteLine(compared.Current is { } current
                ? $"Nothing was written: '{key}' has {KeyOutput.InWords(current.Value)} of revision {current.Revision}."
                : $"Nothing was written: '{key}' has no value.");
        }
    }
}
