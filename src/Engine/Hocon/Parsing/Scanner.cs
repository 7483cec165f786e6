using System.Globalization;
using System.Text;

namespace Hocon.Parsing;

/// <summary>Reads a text character by character, and knows at each one where it is.</summary>
internal sealed class Scanner(string text, string? file)
{
    private const string Escapes = "\\\" \\\\ \\/ \\b \\f \\n \\r \\t";

    private int _at;
    private int _line = 1;
    private int _column = 1;

    public bool AtEnd => _at >= text.Length;

    public SourcePosition Position => new(file, _line, _column);

    public char Peek(int ahead = 0) => _at + ahead < text.Length ? text[_at + ahead] : '\0';

    public bool StartsWith(string what, int ahead = 0) => string.CompareOrdinal(text, _at + ahead, what, 0, what.Length) == 0;

    public bool AtBlank => !AtEnd && HoconText.IsBlank(Peek());

    public bool AtComment => Peek() == '#' || (Peek() == '/' && Peek(1) == '/');

    /// <summary>Whether an unquoted text goes on here.</summary>
    public bool AtUnquoted
    {
        get
        {
            if (AtEnd || AtComment)
                return false;
            var c = Peek();
            // A plus sign is text (as in 1e+5) unless it begins an operator.
            return c == '+' ? Peek(1) != '=' : !HoconText.IsReserved(c) && !HoconText.IsBlank(c) && c != '\n';
        }
    }

    public char Take()
    {
        var c = text[_at++];
        if (c == '\n')
        {
            _line++;
            _column = 1;
        }
        else
        {
            _column++;
        }

        return c;
    }

    public bool TryTake(char c)
    {
        if (AtEnd || Peek() != c)
            return false;
        Take();
        return true;
    }

    public bool TryTake(string what)
    {
        if (!StartsWith(what))
            return false;
        foreach (var _ in what)
            Take();
        return true;
    }

    public string TakeBlanks()
    {
        var start = _at;
        while (AtBlank)
            Take();
        return text[start.._at];
    }

    /// <summary>Skips blanks, comments and line ends; answers whether a line ended.</summary>
    public bool SkipToContent()
    {
        var lineEnded = false;
        while (true)
        {
            TakeBlanks();
            if (AtComment)
            {
                while (!AtEnd && Peek() != '\n')
                    Take();
            }
            else if (!TryTake('\n'))
            {
                return lineEnded;
            }
            else
            {
                lineEnded = true;
            }
        }
    }

    public TextSyntax TakeString()
    {
        var position = Position;
        return TryTake("\"\"\"")
            ? new TextSyntax(position, TextKind.TripleQuoted, TakeTripleQuoted(position))
            : new TextSyntax(position, TextKind.Quoted, TakeQuoted(position));
    }

    private string TakeTripleQuoted(SourcePosition start)
    {
        var begin = _at;
        while (!StartsWith("\"\"\""))
        {
            if (AtEnd)
                throw new HoconSyntaxException(start, "the text in triple quotes that begins here has no end, expected \"\"\"");
            Take();
        }

        // Of more than three quotes at the end, the last three close and the others belong to the text.
        while (Peek(3) == '"')
            Take();
        var end = _at;
        TryTake("\"\"\"");
        return text[begin..end];
    }

    private string TakeQuoted(SourcePosition start)
    {
        Take();
        var value = new StringBuilder();
        while (!TryTake('"'))
        {
            if (AtEnd || Peek() == '\n')
                throw new HoconSyntaxException(start, "the quoted text that begins here is not closed in its line, expected \"");
            value.Append(Peek() == '\\' ? TakeEscape() : Take());
        }

        return value.ToString();
    }

    private char TakeEscape()
    {
        var position = Position;
        Take();
        var escaped = Peek();
        switch (escaped)
        {
            case '"' or '\\' or '/': return Take();
            case 'n': Take(); return '\n';
            case 'r': Take(); return '\r';
            case 't': Take(); return '\t';
            case 'b': Take(); return '\b';
            case 'f': Take(); return '\f';
            case 'u' when _at + 5 <= text.Length
                && ushort.TryParse(text.AsSpan(_at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code):
                TryTake(text.Substring(_at, 5));
                return (char)code;
            default:
                throw new HoconSyntaxException(
                    position, $"found the escape \\{Describe()}, expected one of {Escapes} or \\u and four hexadecimal digits");
        }
    }

    public HoconSyntaxException Unexpected(string expected) => new(Position, $"found {Describe(quoted: true)}, expected {expected}");

    private string Describe(bool quoted = false)
    {
        if (AtEnd)
            return "the end of the text";
        var c = Peek();
        if (c == '\n')
            return "the end of the line";
        var shown = char.IsControl(c) ? $"U+{(int)c:X4}" : c.ToString();
        return quoted ? $"'{shown}'" : shown;
    }
}
