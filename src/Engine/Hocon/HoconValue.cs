using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;

namespace Hocon;

/// <summary>The value of a field or an element of an array: one object, one array, or the pieces of a text.</summary>
public partial class HoconValue : List<IHoconElement>, IHoconElement
{
    public HoconValue(IHoconElement? parent) => Parent = parent;

    public IHoconElement? Parent { get; }

    public virtual HoconType Type => Count switch
    {
        0 => HoconType.Empty,
        1 => this[0].Type,
        _ => HoconType.String,
    };

    public ReadOnlyCollection<IHoconElement> Children => AsReadOnly();

    public virtual string? Raw => Type is HoconType.Object or HoconType.Array ? this[0].Raw : string.Concat(this.Select(e => e.Raw));

    /// <summary>An object or an array takes the place of what was there; text is appended.</summary>
    public new virtual void Add(IHoconElement value)
    {
        if (value.Type is HoconType.Object or HoconType.Array || Type is HoconType.Object or HoconType.Array)
            base.Clear();
        base.Add(value);
    }

    public new virtual void AddRange(IEnumerable<IHoconElement> values)
    {
        foreach (var value in values)
            Add(value);
    }

    public new void Clear() => base.Clear();

    public virtual HoconObject GetObject() => TryGetObject(out var result) ? result : throw NotA("an object");

    public virtual bool TryGetObject([MaybeNullWhen(false)] out HoconObject result)
    {
        result = Type == HoconType.Object ? this[0].GetObject() : null;
        return result is not null;
    }

    public virtual string? GetString() => TryGetString(out var result) ? result : null;

    public virtual bool TryGetString(out string? result)
    {
        var isText = Type is not (HoconType.Object or HoconType.Array);
        result = !isText || this is [HoconNull] || Count == 0 ? null : string.Concat(this.Select(e => e.GetString()));
        return isText;
    }

    public virtual IList<HoconValue> GetArray() => TryGetArray(out var result) ? result : throw NotA("an array");

    public virtual bool TryGetArray([MaybeNullWhen(false)] out List<HoconValue> result)
    {
        result = null;
        switch (Type)
        {
            case HoconType.Array:
                result = [.. this[0].GetArray()];
                return true;
            case HoconType.Object:
                return this[0].GetObject().TryGetArray(out result);
            default:
                return false;
        }
    }

    public HoconRoot AtKey(string key)
    {
        var value = new HoconValue(null);
        var parent = new HoconObject(value);
        var field = parent.GetOrAdd(key);
        field.Value = (HoconValue)Clone(field);
        value.Add(parent);
        return new HoconRoot(value);
    }

    public virtual IHoconElement Clone(IHoconElement? newParent)
    {
        var clone = new HoconValue(newParent);
        clone.AddRange(this.Select(e => e.Clone(clone)));
        return clone;
    }

    /// <summary>The text itself, without quotes, if it is one; otherwise its HOCON.</summary>
    public override string ToString() => Type is HoconType.Object or HoconType.Array ? ToString(1, 2) : GetString() ?? "";

    public string ToString(int indent, int indentSize) => HoconTree.Write(this, indent, indentSize);

    public bool Equals(IHoconElement? other) => HoconTree.AreEqual(this, other);

    public override bool Equals(object? obj) => obj is IHoconElement other && Equals(other);

    public override int GetHashCode() => HoconTree.HashCode(this);

    private HoconException NotA(string expected) => new($"'{ToString()}' is not {expected}");
}

/// <summary>A value that is not there.</summary>
public sealed class HoconEmptyValue : HoconValue
{
    public HoconEmptyValue()
        : base(null)
    {
    }

    public HoconEmptyValue(IHoconElement? parent)
        : base(parent)
    {
    }

    public override HoconType Type => HoconType.Empty;

    public override void Add(IHoconElement value) => throw new HoconException("A value that is not there cannot be added to");

    public override IHoconElement Clone(IHoconElement? newParent) => new HoconEmptyValue(newParent);
}
