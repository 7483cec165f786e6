namespace Hocon;

public interface IHoconElement : IEquatable<IHoconElement>
{
    IHoconElement? Parent { get; }

    HoconType Type { get; }

    /// <summary>As it would be written: with its quotes, if it has any.</summary>
    string? Raw { get; }

    HoconObject GetObject();

    string? GetString();

    IList<HoconValue> GetArray();

    IHoconElement Clone(IHoconElement? newParent);

    /// <summary>HOCON of this element, its fields indented by so many steps of so many blanks.</summary>
    string ToString(int indent, int indentSize);
}
