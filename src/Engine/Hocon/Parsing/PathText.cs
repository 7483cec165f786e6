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
        if (!path.Contains('"', StringComparison.Ordinal))
            return path.Split('.');

        var keys = new List<string>();
        var key = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < path.Length; i++)
        {
            var c = path[i];
            if (c == '"')
                quoted = !quoted;
            else if (quoted && c == '\\' && i + 1 < path.Length && path[i + 1] is '"' or '\\')
                key.Append(path[++i]);
            else if (c == '.' && !quoted)
            {
                keys.Add(key.ToString());
                key.Clear();
            }
            else
                key.Append(c);
        }

        keys.Add(key.ToString());
        return [.. keys];
    }

    public static string Join(IEnumerable<string> keys) => string.Join('.', keys.Select(HoconText.Key));
}
