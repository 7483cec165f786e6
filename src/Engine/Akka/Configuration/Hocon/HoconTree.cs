using Hocon.Parsing;

namespace Akka.Configuration.Hocon;

/// <summary>Between the parser's values and the tree that this namespace shows.</summary>
internal static class HoconTree
{
    public static HoconValue FromNode(HoconNode node) => new([Element(node)]);

    public static HoconNode ToNode(HoconValue value)
    {
        if (value.GetObject() is { } fields)
            return ToNode(fields);
        if (value.IsArray())
            return new ArrayNode([.. value.GetArray().Select(ToNode)]);
        return value.GetString() is { } text ? Text(text) : new LiteralNode(TextKind.Unquoted, "null");
    }

    public static ObjectNode ToNode(HoconObject fields)
    {
        var node = new ObjectNode();
        foreach (var (key, value) in fields.Items)
        {
            // A key that was made but never given a value is not written.
            if (value.Values.Count > 0)
                node.Set(key, ToNode(value));
        }

        return node;
    }

    private static LiteralNode Text(string text) => new(HoconText.NeedsQuotes(text) ? TextKind.Quoted : TextKind.Unquoted, text);

    private static IHoconElement Element(HoconNode node)
    {
        switch (node)
        {
            case ObjectNode fields:
                var element = new HoconObject();
                foreach (var (key, value) in fields.Members)
                    element.Items[key] = FromNode(value);
                return element;
            case ArrayNode array:
                var elements = new HoconArray();
                elements.AddRange(array.Elements.Select(FromNode));
                return elements;
            default:
                var literal = (LiteralNode)node;
                return new HoconLiteral { Value = literal.IsNull ? null : literal.Text };
        }
    }
}
