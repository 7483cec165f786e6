using System.CommandLine;
using System.CommandLine.Parsing;

namespace AkkaRaft.Node.Commands;

/// <summary>Texts that must not be empty: names, files, addresses.</summary>
internal static class Texts
{
    public static Argument<T> NotEmpty<T>(this Argument<T> argument)
    {
        argument.Validators.Add(result => Check(argument.Name, result));
        return argument;
    }

    public static Option<T> NotEmpty<T>(this Option<T> option)
    {
        option.Validators.Add(result => Check(option.Name, result));
        return option;
    }

    /// <summary>Refuses two options that exclude each other.</summary>
    /// <param name="command">The command that has them.</param>
    /// <param name="why">What is wrong with giving both.</param>
    /// <param name="one">The one.</param>
    /// <param name="other">The other.</param>
    public static void Excludes(this Command command, string why, Option one, Option other) => command.Validators.Add(result =>
    {
        if (result.IsGiven(one) && result.IsGiven(other))
        {
            result.AddError($"{one.Name} and {other.Name} exclude each other: {why}.");
        }
    });

    /// <summary>Whether an option stands on the command line.</summary>
    public static bool IsGiven(this CommandResult result, Option option) => result.GetResult(option) is { Implicit: false };

    private static void Check(string name, SymbolResult result)
    {
        if (result.Tokens.Any(token => token.Value.Length == 0))
        {
            result.AddError($"{name} must not be empty.");
        }
        else if (result.Tokens.Any(token => token.Value.Contains('\0')))
        {
            result.AddError($"{name} must not contain the character 0.");
        }
    }
}
