using System.Diagnostics.CodeAnalysis;

namespace Hocon;

public class HoconObject : Dictionary<string, HoconField>, IHoconElement
{
    public HoconObject(IHoconElement? parent)
        : base(StringComparer.Ordinal) => Parent = parent;

    public static HoconObject Empty => new(null);

    public IHoconElement? Parent { get; }

    public HoconType Type => HoconType.Object;

    public string? Raw => ToString();

    public bool IsEmpty => Count == 0;

    public HoconPath Path
    {
        get
        {
            var above = Parent;
            while (above is not (null or HoconField))
                above = above.Parent;
            return (above as HoconField)?.Path ?? HoconPath.Empty;
        }
    }

    /// <summary>Dictionaries for objects, fields for all else.</summary>
    public IDictionary<string, object> Unwrapped => this.ToDictionary(
        f => f.Key, f => f.Value.Type == HoconType.Object ? (object)f.Value.GetObject().Unwrapped : f.Value);

    public new HoconField this[string path] => GetField(path);

    public HoconField this[HoconPath path] => GetField(path);

    public HoconObject GetObject() => this;

    public string? GetString() => throw new HoconException("An object is not a text");

    /// <summary>The values of the keys that are numbers, in their order.</summary>
    public IList<HoconValue> GetArray() => TryGetArray(out var array)
        ? array
        : throw new HoconException("An object without a number for a key is not an array");

    public bool TryGetArray([MaybeNullWhen(false)] out List<HoconValue> array)
    {
        array = [.. this
            .Select(f => (IsIndex: int.TryParse(f.Key, out var index) && index >= 0, Index: index, f.Value.Value))
            .Where(f => f.IsIndex)
            .OrderBy(f => f.Index)
            .Select(f => f.Value)];
        return array.Count > 0;
    }

    public HoconField GetField(string key) => GetField(HoconPath.Parse(key));

    public HoconField GetField(HoconPath path) => TryGetField(path, out var field)
        ? field
        : throw new KeyNotFoundException($"There is no {path.Value}");

    public bool TryGetField(string key, [MaybeNullWhen(false)] out HoconField result) => TryGetField(HoconPath.Parse(key), out result);

    public bool TryGetField(HoconPath path, [MaybeNullWhen(false)] out HoconField result)
    {
        result = null;
        var fields = this;
        for (var i = 0; i < path.Count; i++)
        {
            if (!fields.TryGetValue(path[i], out result))
                return false;
            if (i == path.Count - 1)
                return true;
            if (result.Type != HoconType.Object)
                return false;
            fields = result.GetObject();
        }

        return false;
    }

    public HoconObject GetObject(string key) => GetField(key).GetObject();

    public bool TryGetObject(string key, [MaybeNullWhen(false)] out HoconObject result)
    {
        result = TryGetField(key, out var field) && field.Type == HoconType.Object ? field.GetObject() : null;
        return result is not null;
    }

    public HoconValue GetValue(HoconPath path) => GetField(path).Value;

    public bool TryGetValue(HoconPath path, [MaybeNullWhen(false)] out HoconValue result)
    {
        result = TryGetField(path, out var field) ? field.Value : null;
        return result is not null;
    }

    /// <summary>Lays the other object over this one.</summary>
    public virtual void Merge(HoconObject other)
    {
        foreach (var (key, theirs) in other)
        {
            if (TryGetValue(key, out var ours) && ours.Type == HoconType.Object && theirs.Type == HoconType.Object)
                ours.GetObject().Merge(theirs.GetObject());
            else
                base[key] = (HoconField)theirs.Clone(this);
        }
    }

    /// <summary>Takes from the other object what is missing here.</summary>
    public void FallbackMerge(HoconObject other)
    {
        foreach (var (key, theirs) in other)
        {
            if (!TryGetValue(key, out var ours))
                base[key] = (HoconField)theirs.Clone(this);
            else if (ours.Type == HoconType.Object && theirs.Type == HoconType.Object)
                ours.GetObject().FallbackMerge(theirs.GetObject());
        }
    }

    public IHoconElement Clone(IHoconElement? newParent)
    {
        var clone = new HoconObject(newParent);
        clone.Merge(this);
        return clone;
    }

    public override string ToString() => ToString(1, 2);

    public string ToString(int indent, int indentSize) => HoconTree.Write(this, indent, indentSize);

    public bool Equals(IHoconElement? other) => HoconTree.AreEqual(this, other);

    public override bool Equals(object? obj) => obj is IHoconElement other && Equals(other);

    public override int GetHashCode() => HoconTree.HashCode(this);

    internal HoconField GetOrAdd(string key)
    {
        if (!TryGetValue(key, out var field))
            base[key] = field = new HoconField(key, this);
        return field;
    }
}
