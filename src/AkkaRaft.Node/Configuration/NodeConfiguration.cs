using System.Text;
using Akka.Configuration;

namespace AkkaRaft.Node.Configuration;

/// <summary>
/// A node's HOCON file with all that it includes, read by Akka's own parser. An included text is put in the place of its statement and the
/// whole is parsed once: Akka would parse it alone, where what it substitutes from the including file is not found.
/// </summary>
internal sealed class NodeConfiguration
{
    private readonly Dictionary<string, string> _places = new(StringComparer.Ordinal);
    private readonly List<(string Path, string Place)> _substitutions = [];
    private readonly List<string> _open = [];
    private readonly string _file;

    private NodeConfiguration(string file, IEnumerable<string> overrides)
    {
        _file = file;
        var text = new StringBuilder(TextOf(file, from: null));
        foreach (var setting in overrides)
        {
            text.Append('\n').Append(Checked($"--set {setting}", Quoted(setting)));
        }

        Config = Parse(text.ToString());
    }

    /// <summary>What the file says.</summary>
    public Config Config { get; }

    /// <param name="file">The path of the file, absolute or from the current folder. What it includes counts from its own folder.</param>
    /// <param name="overrides">Settings as <c>key=value</c> that come behind the file's and win.</param>
    /// <exception cref="NodeConfigurationException">
    /// A file is missing, cannot be read, is not HOCON, or includes itself. The message tells the file, the line, the column and what
    /// was expected.
    /// </exception>
    public static NodeConfiguration Load(string file, params IEnumerable<string> overrides) => new(file, overrides);

    /// <summary>Where a key, or else the nearest object around it, is set last: for messages about its value.</summary>
    public string PlaceOf(string key)
    {
        for (var path = key; path.Length > 0; path = path[..Math.Max(0, path.LastIndexOf('.'))])
        {
            if (_places.TryGetValue(path, out var place))
            {
                return place;
            }
        }

        return _file;
    }

    private string TextOf(string path, string? from)
    {
        if (_open.Contains(path))
        {
            throw new NodeConfigurationException($"{from}: {path} includes itself: {string.Join(" > ", _open)} > {path}");
        }

        _open.Add(path);
        var text = Checked(path, Read(path, from is null ? "" : from + ": "));
        _open.RemoveAt(_open.Count - 1);
        return text;
    }

    private string Checked(string path, string text)
    {
        var shape = new HoconShape(path, text);
        var whole = new StringBuilder();
        var copied = 0;
        foreach (var (statement, place, name) in shape.Includes)
        {
            var included = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path) ?? "", name));
            whole.Append(text, copied, statement.Start.Value - copied)
                .Append(TextOf(Path.IsPathRooted(path) ? included : Path.GetRelativePath(".", included), place));
            copied = statement.End.Value;
        }

        foreach (var (key, place) in shape.Keys)
        {
            _places[key] = place;
        }

        _substitutions.AddRange(shape.Substitutions);
        return whole.Append(text, copied, text.Length - copied).Append('\n').ToString();
    }

    private Config Parse(string text)
    {
        try
        {
            return string.IsNullOrWhiteSpace(text) ? Config.Empty : ConfigurationFactory.ParseString(text);
        }
        catch (Exception e)
        {
            // Akka's parser has no exception of its own for what it does not take, and tells no line.
            var unresolved = _substitutions.FirstOrDefault(substitution => e.Message.EndsWith(": " + substitution.Path, StringComparison.Ordinal));
            throw new NodeConfigurationException($"{unresolved.Place ?? _file}: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    /// <summary>The value of <c>key=value</c> is text as it stands, unless it is written as a list, an object or a text in quotes.</summary>
    private static string Quoted(string setting)
    {
        var parts = setting.Split('=', 2, StringSplitOptions.TrimEntries);
        return parts is [var key, var value] && value is not ['[' or '{' or '"', ..]
            ? $"{key} = \"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""
            : setting;
    }

    private static string Read(string path, string prefix)
    {
        try
        {
            return Directory.Exists(path)
                ? throw new NodeConfigurationException($"{prefix}{path} is a folder, expected a HOCON file")
                : File.ReadAllText(path).ReplaceLineEndings("\n");
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
