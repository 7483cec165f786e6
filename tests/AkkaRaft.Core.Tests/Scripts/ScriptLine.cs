using System.Globalization;
using System.Text.RegularExpressions;

namespace AkkaRaft.Core.Tests.Scripts;

/// <summary>
/// A command of a script, whose words are taken one after another. What cannot be taken is an error that names file and line and says
/// what would be right.
/// </summary>
internal sealed class ScriptLine
{
    private static readonly Regex ServerPattern = new("^s[1-9]$");
    private static readonly Regex WayPattern = new(@"^(s[1-9]|\*)->(s[1-9]|\*)$");

    private readonly Queue<string> _words;

    public ScriptLine(string file, int number, string text)
    {
        File = file;
        LineNumber = number;
        Text = text;
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        IsQuiet = words.Length > 1 && words[^1] == "quiet";
        _words = new Queue<string>(IsQuiet ? words[..^1] : words);
        Name = _words.Dequeue();
    }

    public string File { get; }

    public int LineNumber { get; }

    public string Text { get; }

    /// <summary>Only changes of roles and answers to clients are wanted: the last word is "quiet".</summary>
    public bool IsQuiet { get; }

    /// <summary>The command's name, its first word.</summary>
    public string Name { get; }

    /// <summary>How the command is written; known once the name is.</summary>
    public string Usage { get; set; } = "";

    public bool HasMore => _words.Count > 0;

    public ScriptException Error(string what, Exception? cause = null) =>
        new(File, LineNumber, what + (Usage.Length == 0 ? "" : $"\n  right would be: {Usage}"), cause);

    /// <summary>The next word, whatever it is.</summary>
    public string Word(string what) => _words.TryDequeue(out var word) ? word : throw Error($"'{Name}' lacks {what}");

    /// <summary>Takes the next word if it is this one.</summary>
    public bool Take(string word)
    {
        var isNext = _words.TryPeek(out var next) && next == word;
        if (isNext)
        {
            _words.Dequeue();
        }

        return isNext;
    }

    /// <summary>One of some words.</summary>
    public string OneOf(params string[] words)
    {
        var word = Word($"one of {string.Join(", ", words)}");
        return words.Contains(word) ? word : throw Error($"'{word}' is none of {string.Join(", ", words)}");
    }

    public ServerId Server()
    {
        var word = Word("a server");
        return IsServer(word) ? new ServerId(word) : throw Error($"'{word}' is no server; servers are s1, s2 and so on");
    }

    /// <summary>A server, if the next word is one.</summary>
    public ServerId? OptionalServer() => _words.TryPeek(out var word) && IsServer(word) ? Server() : null;

    /// <summary>All servers that follow.</summary>
    public IReadOnlyList<ServerId> Servers()
    {
        List<ServerId> servers = [];
        while (HasMore)
        {
            servers.Add(Server());
        }

        return servers;
    }

    /// <summary>A way from one server to another; <c>*</c> stands for any, and is null.</summary>
    public (ServerId? From, ServerId? To) Way()
    {
        var word = Word("a way such as s1->s2, s1->* or *->s2");
        var match = WayPattern.Match(word);
        return match.Success
            ? (EndOf(match.Groups[1].Value), EndOf(match.Groups[2].Value))
            : throw Error($"'{word}' is no way; ways are s1->s2, s1->*, *->s2 and *->*");
    }

    /// <summary>Whether the next word is a way.</summary>
    public bool IsAtWay() => _words.TryPeek(out var word) && word.Contains("->");

    /// <summary>A word of the form key=value.</summary>
    public (string Key, string Value) Setting()
    {
        var word = Word("key=value");
        var at = word.IndexOf('=');
        return at > 0 ? (word[..at], word[(at + 1)..]) : throw Error($"'{word}' is not of the form key=value");
    }

    /// <summary>The value of a key, if that comes next.</summary>
    public string? Value(string key) => _words.TryPeek(out var word) && word.StartsWith(key + "=", StringComparison.Ordinal) ? Setting().Value : null;

    public long Number(string word) =>
        long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Error($"'{word}' is no number");

    /// <summary>A time such as 100ms.</summary>
    public TimeSpan Time(string word) => word.EndsWith("ms", StringComparison.Ordinal)
        ? TimeSpan.FromMilliseconds(Number(word[..^2]))
        : throw Error($"'{word}' is no time; times are whole milliseconds, such as 100ms");

    public long[] Terms(string word) => word.Length == 0 ? [] : [.. word.Split(',').Select(Number)];

    /// <summary>Nothing may follow.</summary>
    public void End()
    {
        if (HasMore)
        {
            throw Error($"'{_words.Peek()}' is too much");
        }
    }

    private static ServerId? EndOf(string word) => word == "*" ? null : new ServerId(word);

    private static bool IsServer(string word) => ServerPattern.IsMatch(word);
}
