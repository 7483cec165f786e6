using System.Text.RegularExpressions;

namespace AkkaRaft.Node.Configuration;

/// <summary>An include in a HOCON text: what it names, and where the name stands (lines and columns from 1).</summary>
internal sealed partial record IncludeStatement(string Name, bool IsFile, int Line, int Column, int NameStart, int NameLength)
{
    private const string StartsElement = ",{[:=\n";

    /// <summary>
    /// All includes of a text in their order. Only what could be one is looked for: the word at the beginning of a field or a value,
    /// outside quotes and comments. Whether the text is HOCON besides is the parser's to say.
    /// </summary>
    public static IEnumerable<IncludeStatement> In(string text)
    {
        var atStart = true;
        for (var at = 0; at < text.Length;)
        {
            var token = Token().Match(text, at);
            if (token.Groups["name"] is { Success: true } name && atStart)
                yield return From(text, token, name);
            if (!token.Groups["skipped"].Success)
                atStart = token.Length == 1 && StartsElement.Contains(text[at], StringComparison.Ordinal);
            at += token.Length;
        }
    }

    private static IncludeStatement From(string text, Match statement, Group name)
    {
        var before = text.AsSpan(0, statement.Index);
        var isFile = !statement.Groups["form"].Captures.Any(form => form.Value is "url" or "classpath" or "resource");
        return new IncludeStatement(
            name.Value.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal),
            isFile,
            Line: before.Count('\n') + 1,
            Column: statement.Index - before.LastIndexOf('\n'),
            name.Index,
            name.Length);
    }

    /// <summary>An include; blanks and comments; a text in quotes; or any other single character or word.</summary>
    [GeneratedRegex(
        """
        \G(?:
          include [^\S\n]*
            (?: (?<=\s) (?: (?<form> required|file|url|classpath|resource ) [^\S\n]* \( [^\S\n]* ){1,2} )?
            "(?<name> (?: [^"\\\n] | \\. )* )"
        | (?<skipped> [^\S\n]+ | \#[^\n]* | //[^\n]* )
        | \"{3} .*? \"{3,}
        | " (?: [^"\\\n] | \\. )* "
        | \w+
        | .
        )
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Token();
}
