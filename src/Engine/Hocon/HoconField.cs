namespace Hocon;

public sealed class HoconField : IHoconElement
{
    public HoconField(string key, HoconObject parent)
    {
        Key = key;
        Parent = parent;
        Value = new HoconValue(this);
    }

    public string Key { get; }

    public HoconPath Path => new(((Parent as HoconObject)?.Path ?? HoconPath.Empty).Append(Key));

    public HoconValue Value { get; internal set; }

    public IHoconElement? Parent { get; }

    public HoconType Type => Value.Type;

    public string? Raw => Value.Raw;

    public HoconObject GetObject() => Value.GetObject();

    public string? GetString() => Value.GetString();

    public IList<HoconValue> GetArray() => Value.GetArray();

    public IHoconElement Clone(IHoconElement? newParent)
    {
        var clone = new HoconField(Key, (HoconObject)newParent!);
        clone.Value = (HoconValue)Value.Clone(clone);
        return clone;
    }

    public override string ToString() => Value.ToString();

    public string ToString(int indent, int indentSize) => Value.ToString(indent, indentSize);

    public bool Equals(IHoconElement? other) =>
        other is HoconField field ? field.Key == Key && Value.Equals(field.Value) : Value.Equals(other);

    public override bool Equals(object? obj) => obj is IHoconElement other && Equals(other);

    public override int GetHashCode() => Value.GetHashCode();
}
