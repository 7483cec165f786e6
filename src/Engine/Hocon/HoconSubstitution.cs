using Hocon.Parsing;

namespace Hocon;

/// <summary>A substitution that a text had, and what it turned out to be. The values themselves are resolved already.</summary>
public sealed class HoconSubstitution : IHoconElement
{
    internal HoconSubstitution(SubstitutionSyntax syntax, HoconNode? resolved)
    {
        Path = new HoconPath(syntax.Path ?? []);
        Required = !syntax.Optional;
        LineNumber = syntax.Position.Line;
        LinePosition = syntax.Position.Column;
        Raw = syntax.ToString();
        if (resolved is null)
            return;
        ResolvedValue = new HoconValue(this);
        HoconTree.Fill(ResolvedValue, resolved);
    }

    public HoconPath Path { get; }

    public bool Required { get; }

    public int LineNumber { get; }

    public int LinePosition { get; }

    public HoconValue? ResolvedValue { get; }

    public IHoconElement? Parent => null;

    public HoconType Type => ResolvedValue?.Type ?? HoconType.Empty;

    public string? Raw { get; }

    public HoconObject GetObject() => Resolved.GetObject();

    public string? GetString() => ResolvedValue?.GetString();

    public IList<HoconValue> GetArray() => Resolved.GetArray();

    public IHoconElement Clone(IHoconElement? newParent) => this;

    public override string ToString() => Raw ?? "";

    public string ToString(int indent, int indentSize) => HoconTree.Write(this, indent, indentSize);

    public bool Equals(IHoconElement? other) => HoconTree.AreEqual(this, other);

    public override bool Equals(object? obj) => obj is IHoconElement other && Equals(other);

    public override int GetHashCode() => HoconTree.HashCode(this);

    private HoconValue Resolved => ResolvedValue ?? throw new HoconException($"{Raw} refers to nothing");
}
