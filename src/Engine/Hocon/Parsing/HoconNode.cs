using System.Text;

namespace Hocon.Parsing;

/// <summary>A resolved value: no substitution and no duplicate key is left in it. The public trees are made from it.</summary>
internal abstract class HoconNode
{
    /// <summary>What it is, for errors.</summary>
    public string Kind => this switch
    {
        ObjectNode => "an object",
        ArrayNode => "an array",
        _ => "a text",
    };
}

/// <summary>What a text says, and what each of its substitutions turned out to be.</summary>
internal sealed record ParsedText(HoconNode Root, IReadOnlyDictionary<SubstitutionSyntax, HoconNode?> Substitutions);

internal sealed class ObjectNode : HoconNode
{
    /// <summary>In the order in which the keys first came.</summary>
    public Dictionary<string, HoconNode> Members { get; } = new(StringComparer.Ordinal);

    public HoconNode? Find(ReadOnlySpan<string> path)
    {
        HoconNode? found = this;
        foreach (var key in path)
        {
            if (found is not ObjectNode node || !node.Members.TryGetValue(key, out found))
                return null;
        }

        return found;
    }

    /// <summary>Both objects' keys; where both have one, objects merge and otherwise the upper one's value stands.</summary>
    public static ObjectNode Merge(ObjectNode upper, ObjectNode lower)
    {
        var merged = new ObjectNode();
        foreach (var (key, value) in lower.Members)
            merged.Members[key] = value;
        foreach (var (key, value) in upper.Members)
        {
            merged.Members[key] = value is ObjectNode above && merged.Members.GetValueOrDefault(key) is ObjectNode below
                ? Merge(above, below)
                : value;
        }

        return merged;
    }
}

internal sealed class ArrayNode(List<HoconNode> elements) : HoconNode
{
    public List<HoconNode> Elements { get; } = elements;
}

internal readonly record struct LiteralPart(TextKind Kind, string Text)
{
    public bool IsQuoted => Kind is TextKind.Quoted or TextKind.TripleQuoted;
}

internal sealed class LiteralNode(IReadOnlyList<LiteralPart> parts) : HoconNode
{
    public LiteralNode(TextKind kind, string text)
        : this([new LiteralPart(kind, text)])
    {
    }

    public IReadOnlyList<LiteralPart> Parts { get; } = parts;

    public bool IsNull => Parts is [{ Kind: TextKind.Unquoted, Text: "null" }];

    public string Text
    {
        get
        {
            if (Parts.Count == 1)
                return Parts[0].Text;
            var text = new StringBuilder();
            foreach (var part in Parts)
                text.Append(part.Text);
            return text.ToString();
        }
    }
}
