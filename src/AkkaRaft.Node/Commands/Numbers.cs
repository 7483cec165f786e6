using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace AkkaRaft.Node.Commands;

/// <summary>Options and arguments that are numbers. An error quotes the text that was typed.</summary>
internal static class Numbers
{
    /// <summary>An option that is null where it was not given.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it says.</param>
    /// <param name="least">The least that it may be.</param>
    /// <param name="most">The most that it may be.</param>
    /// <param name="aliases">Its other names.</param>
    public static Option<T?> Option<T>(string name, string description, T least, T most, params string[] aliases)
        where T : struct, INumber<T>, IMinMaxValue<T> =>
        new(name, aliases) { Description = description, HelpName = "N", CustomParser = result => Parse(name, result, least, most) };

    /// <summary>An argument that must be given.</summary>
    public static Argument<T> Argument<T>(string name, string description, T least, T most)
        where T : struct, INumber<T>, IMinMaxValue<T> =>
        new(name) { Description = description, CustomParser = result => Parse(name, result, least, most) ?? default };

    private static T? Parse<T>(string name, ArgumentResult result, T least, T most)
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        var isWhole = T.IsInteger(T.One / (T.One + T.One));
        var styles = NumberStyles.AllowLeadingSign | (isWhole ? NumberStyles.None : NumberStyles.AllowDecimalPoint);
        if (T.TryParse(text, styles, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        var kind = isWhole ? "whole number" : "number";
        var bounds = most == T.MaxValue ? $"of at least {least}" : $"from {least} to {most}";
        result.AddError($"'{text}' for {name} is no {kind} {bounds}.");
        return null;
    }
}
