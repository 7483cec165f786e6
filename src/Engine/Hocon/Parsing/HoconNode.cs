using System.Text;

namespace Hocon.Parsing;

/// <summary>A resolved value: no substitution and no duplicate key is left in it. The public trees are made from it.</summary>
internal abstract class HoconNode
{
    /// <summary>How deep objects and arrays are nested in it.</summary>
    public int Depth { get; private set; }

    /// <summary>
    /// How many values it has within, long texts counting for several. Values are shared where substitutions put them in several
    /// times, so that this may be far more than what is in memory.
    /// </summary>
    public long Size { get; private set; } = 1;

    /// <summary>What it is, for errors.</summary>
    public string Kind => this switch
    {
        ObjectNode => "an object",
        ArrayNode => "an array",
        _ => "a text",
    };

    protected void Count(HoconNode inner)
    {
        Depth = Math.Max(Depth, inner.Depth + 1);
        Size += inner.Size;
    }

    protected void Count(string text) => Size += 1 + (text.Length / 16);
}

/// <summary>What a text says, and what each of its substitutions turned out to be.</summary>
internal sealed record ParsedText(HoconNode Root, IReadOnlyDictionary<SubstitutionSyntax, HoconNode?> Substitutions);

internal sealed class ObjectNode : HoconNode
{
    private readonly Dictionary<string, HoconNode> _members = new(StringComparer.Ordinal);

    /// <summary>In the order in which the keys first came.</summary>
    public IReadOnlyDictionary<string, HoconNode> Members => _members;

    public void Set(string key, HoconNode value)
    {
        _members[key] = value;
        Count(value);
    }

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
            merged.Set(key, value);
        foreach (var (key, value) in upper.Members)
        {
            merged.Set(key, value is ObjectNode above && lower.Members.GetValueOrDefault(key) is ObjectNode below
                ? Merge(above, below)
                : value);
        }

        return merged;
    }
}

internal sealed class ArrayNode : HoconNode
{
    public ArrayNode(IReadOnlyList<HoconNode> elements)
    {
        Elements = elements;
        foreach (var element in elements)
            Count(element);
    }

    public IReadOnlyList<HoconNode> Elements { get; }
}

internal readonly record struct LiteralPart(TextKind Kind, string Text)
{
    public bool IsQuoted => Kind is TextKind.Quoted or TextKind.TripleQuoted;
}

internal sealed class LiteralNode : HoconNode
{
    public LiteralNode(IReadOnlyList<LiteralPart> parts)
    {
        Parts = parts;
        foreach (var part in parts)
            Count(part.Text);
    }

    public LiteralNode(TextKind kind, string text)
        : this([new LiteralPart(kind, text)])
    {
    }

    public IReadOnlyList<LiteralPart> Parts { get; }

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
