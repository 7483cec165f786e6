using System.Globalization;
using System.Text;

namespace Hocon.Parsing;

/// <summary>Writing and recognising HOCON's lexical forms.</summary>
internal static class HoconText
{
    private const string Reserved = "$\"{}[]:=,+#`^?!@*&\\";

    public static bool IsReserved(char c) => Reserved.Contains(c, StringComparison.Ordinal);

    public static bool IsNewline(char c) => c == '\n';

    /// <summary>HOCON's whitespace within a line; .NET's notion lacks the byte order mark and the separators below a blank.</summary>
    public static bool IsBlank(char c) => c != '\n' && (char.IsWhiteSpace(c) || c == '\uFEFF' || c is >= '\u001C' and <= '\u001F');

    public static string Key(string key) => key.Length > 0 && key.All(IsPlainKeyCharacter) ? key : Quote(key);

    private static bool IsPlainKeyCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_';

    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            switch (c)
            {
                case '"': quoted.Append("\\\""); break;
                case '\\': quoted.Append("\\\\"); break;
                case '\n': quoted.Append("\\n"); break;
                case '\r': quoted.Append("\\r"); break;
                case '\t': quoted.Append("\\t"); break;
                case '\b': quoted.Append("\\b"); break;
                case '\f': quoted.Append("\\f"); break;
                case < ' ':
                    quoted.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
                    break;
                default: quoted.Append(c); break;
            }
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>
    /// Whether a text means itself when it is written without quotes. Blanks within are fine, at its ends they would be lost;
    /// and quotes are what tells the text "null" from null.
    /// </summary>
    public static bool NeedsQuotes(string text) =>
        text.Length == 0 || text == "null"
        || IsBlank(text[0]) || IsBlank(text[^1])
        || text.Contains("//", StringComparison.Ordinal)
        || text.Any(c => c < ' ' || IsReserved(c) || (char.IsWhiteSpace(c) && c != ' '));

    public static string Literal(LiteralNode node) =>
        node.IsNull ? "null"
        : node.Parts.All(p => !p.IsQuoted) && !NeedsQuotes(node.Text) ? node.Text
        : Quote(node.Text);
}
