using Hocon.Parsing;

namespace Hocon;

/// <summary>Between the parser's values and the tree that this library shows.</summary>
internal static class HoconTree
{
    public static void Fill(HoconValue value, HoconNode node)
    {
        switch (node)
        {
            case ObjectNode fields:
                var element = new HoconObject(value);
                foreach (var (key, member) in fields.Members)
                    Fill(element.GetOrAdd(key).Value, member);
                value.Add(element);
                break;
            case ArrayNode array:
                var elements = new HoconArray(value);
                foreach (var item in array.Elements)
                {
                    var child = new HoconValue(elements);
                    Fill(child, item);
                    elements.Add(child);
                }

                value.Add(elements);
                break;
            case LiteralNode literal:
                value.AddRange(literal.Parts.Select(p => Literal(value, p)));
                break;
        }
    }

    public static HoconNode ToNode(IHoconElement element)
    {
        switch (element)
        {
            case HoconField field:
                return ToNode(field.Value);
            case HoconObject fields:
                var node = new ObjectNode();
                foreach (var (key, field) in fields)
                {
                    if (field.Value.Type != HoconType.Empty)
                        node.Set(key, ToNode(field.Value));
                }

                return node;
            case HoconArray array:
                return new ArrayNode([.. array.Select(ToNode)]);
            case HoconLiteral literal:
                return new LiteralNode([Part(literal)]);
            case HoconSubstitution substitution:
                return substitution.ResolvedValue is { } resolved ? ToNode(resolved) : new LiteralNode(TextKind.Unquoted, "null");
            default:
                return ToNode((HoconValue)element);
        }
    }

    /// <summary>Two elements are equal if they say the same, wherever they stand.</summary>
    public static bool AreEqual(IHoconElement? one, IHoconElement? other) =>
        ReferenceEquals(one, other)
        || (one is not null && other is not null && HoconWriter.Write(ToNode(one), 1) == HoconWriter.Write(ToNode(other), 1));

    public static int HashCode(IHoconElement element) => HoconWriter.Write(ToNode(element), 1).GetHashCode(StringComparison.Ordinal);

    public static string Write(IHoconElement element, int indent, int indentSize)
    {
        var text = HoconWriter.WriteRoot(ToNode(element), indentSize);
        var margin = new string(' ', Math.Max(0, indent - 1) * indentSize);
        return margin.Length == 0 ? text : margin + text.Replace("\n", "\n" + margin, StringComparison.Ordinal);
    }

    private static HoconNode ToNode(HoconValue value) => value switch
    {
        { Type: HoconType.Object } => ToNode(value.GetObject()),
        { Type: HoconType.Array } => new ArrayNode([.. value.GetArray().Select(ToNode)]),
        { Count: 0 } => new LiteralNode(TextKind.Quoted, ""),
        _ => new LiteralNode([.. value.Select(ToNode).OfType<LiteralNode>().SelectMany(l => l.Parts)]),
    };

    private static LiteralPart Part(HoconLiteral literal) => literal.LiteralType switch
    {
        HoconLiteralType.Null => new(TextKind.Unquoted, "null"),
        HoconLiteralType.QuotedString => new(TextKind.Quoted, literal.Value!),
        HoconLiteralType.TripleQuotedString => new(TextKind.TripleQuoted, literal.Value!),
        HoconLiteralType.Whitespace => new(TextKind.Whitespace, literal.Value!),
        _ => new(TextKind.Unquoted, literal.Value!),
    };

    private static HoconLiteral Literal(HoconValue parent, LiteralPart part) => part.Kind switch
    {
        TextKind.Quoted => new HoconQuotedString(parent, part.Text),
        TextKind.TripleQuoted => new HoconTripleQuotedString(parent, part.Text),
        TextKind.Whitespace => new HoconWhitespace(parent, part.Text),
        _ => Unquoted(parent, part.Text),
    };

    private static HoconLiteral Unquoted(HoconValue parent, string text)
    {
        if (text == "null")
            return new HoconNull(parent);
        if (HoconUnits.TryBoolean(text, out _))
            return new HoconBool(parent, text);
        if (HoconUnits.TryLong(text, out _))
        {
            var digits = text.TrimStart('-', '+');
            return digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? new HoconHex(parent, text)
                : digits.Length > 1 && digits[0] == '0' ? new HoconOctal(parent, text)
                : new HoconLong(parent, text);
        }

        return HoconUnits.TryDouble(text, out _) ? new HoconDouble(parent, text) : new HoconUnquotedString(parent, text);
    }
}
