namespace Hocon;

public sealed class HoconArray(IHoconElement? parent) : List<HoconValue>, IHoconElement
{
    public IHoconElement? Parent { get; } = parent;

    public HoconType Type => HoconType.Array;

    public string? Raw => ToString();

    public HoconObject GetObject() => throw new HoconException("An array is not an object");

    public string? GetString() => throw new HoconException("An array is not a text");

    public IList<HoconValue> GetArray() => this;

    public new void Add(HoconValue value) => base.Add(value);

    public IHoconElement Clone(IHoconElement? newParent)
    {
        var clone = new HoconArray(newParent);
        clone.AddRange(this.Select(v => (HoconValue)v.Clone(clone)));
        return clone;
    }

    public override string ToString() => ToString(1, 2);

    public string ToString(int indent, int indentSize) => HoconTree.Write(this, indent, indentSize);

    public bool Equals(IHoconElement? other) => HoconTree.AreEqual(this, other);

    public override bool Equals(object? obj) => obj is IHoconElement other && Equals(other);

    public override int GetHashCode() => HoconTree.HashCode(this);
}
