namespace Hocon.Parsing;

/// <summary>Reads a text into its syntax. Included texts are read in their place, by a parser of their own.</summary>
internal sealed class SyntaxParser
{
    /// <summary>Deeper nesting than any configuration has; without a limit a hostile text would overflow the stack.</summary>
    internal const int MaxDepth = 100;

    private static readonly string[] IncludeForms = ["required", "file", "url", "classpath", "resource"];

    private readonly Scanner _scanner;
    private readonly ParserOptions _options;
    private readonly IncludeReader _includes;
    private readonly string[] _prefix;

    /// <summary>The keys that lead to where the parser is, from the root of the including text; null within an array.</summary>
    private List<string>? _path;

    private int _depth;

    internal SyntaxParser(string text, ParserOptions options, string[] prefix, IncludeReader includes)
    {
        _scanner = new Scanner(text, options.File);
        _options = options;
        _prefix = prefix;
        _path = [.. prefix];
        _depth = prefix.Length;
        _includes = includes;
    }

    public static Syntax Parse(string text, ParserOptions options) =>
        new SyntaxParser(text, options, [], new IncludeReader(options)).ParseRoot();

    public Syntax ParseRoot()
    {
        _scanner.SkipToContent();
        Syntax root = _scanner.Peek() switch
        {
            '{' => ParseObject(),
            '[' => ParseArray(),
            _ => ParseFields(_scanner.Position, braces: false),
        };
        _scanner.SkipToContent();
        return _scanner.AtEnd ? root : throw _scanner.Unexpected("the end of the text");
    }

    private ObjectSyntax ParseObject()
    {
        var position = _scanner.Position;
        _scanner.Take();
        return Nested(1, () => ParseFields(position, braces: true));
    }

    private ObjectSyntax ParseFields(SourcePosition position, bool braces)
    {
        var fields = new List<FieldSyntax>();
        _scanner.SkipToContent();
        while (!AtEndOfFields(braces))
        {
            var at = _scanner.Position;
            if (AtInclude())
                fields.AddRange(ParseInclude() is ObjectSyntax included ? included.Fields : throw NotAnObject(at));
            else
                fields.Add(ParseField());
            EndElement(braces ? '}' : '\0', "a new line, ',' or '}'");
        }

        return new ObjectSyntax(position, fields);
    }

    private bool AtEndOfFields(bool braces)
    {
        if (braces && _scanner.TryTake('}'))
            return true;
        if (!_scanner.AtEnd)
            return false;
        return !braces || _options.CloseAtEnd ? true : throw _scanner.Unexpected("'}'");
    }

    /// <summary>Between elements stands a comma or the end of a line; the last may have one behind it too.</summary>
    private void EndElement(char close, string expected)
    {
        var lineEnded = _scanner.SkipToContent();
        if (_scanner.TryTake(','))
            _scanner.SkipToContent();
        else if (!lineEnded && !_scanner.AtEnd && (close == '\0' || _scanner.Peek() != close))
            throw _scanner.Unexpected(expected);
    }

    private FieldSyntax ParseField()
    {
        var position = _scanner.Position;
        var key = ParsePath("a key");
        _scanner.SkipToContent();
        _path?.AddRange(key);
        var value = Nested(key.Length, () => ParseFieldValue(position, key));
        _path?.RemoveRange(_path.Count - key.Length, key.Length);
        return new FieldSyntax(key, value);
    }

    private Syntax ParseFieldValue(SourcePosition position, string[] key)
    {
        if (_scanner.Peek() == '{')
            return ParseValue();
        if (_scanner.TryTake("+="))
            return ParseAppended(position);
        if (!_scanner.TryTake(':') && !_scanner.TryTake('='))
            throw _scanner.Unexpected($"':', '=', '+=' or '{{' after the key {PathText.Join(key)}");
        _scanner.SkipToContent();
        return ParseValue();
    }

    /// <summary>`a += 1` means `a = ${?a} [1]`.</summary>
    private ConcatenationSyntax ParseAppended(SourcePosition position)
    {
        _scanner.SkipToContent();
        var earlier = new SubstitutionSyntax(position, _path is null ? null : [.. _path], optional: true, prefix: []);
        return new ConcatenationSyntax(position, [earlier, new ArraySyntax(position, [ParseValue()])]);
    }

    /// <summary>Keys with dots between them; a key is made of quoted and unquoted pieces, blanks between those included.</summary>
    private string[] ParsePath(string what)
    {
        var keys = new List<string>();
        var key = "";
        var quoted = false;
        var blanks = "";
        while (true)
        {
            var blank = _scanner.TakeBlanks();
            if (key.Length > 0 || quoted)
                blanks = blank;
            if (_scanner.Peek() == '"')
            {
                key += blanks + _scanner.TakeString().Text;
                quoted = true;
            }
            else if (_scanner.AtUnquoted && _scanner.Peek() != '.')
            {
                key += blanks;
                while (_scanner.AtUnquoted && _scanner.Peek() != '.')
                    key += _scanner.Take();
            }
            else
            {
                if (key.Length == 0 && !quoted)
                    throw _scanner.Unexpected(keys.Count == 0 ? what : "a key after '.'");
                keys.Add(key);
                if (!_scanner.TryTake('.'))
                    return [.. keys];
                (key, quoted) = ("", false);
            }

            blanks = "";
        }
    }

