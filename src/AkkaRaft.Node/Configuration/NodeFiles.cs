using System.Text;

namespace AkkaRaft.Node.Configuration;

/// <summary>
/// Reads a file and all that it includes. A HOCON parser asks for an include by its name alone, so each name is first made a path
/// that does not depend on who includes it.
/// </summary>
internal sealed class NodeFiles
{
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly List<string> _open = [];

    private NodeFiles()
    {
    }

    /// <returns>The texts by their paths; the includes in them are paths of others.</returns>
    /// <exception cref="NodeConfigurationException">A file is missing or cannot be read, or includes itself.</exception>
    public static IReadOnlyDictionary<string, string> Read(string file)
    {
        var files = new NodeFiles();
        files.Add(file, from: null);
        return files._texts;
    }

    private void Add(string path, string? from)
    {
        if (_open.Contains(path))
            throw new NodeConfigurationException($"{from}: {path} includes itself: {string.Join(" > ", _open)} > {path}");
        if (_texts.ContainsKey(path))
            return;

        var text = ReadText(path, from);
        var rewritten = new StringBuilder();
        var copied = 0;
        _open.Add(path);
        foreach (var include in IncludeStatement.In(text))
        {
            var place = $"{path}, line {include.Line}, column {include.Column}";
            if (!include.IsFile)
                throw new NodeConfigurationException($"{place}: only files can be included, not \"{include.Name}\"");
            var included = PathFrom(path, include.Name);
            Add(included, place);
            rewritten.Append(text, copied, include.NameStart - copied).Append(included.Replace("\\", "\\\\", StringComparison.Ordinal));
            copied = include.NameStart + include.NameLength;
        }

        _open.RemoveAt(_open.Count - 1);
        _texts[path] = rewritten.Append(text, copied, text.Length - copied).ToString();
    }

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
