using System.CommandLine;
using System.Globalization;
using AkkaRaft.Core;

namespace AkkaRaft.Node.Commands;

/// <summary>The option by which a read says what its answer must know of.</summary>
internal static class ConsistencyOption
{
    private const string Expected =
        "linearizable, linearizable-local, stale:AGE (such as stale:200ms), index:N (such as index:42) or local";

    public static Option<Consistency> Create() => new("--consistency")
    {
        Description = "What the answer must know of: linearizable (all that is committed, from the leader), linearizable-local (the same, "
            + "from the node that is asked), stale:AGE (all that was committed so long ago), index:N (the entry N, such as one's own "
            + "write), local (nothing: what the node that is asked has, be it old without a bound; it needs no majority).",
        HelpName = "linearizable|linearizable-local|stale:AGE|index:N|local",
        DefaultValueFactory = _ => Consistency.Linearizable,
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (Parse(text) is { } consistency)
            {
                return consistency;
            }

            result.AddError($"--consistency '{text}' is not known; {Expected} is expected.");
            return default;
        },
    };

    /// <returns>The consistency, or null when the text names none.</returns>
    public static Consistency? Parse(string text)
    {
        var (kind, value) = text.Split(':', 2) is [var head, var tail] ? (head, tail) : (text, "");
        return kind switch
        {
            "linearizable" when value == "" => Consistency.Linearizable,
            "linearizable-local" when value == "" => Consistency.LinearizableLocal,
            "local" when value == "" => Consistency.Local,
            "stale" when Durations.TryParse(value) is { } age => Consistency.Stale(age),
            "index" when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var index) =>
                Consistency.AtIndex(new LogIndex(index)),
            _ => null,
        };
    }
}