    private Syntax ParseValue()
    {
        var position = _scanner.Position;
        var parts = new List<Syntax>();
        var blanks = default(TextSyntax);
        while (true)
        {
            var before = _scanner.Position;
            var blank = _scanner.TakeBlanks();
            if (blank.Length > 0)
                blanks = new TextSyntax(before, TextKind.Whitespace, blank);
            if ((parts.Count == 0 && AtInclude() ? ParseInclude() : ParsePart()) is not { } part)
                break;
            if (blanks is not null && parts.Count > 0)
                parts.Add(blanks);
            blanks = null;
            parts.Add(part);
        }

        return parts.Count switch
        {
            0 => throw _scanner.Unexpected("a value"),
            1 => parts[0],
            _ => new ConcatenationSyntax(position, parts),
        };
    }

    private Syntax? ParsePart()
    {
        if (_scanner.AtEnd || _scanner.AtComment)
            return null;
        switch (_scanner.Peek())
        {
            case '{': return ParseObject();
            case '[': return ParseArray();
            case '"': return _scanner.TakeString();
            case '$': return ParseSubstitution();
            case ',' or '}' or ']' or '\n': return null;
        }

        if (!_scanner.AtUnquoted)
            throw _scanner.Unexpected("a value (this character needs quotes)");
        var position = _scanner.Position;
        var text = new System.Text.StringBuilder();
        while (_scanner.AtUnquoted)
            text.Append(_scanner.Take());
        return new TextSyntax(position, TextKind.Unquoted, text.ToString());
    }

    private SubstitutionSyntax ParseSubstitution()
    {
        var position = _scanner.Position;
        _scanner.Take();
        if (!_scanner.TryTake('{'))
            throw _scanner.Unexpected("'{' after '$'");
        var optional = _scanner.TryTake('?');
        var path = ParsePath("the path of a value");
        return _scanner.TryTake('}')
            ? new SubstitutionSyntax(position, path, optional, _prefix)
            : throw _scanner.Unexpected("'}' after the path of a substitution");
    }

    private ArraySyntax ParseArray()
    {
        var position = _scanner.Position;
        _scanner.Take();
        var outer = _path;
        _path = null;
        var array = Nested(1, () => ParseElements(position));
        _path = outer;
        return array;
    }

    private ArraySyntax ParseElements(SourcePosition position)
    {
        var elements = new List<Syntax>();
        _scanner.SkipToContent();
        while (!_scanner.TryTake(']'))
        {
            if (_scanner.AtEnd)
                throw _scanner.Unexpected("']'");
            elements.Add(ParseValue());
            EndElement(']', "a new line, ',' or ']'");
        }

        return new ArraySyntax(position, elements);
    }

    /// <summary>Only what has the whole form of an include is one: elsewhere the word is an ordinary key or text.</summary>
    private bool AtInclude()
    {
        const string word = "include";
        if (!_scanner.StartsWith(word))
            return false;
        var ahead = SkipBlanks(word.Length);
        if (_scanner.Peek(ahead) == '"')
            return true;
        return ahead > word.Length && Array.Exists(IncludeForms, HasParenthesis);

        bool HasParenthesis(string form) =>
            _scanner.StartsWith(form, ahead) && _scanner.Peek(SkipBlanks(ahead + form.Length)) == '(';
    }

    private int SkipBlanks(int ahead)
    {
        while (HoconText.IsBlank(_scanner.Peek(ahead)))
            ahead++;
        return ahead;
    }

    private Syntax ParseInclude()
    {
        var position = _scanner.Position;
        _scanner.TryTake("include");
        var forms = new Stack<string>();
        _scanner.TakeBlanks();
        while (Array.Find(IncludeForms, _scanner.TryTake) is { } form)
        {
            forms.Push(form);
            _scanner.TakeBlanks();
            if (!_scanner.TryTake('('))
                throw _scanner.Unexpected($"'(' after {form}");
            _scanner.TakeBlanks();
        }

        if (_scanner.Peek() != '"')
            throw _scanner.Unexpected("the quoted name of what to include");
        var name = _scanner.TakeString().Text;
        var kind = forms.TryPeek(out var inner) && inner != "required" ? inner : "file";
        var required = forms.Contains("required");
        foreach (var _ in forms)
        {
            _scanner.TakeBlanks();
            if (!_scanner.TryTake(')'))
                throw _scanner.Unexpected("')'");
        }

        var request = new IncludeRequest(KindOf(kind), name, _options.File);
        return _includes.Read(request, required, position, _path is null ? null : [.. _path], _prefix);
    }

    private static IncludeKind KindOf(string form) => form switch
    {
        "url" => IncludeKind.Url,
        "file" => IncludeKind.File,
        _ => IncludeKind.Resource,
    };

    private static HoconSyntaxException NotAnObject(SourcePosition position) =>
        new(position, "what is included here has an array at its root, expected an object");

    private T Nested<T>(int levels, Func<T> parse)
    {
        _depth += levels;
        if (_depth > MaxDepth)
            throw new HoconSyntaxException(_scanner.Position, $"objects and arrays are nested more than {MaxDepth} deep");
        var parsed = parse();
        _depth -= levels;
        return parsed;
    }
}
