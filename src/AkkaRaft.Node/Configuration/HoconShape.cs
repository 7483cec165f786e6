using System.Text.RegularExpressions;

namespace AkkaRaft.Node.Configuration;

/// <summary>
/// Checks a text's shape before Akka's parser sees it: that parser takes a missing brace, an open quote or a key without a value, and
/// gives another configuration than the one that was meant.
/// </summary>
internal sealed partial class HoconShape
{
    private const int MaxDepth = 32;
    private readonly string _file;
    private readonly string _text;
    private readonly IReadOnlyList<Match> _tokens;
    private int _at;

    /// <param name="file">What errors call the text.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="NodeConfigurationException">The text is not HOCON; the message has line and column, from 1.</exception>
    public HoconShape(string file, string text)
    {
        (_file, _text) = (file, text);
        _tokens = [.. Token().Matches(text).Where(token => !token.Groups["blank"].Success)];
        ReadFields("", depth: 0);
        Expect(Kind is "end", "a key");
    }

    /// <summary>The keys that the text sets, as dotted paths, and where each stands.</summary>
    public List<(string Path, string Place)> Keys { get; } = [];

    /// <summary>The keys that the text substitutes, and where.</summary>
    public List<(string Path, string Place)> Substitutions { get; } = [];

    /// <summary>The files that the text includes: the place of the statement in the text and for people, and the file's name.</summary>
    public List<(Range Statement, string Place, string Name)> Includes { get; } = [];

    /// <summary>What the next token is: the name of its group below, or the mark itself.</summary>
    private string Kind => _tokens[_at].Groups.Values.Last(group => group.Success).Name is var name && name is "mark" ? _tokens[_at].Value : name;

    private string Here => PlaceOf(_tokens[_at].Index);

    private void ReadFields(string path, int depth)
    {
        Expect(depth < MaxDepth, $"objects and lists that are at most {MaxDepth} deep");
        for (SkipSeparators(); Kind is "word" or "quoted"; SkipSeparators())
        {
            var (place, start) = (Here, _tokens[_at].Index);
            if (_tokens[_at].Value == "include" && _tokens[_at + 1].Groups["quoted"].Success && path.Length == 0)
            {
                _at++;
                Includes.Add((start..(_tokens[_at].Index + _tokens[_at].Length), place, _tokens[_at].Value.Trim('"')));
                _at++;
                continue;
            }

            var key = (path.Length > 0 ? path + "." : "") + ReadKey();
            Keys.Add((key, place));
            Expect(Kind is "assign" or "{", $"'=' or '{{' behind the key {key}");
            _at += Kind is "assign" ? 1 : 0;
            ReadValue(key, depth);
            Expect(Kind is "newline" or "}" or "end" || (Kind is "," && _tokens[_at - 1].Value != "}"), $"a new line behind the value of {key}");
        }
    }

    private string ReadKey()
    {
        var start = _at;
        while (Kind is "word" or "quoted" && (_at == start || _tokens[_at - 1].Index + _tokens[_at - 1].Length == _tokens[_at].Index))
        {
            _at++;
        }

        var key = string.Concat(_tokens.Take(start.._at).Select(token => token.Value));
        var parts = Quoted().Replace(key, "q").Split('.');
        _at -= parts.Contains("") ? _at - start : 0;
        Expect(!parts.Contains(""), "a key without empty parts");
        return key;
    }

    private void ReadValue(string key, int depth)
    {
        var (opening, place) = (Kind, Here);
        if (opening is "{")
        {
            _at++;
            ReadFields(key, depth + 1);
            Expect(Kind is "}", $"a key, or '}}' for the object {key} of {place}");
            _at++;
        }
        else if (opening is "[")
        {
            _at++;
            for (SkipSeparators(); Kind is not ("]" or "end"); SkipSeparators())
            {
                ReadValue(key, depth + 1);
                Expect(Kind is "," or "newline" or "]", $"',' or ']' in the list {key} of {place}");
            }

            Expect(Kind is "]", $"']' for the list {key} of {place}");
            _at++;
        }
        else
        {
            ReadScalars(key);
        }
    }

    private void ReadScalars(string key)
    {
        Expect(Kind is "word" or "quoted" or "path", $"a value for {key}");
        for (; Kind is "word" or "quoted" or "path"; _at++)
        {
            if (_tokens[_at].Groups["path"] is { Success: true, Value: var path })
            {
                Expect(path[0] != '?', $"a substitution that must be found, ${{{path[1..]}}}: say --set {key}=VALUE for what differs, which");
                Substitutions.Add((path, Here));
            }
        }
    }

    private void SkipSeparators()
    {
        while (Kind is "newline" or ",")
        {
            _at++;
        }
    }

    private void Expect(bool isSo, string expected)
    {
        if (!isSo)
        {
            var found = Kind is "end" ? "the end of the text" : Kind is "newline" ? "the end of the line" : _tokens[_at].Value.Split('\n')[0];
            throw new NodeConfigurationException($"{Here}: {expected} is expected, not {found}");
        }
    }

    private string PlaceOf(int index)
    {
        var before = _text.AsSpan(0, index);
        return $"{_file}, line {before.Count('\n') + 1}, column {index - before.LastIndexOf('\n')}";
    }

    /// <summary>The token's group says what it is; a character that fits nowhere is <c>other</c>.</summary>
    [GeneratedRegex(
        """
        \G (?: (?<blank> [^\S\n]+ | \#[^\n]* | //[^\n]* ) | (?<newline> \n ) | (?<end> \z )
        | (?<quoted> \"{3} .*? \"{3,} | " (?: [^"\\\n] | \\. )* " )
        | \$\{ (?<path> \?? [^\s{}$"?]+ ) \} | (?<assign> [=:] )
        | (?<mark> [{}\[\],] )
        | (?<word> (?: (?! \+= | // ) [^\s"${}\[\]=:,\#] )+ ) | (?<other> .[^\n]* ) )
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Token();

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted();
}
