using System.Text.RegularExpressions;

namespace AkkaRaft.Node.Configuration;

/// <summary>An include in a HOCON text: what it names, and where it and its name stand (lines and columns from 1).</summary>
internal sealed partial record IncludeStatement(string Name, bool IsFile, int Line, int Column)
{
    private const string StartsElement = ",{[:=\n";

    /// <summary>Where the statement begins in the text.</summary>
    public required int Start { get; init; }

    /// <summary>Where the statement ends.</summary>
    public required int End { get; init; }

    /// <summary>Where the name begins, behind its quote.</summary>
    public required int NameStart { get; init; }

    /// <summary>Where the name ends, at its quote.</summary>
    public required int NameEnd { get; init; }

    /// <summary>Whether it stands in no object but the file itself.</summary>
    public required bool IsAtRoot { get; init; }

    /// <summary>
    /// All includes of a text in their order. Only what could be one is looked for: the word at the beginning of a field or a value,
    /// outside quotes and comments. Whether the text is HOCON besides is the parser's to say.
    /// </summary>
    public static IEnumerable<IncludeStatement> In(string text)
    {
        var atStart = true;
        var depth = 0;
        for (var at = 0; at < text.Length;)
        {
            var token = Token().Match(text, at);
            if (token.Groups["name"] is { Success: true } name && atStart)
                yield return From(text, token, name, isAtRoot: depth == 0);
            depth += token.ValueSpan is "{" or "[" ? 1 : token.ValueSpan is "}" or "]" ? -1 : 0;
            if (!token.Groups["skipped"].Success)
                atStart = token.Length == 1 && StartsElement.Contains(text[at], StringComparison.Ordinal);
            at += token.Length;
        }
    }

    private static IncludeStatement From(string text, Match statement, Group name, bool isAtRoot)
    {
        var before = text.AsSpan(0, statement.Index);
        var isFile = !statement.Groups["form"].Captures.Any(form => form.Value is "url" or "classpath" or "resource");
        return new IncludeStatement(
            name.Value.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal),
            isFile,
            Line: before.Count('\n') + 1,
            Column: statement.Index - before.LastIndexOf('\n'))
        {
            Start = statement.Index,
            End = statement.Index + statement.Length,
            NameStart = name.Index,
            NameEnd = name.Index + name.Length,
            IsAtRoot = isAtRoot,
        };
    }

    /// <summary>An include; blanks and comments; a text in quotes; or any other single character or word.</summary>
    [GeneratedRegex(
        """
        \G(?:
          include [^\S\n]*
            (?: (?<=\s) (?: (?<form> required|file|url|classpath|resource ) [^\S\n]* \( [^\S\n]* ){1,2} )?
            "(?<name> (?: [^"\\\n] | \\. )* )" (?: [^\S\n]* \) )*
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
