using System.Text;

namespace Hocon.Parsing;

/// <summary>Writes values as HOCON that reads back as the same values, whatever their keys and texts are.</summary>
internal static class HoconWriter
{
    /// <summary>A root object's fields stand without braces around them, as in a file.</summary>
    public static string WriteRoot(HoconNode root, int indent)
    {
        var text = new StringBuilder();
        if (root is ObjectNode fields)
            WriteFields(text, fields, 0, indent);
        else
            Write(text, root, 0, indent);
        return text.ToString().TrimEnd('\n');
    }

    public static string Write(HoconNode node, int indent)
    {
        var text = new StringBuilder();
        Write(text, node, 0, indent);
        return text.ToString();
    }

    private static void Write(StringBuilder text, HoconNode node, int level, int indent)
    {
        switch (node)
        {
            case ObjectNode { Members.Count: 0 }:
                text.Append("{}");
                break;
            case ObjectNode fields:
                text.Append("{\n");
                WriteFields(text, fields, level + 1, indent);
                text.Append(' ', level * indent).Append('}');
                break;
            case ArrayNode array:
                text.Append('[');
                for (var i = 0; i < array.Elements.Count; i++)
                {
                    text.Append(i == 0 ? "" : ", ");
                    Write(text, array.Elements[i], level, indent);
                }

                text.Append(']');
                break;
            case LiteralNode literal:
                text.Append(HoconText.Literal(literal));
                break;
        }
    }

    private static void WriteFields(StringBuilder text, ObjectNode node, int level, int indent)
    {
        foreach (var (key, value) in node.Members)
        {
            text.Append(' ', level * indent).Append(HoconText.Key(key)).Append(value is ObjectNode ? " " : " : ");
            Write(text, value, level, indent);
            text.Append('\n');
        }
    }
}
