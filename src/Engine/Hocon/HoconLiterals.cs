using Hocon.Parsing;

namespace Hocon;

/// <summary>A piece of text of one kind. Values are made of one or, where they were put together, of several.</summary>
public abstract class HoconLiteral : IHoconElement
{
    protected HoconLiteral(IHoconElement? parent, string? value)
    {
        Parent = parent;
        Value = value;
    }

    public abstract HoconLiteralType LiteralType { get; }

    public IHoconElement? Parent { get; }

    public virtual HoconType Type => HoconType.String;

    public virtual string? Value { get; }

    public virtual string? Raw => Value;

    public HoconObject GetObject() => throw new HoconException("A text is not an object");

    public string? GetString() => Value;

    public IList<HoconValue> GetArray() => throw new HoconException("A text is not an array");

    public abstract IHoconElement Clone(IHoconElement? newParent);

    public override string ToString() => Raw ?? "";

    public string ToString(int indent, int indentSize) => HoconTree.Write(this, indent, indentSize);

    public bool Equals(IHoconElement? other) => HoconTree.AreEqual(this, other);

    public override bool Equals(object? obj) => obj is IHoconElement other && Equals(other);

    public override int GetHashCode() => HoconTree.HashCode(this);
}

public sealed class HoconNull(IHoconElement? parent) : HoconLiteral(parent, "null")
{
    public override HoconLiteralType LiteralType => HoconLiteralType.Null;

    public override string? Value => null;

    public override string? Raw => "null";

    public override IHoconElement Clone(IHoconElement? newParent) => new HoconNull(newParent);
}

public sealed class HoconBool(IHoconElement? parent, string value) : HoconLiteral(parent, value)
{
    public override HoconLiteralType LiteralType => HoconLiteralType.Bool;

    public override HoconType Type => HoconType.Boolean;

    public override IHoconElement Clone(IHoconElement? newParent) => new HoconBool(newParent, Value!);
}

public sealed class HoconDouble(IHoconElement? parent, string value) : HoconLiteral(parent, value)
{
    public override HoconLiteralType LiteralType => HoconLiteralType.Double;

    public override HoconType Type => HoconType.Number;

    public override IHoconElement Clone(IHoconElement? newParent) => new HoconDouble(newParent, Value!);
}

public sealed class HoconLong(IHoconElement? parent, string value) : HoconLiteral(parent, value)
{
    public override HoconLiteralType LiteralType => HoconLiteralType.Long;

    public override HoconType Type => HoconType.Number;

    public override IHoconElement Clone(IHoconElement? newParent) => new HoconLong(newParent, Value!);
}

public sealed class HoconHex(IHoconElement? parent, string value) : HoconLiteral(parent, value)
{
    public override HoconLiteralType LiteralType => HoconLiteralType.Hex;

    public override HoconType Type => HoconType.Number;

    public override IHoconElement Clone(IHoconElement? newParent) => new HoconHex(newParent, Value!);
}

public sealed class HoconOctal(IHoconElement? parent, string value) : HoconLiteral(parent, value)
{
    public override HoconLiteralType LiteralType => HoconLiteralType.Octal;

    public override HoconType Type => HoconType.Number;

    public override IHoconElement Clone(IHoconElement? newParent) => new HoconOctal(newParent, Value!);
}

public sealed class HoconUnquotedString(IHoconElement? parent, string value) : HoconLiteral(parent, value)
{
    public override HoconLiteralType LiteralType => HoconLiteralType.UnquotedString;

    public override IHoconElement Clone(IHoconElement? newParent) => new HoconUnquotedString(newParent, Value!);
}

public sealed class HoconQuotedString(IHoconElement? parent, string value) : HoconLiteral(parent, value)
{
    public override HoconLiteralType LiteralType => HoconLiteralType.QuotedString;

    public override string? Raw => HoconText.Quote(Value!);

    public override IHoconElement Clone(IHoconElement? newParent) => new HoconQuotedString(newParent, Value!);
}

public sealed class HoconTripleQuotedString(IHoconElement? parent, string value) : HoconLiteral(parent, value)
{
    public override HoconLiteralType LiteralType => HoconLiteralType.TripleQuotedString;

    public override string? Raw => $"\"\"\"{Value}\"\"\"";

    public override IHoconElement Clone(IHoconElement? newParent) => new HoconTripleQuotedString(newParent, Value!);
}

public sealed class HoconWhitespace(IHoconElement? parent, string value) : HoconLiteral(parent, value)
{
    public override HoconLiteralType LiteralType => HoconLiteralType.Whitespace;

    public override HoconType Type => HoconType.Empty;

    public override IHoconElement Clone(IHoconElement? newParent) => new HoconWhitespace(newParent, Value!);
}
