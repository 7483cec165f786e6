using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace AkkaRaft.Node.Configuration;

/// <summary>A key that means nothing, and the known one that looks most like it (null if nothing is known at all).</summary>
internal sealed record UnknownKey(string Path, string? Nearest)
{
    public override string ToString() => Nearest is null ? $"{Path} is unknown" : $"{Path} is unknown, did you mean {Nearest}?";
}

/// <summary>Finds misspelt keys: what a configuration has in a section that the section's reference does not.</summary>
internal static class UnknownKeys
{
    /// <summary>
    /// The unknown keys in the order in which they stand. An object that is empty in the reference is for any keys at all, as a
    /// place for names that users choose; and what is no object there is not looked into, as its type is the settings' to judge.
    /// </summary>
    /// <param name="reference">The defaults, which have every key that there is.</param>
    /// <param name="given">A user's configuration, without fallbacks.</param>
    /// <param name="section">The path of the section.</param>
    public static IReadOnlyList<UnknownKey> Find(Config reference, Config given, string section = "akka-raft")
    {
        var unknown = new List<string>();
        if (FieldsOf(reference.GetValue(section)) is not { } known || FieldsOf(given.GetValue(section)) is not { } fields)
            return [];
        Compare(section, known, fields, unknown);
        var candidates = new List<string>();
        Collect(section, known, candidates);
        return [.. unknown.Select(path => new UnknownKey(path, candidates.MinBy(candidate => EditDistance.Between(path, candidate))))];
    }

    /// <summary>Throws if there is any unknown key, naming the file that the user's configuration is from.</summary>
    /// <exception cref="NodeConfigurationException">There are unknown keys.</exception>
    public static void Refuse(string file, Config reference, Config given, string section = "akka-raft")
    {
        var unknown = Find(reference, given, section);
        if (unknown.Count > 0)
            throw new NodeConfigurationException($"{file}: {string.Join(' ', unknown)}");
    }

    private static void Compare(
        string path, Dictionary<string, HoconValue> known, Dictionary<string, HoconValue> given, List<string> unknown)
    {
        foreach (var (key, value) in given)
        {
            var full = Join(path, key);
            if (!known.TryGetValue(key, out var reference))
                unknown.Add(full);
            else if (FieldsOf(reference) is { Count: > 0 } inner && FieldsOf(value) is { } fields)
                Compare(full, inner, fields, unknown);
        }
    }

    private static void Collect(string path, Dictionary<string, HoconValue> known, List<string> paths)
    {
        foreach (var (key, value) in known)
        {
            var full = Join(path, key);
            paths.Add(full);
            if (FieldsOf(value) is { } fields)
                Collect(full, fields, paths);
        }
    }

    private static Dictionary<string, HoconValue>? FieldsOf(HoconValue? value) =>
        value?.IsObject() == true ? value.GetObject()?.Items : null;

    private static string Join(string path, string key) => $"{path}.{(key.Contains('.', StringComparison.Ordinal) ? $"\"{key}\"" : key)}";
}
