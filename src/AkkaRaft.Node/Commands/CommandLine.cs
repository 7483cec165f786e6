using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using AkkaRaft.Node.Configuration;
using AkkaRaft.Node.Hosting;
using AkkaRaft.Node.KeyValue;
using AkkaRaft.Node.Tls;

namespace AkkaRaft.Node.Commands;

/// <summary>
/// The program's command line. Every failure ends in one clear line on standard error and an exit code of <see cref="ExitCodes"/>.
/// </summary>
internal static class CommandLine
{
    /// <summary>Runs the program.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        // A RootCommand would call itself by the assembly's name, which is not the program's.
        var root = new Command("akkaraft", "A durable, linearizable key-value store on three or more nodes, built on Raft and Akka.NET.")
        {
            NodeCommand.Create(),
            ClusterCommand.Create(),
            KeyValueCommands.CreateSet(),
            KeyValueCommands.CreateGet(),
            KeyValueCommands.CreateDelete(),
            CompareCommand.Create(),
            ListCommand.Create(),
            WatchCommand.Create(),
            LeaseCommand.Create(),
            StatusCommand.Create(),
            MemberCommand.Create(),
            TransferCommand.Create(),
            BackupCommand.Create(),
            RecoveryCommands.CreateRestore(),
            RecoveryCommands.CreateRecover(),
            InspectCommand.Create(),
            new HelpOption { Recursive = true },
            new VersionOption(),
        };

        if (arguments.Length == 0)
        {
            await root.Parse(["--help"]).InvokeAsync();
            return ExitCodes.WrongUse;
        }

        if (RawArguments.WhyNotText(arguments) is { } why)
        {
            return Fail(why, ExitCodes.WrongUse);
        }

        // By default the parser reads a file in the place of an argument that begins with @, and a value may begin so.
        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            var error = arguments[0].StartsWith('-') || root.Subcommands.Any(command => command.Name == arguments[0])
                ? $"{parsed.Errors[0].Message} {UsageOf(parsed.CommandResult)}"
                : $"Unknown command '{arguments[0]}'. The commands are: {string.Join(", ", root.Subcommands.Select(child => child.Name))}.";
            return Fail(error, ExitCodes.WrongUse);
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (NodeException failure)
        {
            return Fail(await WithReasonsAsync(failure.Message, parsed, failure.Silent), failure.ExitCode);
        }
        catch (TlsFileException failure)
        {
            return Fail(failure.Message, ExitCodes.WrongUse);
        }
        catch (NodeConfigurationException failure)
        {
            return Fail(failure.Message, ExitCodes.WrongUse);
        }
        catch (RaftConfigurationException failure)
        {
            return Fail(failure.Message, ExitCodes.WrongUse);
        }
        catch (Exception failure) when (failure is RaftRequestException or KeyValueException)
        {
            var inDoubt = failure is ProposalIndeterminateException or AdministrationIndeterminateException;
            var silent = (failure as RaftRequestException)?.Facts.NoAnswerFrom ?? [];
            return Fail(await WithReasonsAsync(failure.Message, parsed, silent), inDoubt ? ExitCodes.InDoubt : ExitCodes.Failure);
        }
    }

    private static string UsageOf(CommandResult result)
    {
        var words = result.Command.Arguments.Select(argument => argument.Name);
        for (var command = result; command is not null; command = command.Parent as CommandResult)
        {
            words = words.Prepend(command.Command.Name);
        }

        return $"Usage: {string.Join(' ', words)} [options]; see --help.";
    }

    /// <summary>Says behind a message why servers did not answer, where that can be known.</summary>
    private static async Task<string> WithReasonsAsync(string message, ParseResult parsed, IReadOnlyList<string> silent)
    {
        // A server may be known by its name alone.
        var contacts = silent.Where(name => name.StartsWith("akka.", StringComparison.Ordinal)).Distinct().ToList();
        return contacts.Count == 0 ? message : string.Join(' ', [message, .. await ClientOptions.WhySilentAsync(parsed, contacts)]);
    }

    private static int Fail(string message, int exitCode)
    {
        Console.Error.WriteLine($"akkaraft: {message.ReplaceLineEndings(" ")}");
        return exitCode;
    }
}
