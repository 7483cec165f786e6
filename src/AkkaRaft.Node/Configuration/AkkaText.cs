using System.Text;
using Hocon;

namespace AkkaRaft.Node.Configuration;

/// <summary>
/// Writes what HOCON's library has read as text for Akka's reader. Every key and every value is quoted, so that it does not matter
/// which characters either of the two wants quoted; Akka takes a quoted number or duration as it takes a bare one.
/// </summary>
internal static class AkkaText
{
    public static string From(Config config)
    {
        var text = new StringBuilder();
        if (!config.IsEmpty)
            WriteFields(text, config.Root.GetObject());
        return text.ToString();
    }

    private static void WriteFields(StringBuilder text, HoconObject fields)
    {
        // A field without a value is an optional substitution that found nothing.
        foreach (var (key, field) in fields.Where(field => field.Value.Type != HoconType.Empty))
        {
            WriteQuoted(text, key);
            text.Append(" : ");
            if (field.Type == HoconType.Object)
                WriteObject(text, field.GetObject());
            else
                WriteValue(text, field.Value);
            text.Append('\n');
        }
    }

    private static void WriteObject(StringBuilder text, HoconObject fields)
    {
        text.Append("{\n");
        WriteFields(text, fields);
        text.Append('}');
    }

    private static void WriteValue(StringBuilder text, HoconValue value)
    {
        switch (value.Type)
        {
            case HoconType.Object:
                WriteObject(text, value.GetObject());
                break;
            case HoconType.Array:
                // Akka takes blanks before the closing bracket of an empty array for an element.
                text.Append('[');
                foreach (var element in value.GetArray())
                {
                    WriteValue(text, element);
                    text.Append('\n');
                }

                text.Append(']');
                break;
            default:
                WriteText(text, value.GetString());
                break;
        }
    }

    private static void WriteText(StringBuilder text, string? value)
    {
        if (value is null)
            text.Append("null");
        else
            WriteQuoted(text, value);
    }

    private static void WriteQuoted(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            if (c is '"' or '\\')
                text.Append('\\').Append(c);
            else if (c < ' ')
                text.Append($"\\u{(int)c:x4}");
            else
                text.Append(c);
        }

        text.Append('"');
    }
}
