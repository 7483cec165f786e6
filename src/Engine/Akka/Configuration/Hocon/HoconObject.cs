using Hocon.Parsing;

namespace Akka.Configuration.Hocon;

public class HoconObject : IHoconElement
{
    public Dictionary<string, HoconValue> Items { get; } = new(StringComparer.Ordinal);

    /// <summary>Plain values: dictionaries for objects, lists for arrays, strings for all else.</summary>
    public IDictionary<string, object?> Unwrapped => Items.ToDictionary(i => i.Key, i => Unwrap(i.Value));

    public bool IsString() => false;

    public string? GetString() => throw new InvalidOperationException("An object is not a text");

    public bool IsArray() => false;

    public IList<HoconValue>? GetArray() => throw new InvalidOperationException("An object is not an array");

    public HoconValue? GetKey(string key) => Items.GetValueOrDefault(key);

    public HoconValue GetOrCreateKey(string key)
    {
        if (!Items.TryGetValue(key, out var value))
            Items[key] = value = new HoconValue();
        return value;
    }

    /// <summary>Takes over the keys that are missing here; objects that both have merge in the same way.</summary>
    public void Merge(HoconObject other)
    {
        foreach (var (key, theirs) in other.Items)
        {
            if (!Items.TryGetValue(key, out var ours))
                Items[key] = theirs;
            else if (ours.GetObject() is { } mine && theirs.GetObject() is { } its)
                mine.Merge(its);
        }
    }

    /// <summary>An object of its own with the keys of both, where these values go over those of the other.</summary>
    internal HoconObject Over(HoconObject lower)
    {
        var merged = new HoconObject();
        foreach (var (key, theirs) in lower.Items)
            merged.Items[key] = theirs;
        foreach (var (key, ours) in Items)
        {
            merged.Items[key] = ours.GetObject() is { } mine && lower.GetKey(key)?.GetObject() is { } its
                ? new HoconValue([mine.Over(its)])
                : ours;
        }

        return merged;
    }

    public override string ToString() => HoconWriter.WriteRoot(HoconTree.ToNode(this), 2);

    private static object? Unwrap(HoconValue value) =>
        value.GetObject() is { } fields ? fields.Unwrapped
        : value.IsArray() ? value.GetArray().Select(Unwrap).ToList()
        : value.GetString();
}
