using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using AkkaRaft.KeyValue;
using AkkaRaft.Node.Configuration;
using AkkaRaft.Node.Hosting;
using AkkaRaft.Node.Tls;

namespace AkkaRaft.Node.Commands;

/// <summary>
/// The program's command line. Every failure ends in one clear line on standard error and an exit code of <see cref="ExitCodes"/>.
/// </summary>
internal static class CommandLine
{
    /// <summary>Runs the program.</summary>
    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(string[] arguments) => RunAsync(arguments, Console.Error);

    /// <summary>Runs the program.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="errors">Receives the line about a failure.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments, TextWriter errors)
    {
        try
        {
            var parsed = Parse(arguments.Length == 0 ? ["--help"] : arguments);
            if ((RawArguments.WhyNotText(arguments) ?? WhyWrong(parsed, arguments)) is { } why)
            {
                return Fail(errors, why, ExitCodes.WrongUse);
            }

            var exitCode = await InvokeAsync(parsed, errors);
            return arguments.Length == 0 ? ExitCodes.WrongUse : exitCode;
        }
        catch (Exception fault)
        {
            // An exception that nothing else handles is a bug of the program. The user gets one line, not a stack trace.
            var at = new System.Diagnostics.StackTrace(fault).GetFrame(0)?.GetMethod();
            return Fail(
                errors,
                $"a fault of akkaraft itself, which is to be reported: {fault.GetType().Name} in {at?.DeclaringType?.Name}.{at?.Name}"
                    + $" ({fault.Message}) for the arguments {string.Join(' ', arguments.Select(argument => $"'{argument}'"))}",
                ExitCodes.Fault);
        }
    }

    /// <summary>Parses arguments. The result has errors where they are wrong.</summary>
    internal static ParseResult Parse(string[] arguments)
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
            EndpointCommand.Create(),
            MemberCommand.Create(),
            TransferCommand.Create(),
            SnapshotCommand.Create(),
            BackupCommand.Create(),
            RecoveryCommands.CreateRestore(),
            RecoveryCommands.CreateRecover(),
            InspectCommand.Create(),
            new HelpOption { Recursive = true },
            new VersionOption(),
        };

        // A value may begin with @: it is no file with further arguments.
        return root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
    }

    private static string? WhyWrong(ParseResult parsed, string[] arguments)
    {
        if (parsed.Errors.Count == 0)
        {
            return null;
        }

        var commands = parsed.RootCommandResult.Command.Subcommands;
        if (!arguments[0].StartsWith('-') && commands.All(command => command.Name != arguments[0]))
        {
            return $"Unknown command '{arguments[0]}'. The commands are: {string.Join(", ", commands.Select(child => child.Name))}.";
        }

        var greedy = parsed.CommandResult.Children.OfType<OptionResult>()
            .FirstOrDefault(option => option.Option.AllowMultipleArgumentsPerToken && option.Tokens.Count > 1);
        var hint = greedy is null ? "" : $" {greedy.Option.Name} takes all words behind it, up to the next option: give it last.";
        return $"{parsed.Errors[0].Message}{hint} {UsageOf(parsed.CommandResult)}";
    }

    private static async Task<int> InvokeAsync(ParseResult parsed, TextWriter errors)
    {
        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (NodeException failure)
        {
            return Fail(errors, await WithReasonsAsync(failure.Message, parsed, failure.Unresponsive), failure.ExitCode);
        }
        catch (Exception failure) when (failure is TlsFileException or NodeConfigurationException or RaftConfigurationException)
        {
            return Fail(errors, failure.Message, ExitCodes.WrongUse);
        }
        catch (AdministrationRejectedException failure) when (failure is { Reason: Core.RejectionReason.InvalidChange, Detail.Length: > 0 })
        {
            // The change itself is wrong, so facts about the cluster do not help.
            return Fail(errors, $"Nothing was changed: {failure.Detail}.", ExitCodes.Failure);
        }
        catch (Exception failure) when (failure is RaftRequestException or KeyValueException)
        {
            var inDoubt = failure is ProposalIndeterminateException or AdministrationIndeterminateException;
            var unresponsive = (failure as RaftRequestException)?.Facts.NoAnswerFrom ?? [];
            var message = await WithReasonsAsync(failure.Message, parsed, unresponsive);
            return Fail(errors, message, inDoubt ? ExitCodes.InDoubt : ExitCodes.Failure);
        }
    }

    private static string UsageOf(CommandResult result)
    {
        var words = result.Command.Arguments.Select(
            argument => argument.Arity.MinimumNumberOfValues == 0 ? $"[{argument.Name}]" : argument.Name);
        for (var command = result; command is not null; command = command.Parent as CommandResult)
        {
            words = words.Prepend(command.Command.Name);
        }

        return $"Usage: {string.Join(' ', words)} [options]; see --help.";
    }

    /// <summary>Appends why servers did not answer, where that can be found out.</summary>
    private static async Task<string> WithReasonsAsync(string message, ParseResult parsed, IReadOnlyList<string> unresponsive)
    {
        // Some servers are known by name only, without an address.
        var contacts = unresponsive.Where(name => name.StartsWith("akka.", StringComparison.Ordinal)).Distinct().ToList();
        return contacts.Count == 0 ? message : string.Join(' ', [message, .. await ClientOptions.WhyUnresponsiveAsync(parsed, contacts)]);
    }

    private static int Fail(TextWriter errors, string message, int exitCode)
    {
        errors.WriteLine($"akkaraft: {message.ReplaceLineEndings(" ")}");
        return exitCode;
    }
}
