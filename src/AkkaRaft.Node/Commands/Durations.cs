using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace AkkaRaft.Node.Commands;

/// <summary>Times as people write them: a number with <c>ms</c>, <c>s</c>, <c>m</c>, <c>h</c> or <c>d</c>.</summary>
internal static class Durations
{
    /// <summary>The resolution of timers and of durations in messages.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(1);

    public static Option<TimeSpan?> Option(string name, string description) =>
        new(name) { Description = description, CustomParser = result => Parse(name, result) };

    public static Argument<TimeSpan> Argument(string name, string description) =>
        new(name) { Description = description, CustomParser = result => Parse(name, result) ?? default };

    private static TimeSpan? Parse(string name, ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (TryParse(text) is { } time)
        {
            return time;
        }

        result.AddError($"'{text}' for {name} is no time. Write a number and its unit, like 500ms, 10s, 5m, 2h or 1d.");
        return null;
    }

    /// <returns>The time, above zero, or null when the text is none.</returns>
    public static TimeSpan? TryParse(string text)
    {
        var unit = text.TrimStart("0123456789.".ToCharArray());
        var isNumber = double.TryParse(
            text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
        var seconds = number * unit switch { "ms" => 0.001, "s" => 1, "m" => 60, "h" => 3_600, "d" => 86_400, _ => double.NaN };
        return isNumber && seconds is > 0 and < 1e9 && TimeSpan.FromSeconds(seconds) is var time && time >= Least ? time : null;
    }
}
