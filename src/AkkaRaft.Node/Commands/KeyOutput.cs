using System.Text.Json.Nodes;
using AkkaRaft.KeyValue;

namespace AkkaRaft.Node.Commands;

/// <summary>
/// Formats entries and events. A value that is not text is shown in base64, and marked where a text cannot imitate the mark: by another
/// field in JSON, by another sign than <c>=</c> in a line.
/// </summary>
internal static class KeyOutput
{
    public static JsonObject ToJson(KeyEntry entry) => new()
    {
        ["key"] = entry.Key,
        [NameOf(entry.Value)] = TextOf(entry.Value),
        ["revision"] = entry.Revision,
        ["createRevision"] = entry.CreateRevision,
        ["version"] = entry.Version,
        ["lease"] = entry.Lease,
    };

    public static JsonObject ToJson(KeyEvent happened)
    {
        var json = new JsonObject
        {
            ["revision"] = happened.Revision, ["kind"] = NameOf(happened.Kind), ["key"] = happened.Key,
        };
        if (happened.Kind == KeyEventKind.Set)
        {
            json[NameOf(happened.Value)] = TextOf(happened.Value);
            json["createRevision"] = happened.Entry.CreateRevision;
            json["version"] = happened.Entry.Version;
            json["lease"] = happened.Entry.Lease;
        }

        return json;
    }

    /// <summary>The result of <c>get</c>.</summary>
    public static JsonObject ToJson(string key, KeyEntry? read)
    {
        var json = new JsonObject { ["key"] = key, ["found"] = read is not null };
        if (read is not null)
        {
            json[NameOf(read.Value)] = TextOf(read.Value);
            json["revision"] = read.Revision;
        }

        return json;
    }

    public static string ToLine(KeyEntry entry) => ToLine(entry.Key, entry.Value);

    public static string ToLine(KeyEvent happened) => happened.Kind == KeyEventKind.Set
        ? $"{happened.Revision} set {ToLine(happened.Key, happened.Value)}"
        : $"{happened.Revision} {NameOf(happened.Kind)} {happened.Key}";

    /// <summary>A value in a sentence.</summary>
    public static string InWords(ValueBytes value) => value.TryGetText(out var text)
        ? $"the value '{text}'"
        : $"a value of {value.Length} bytes that are no text, in base64 {Convert.ToBase64String(value.Span)},";

    /// <summary>The value's text, or its bytes in base64.</summary>
    public static string TextOf(ValueBytes value) => value.TryGetText(out var text) ? text : Convert.ToBase64String(value.Span);

    private static string ToLine(string key, ValueBytes value) => $"{key} {(value.IsText ? "=" : "=base64")} {TextOf(value)}";

    private static string NameOf(ValueBytes value) => value.IsText ? "value" : "valueBase64";

    private static string NameOf(KeyEventKind kind) => kind.ToString().ToLowerInvariant();
}
