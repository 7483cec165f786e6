using System.Text;
using System.Text.RegularExpressions;

namespace AkkaRaft.Node.Configuration;

/// <summary>
/// A file and all that it includes. A HOCON parser asks for an include by its name alone, so each name is first made a path that does
/// not depend on who includes it; and parsers differ in what wins when the including file sets a key again, so the text of a file that
/// is included at the root of another is put in its place.
/// </summary>
internal sealed partial class NodeFiles
{
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _wholes = new(StringComparer.Ordinal);
    private readonly List<string> _open = [];

    private NodeFiles()
    {
    }

    /// <summary>The files' own texts by their paths, included ones ahead; the includes in them are paths of others.</summary>
    public IReadOnlyDictionary<string, string> Texts => _texts;

    /// <summary>The texts by their paths, with what they include at their roots.</summary>
    public IReadOnlyDictionary<string, string> Wholes => _wholes;

    /// <exception cref="NodeConfigurationException">A file is missing or cannot be read, or includes itself.</exception>
    public static NodeFiles Read(string file)
    {
        var files = new NodeFiles();
        files.Add(file, from: null);
        return files;
    }

    private void Add(string path, string? from)
    {
        if (_open.Contains(path))
            throw new NodeConfigurationException($"{from}: {path} includes itself: {string.Join(" > ", _open)} > {path}");
        if (_texts.ContainsKey(path))
            return;

        var text = ReadText(path, from);
        var own = new StringBuilder();
        var whole = new StringBuilder();
        var copied = 0;
        _open.Add(path);
        foreach (var include in IncludeStatement.In(text))
        {
            var place = $"{path}, line {include.Line}, column {include.Column}";
            if (!include.IsFile)
                throw new NodeConfigurationException($"{place}: only files can be included, not \"{include.Name}\"");
            var included = PathFrom(path, include.Name);
            Add(included, place);
            var statement = text[include.Start..include.NameStart] + included.Replace("\\", "\\\\", StringComparison.Ordinal)
                + text[include.NameEnd..include.End];
            own.Append(text, copied, include.Start - copied).Append(statement);
            whole.Append(text, copied, include.Start - copied)
                .Append(include.IsAtRoot && !InBraces().IsMatch(_wholes[included]) ? $"\n{_wholes[included]}\n" : statement);
            copied = include.End;
        }

        _open.RemoveAt(_open.Count - 1);
        _texts[path] = own.Append(text, copied, text.Length - copied).ToString();
        _wholes[path] = whole.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>A text whose root is written with its braces, which have no place within another root.</summary>
    [GeneratedRegex(@"\A (?: \s | \#[^\n]* | //[^\n]* )* \{", RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex InBraces();

    /// <summary>One spelling for each file, so that a cycle is seen as one; it stays relative where the first path was.</summary>
    private static string PathFrom(string including, string name)
    {
        var folder = Path.GetDirectoryName(including) ?? "";
        var path = Path.GetFullPath(Path.Combine(folder, name));
        return Path.IsPathRooted(including) || Path.IsPathRooted(name) ? path : Path.GetRelativePath(".", path);
    }

    private static string ReadText(string path, string? from)
    {
        var prefix = from is null ? "" : from + ": ";
        try
        {
            if (Directory.Exists(path))
                throw new NodeConfigurationException($"{prefix}{path} is a folder, expected a HOCON file");
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new NodeConfigurationException($"{prefix}there is no file {path}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new NodeConfigurationException($"{prefix}{path} cannot be read: {e.Message}", e);
        }
    }
}
