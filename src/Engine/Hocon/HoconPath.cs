using System.Text;
using Hocon.Parsing;

namespace Hocon;

/// <summary>The keys that lead to a value.</summary>
public sealed class HoconPath : List<string>, IEquatable<HoconPath>
{
    public static readonly HoconPath Empty = new([]);

    public HoconPath(IEnumerable<string> path)
        : base(path)
    {
    }

    public bool IsEmpty => Count == 0;

    /// <summary>The last key.</summary>
    public string Key => this[^1];

    /// <summary>The keys with dots between them, quoted where they have to be.</summary>
    public string Value => string.Join('.', this.Select(Quoted));

    public static HoconPath Parse(string path) => TryParse(path, out var result)
        ? result
        : throw new HoconException($"'{path}' is not a path: a key of it is empty, or it has a quote that is not closed");

    public static bool TryParse(string? path, out HoconPath result)
    {
        result = Empty;
        if (string.IsNullOrEmpty(path) || !PathText.TrySplit(path, out var keys))
            return false;
        result = new HoconPath(keys);
        return true;
    }

    public HoconPath SubPath(int length) => new(GetRange(0, length));

    public HoconPath SubPath(int index, int count) => new(GetRange(index, count));

    public bool Equals(HoconPath? other) => other is not null && this.SequenceEqual(other, StringComparer.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as HoconPath);

    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Value;

    private static string Quoted(string key)
    {
        if (key.Length > 0 && !key.Any(c => c is '.' or '\n' || HoconText.IsReserved(c)))
            return key;
        var escaped = new StringBuilder(key).Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");
        return $"\"{escaped}\"";
    }
}
