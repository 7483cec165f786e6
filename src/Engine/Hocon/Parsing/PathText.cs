using System.Text;

namespace Hocon.Parsing;

/// <summary>Paths as callers write them: keys with dots between them, quoted where a key itself has a dot.</summary>
internal static class PathText
{
    /// <summary>
    /// Splits at dots outside quotes. More is accepted than in a HOCON text, as a lookup that finds nothing does no harm:
    /// any character may stand in a key without quotes, save a dot.
    /// </summary>
    public static string[] Split(string path)
    {
        TrySplit(path, out var keys);
        return keys;
    }

    /// <returns>Whether the path is one: each key has a character at least or is quoted, and each quote is closed.</returns>
    public static bool TrySplit(string path, out string[] result)
    {
        if (!path.Contains('"', StringComparison.Ordinal))
        {
            result = path.Split('.');
            return !Array.Exists(result, key => key.Length == 0);
        }

        var keys = new List<string>();
        var key = new StringBuilder();
        var (quoted, wasQuoted, complete) = (false, false, true);
        for (var i = 0; i < path.Length; i++)
        {
            var c = path[i];
            if (c == '"')
                (quoted, wasQuoted) = (!quoted, true);
            else if (quoted && c == '\\' && i + 1 < path.Length && path[i + 1] is '"' or '\\' or 'n')
                key.Append(path[++i] == 'n' ? '\n' : path[i]);
            else if (c == '.' && !quoted)
            {
                complete &= key.Length > 0 || wasQuoted;
                wasQuoted = false;
                keys.Add(key.ToString());
                key.Clear();
            }
            else
                key.Append(c);
        }

        keys.Add(key.ToString());
        result = [.. keys];
        return complete && !quoted && (key.Length > 0 || wasQuoted);
    }

    public static string Join(IEnumerable<string> keys) => string.Join('.', keys.Select(HoconText.Key));
}
