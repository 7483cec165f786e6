namespace Hocon.Parsing;

/// <summary>Values that stand side by side: texts are joined, arrays appended, objects merged; the three do not mix.</summary>
internal static class Concatenation
{
    public static HoconNode? Join(List<(Syntax Syntax, HoconNode? Node)> parts)
    {
        var values = parts.Where(p => p.Node is not null && p.Syntax is not TextSyntax { Kind: TextKind.Whitespace }).ToList();
        if (values.Count == 0)
            return null;
        var (first, others) = (values[0].Node!, values.Skip(1));
        foreach (var (other, node) in others)
        {
            if (node!.GetType() != first.GetType())
                throw new HoconSyntaxException(other.Position, $"found {node.Kind} behind {first.Kind}, expected {first.Kind}");
        }

        return first switch
        {
            ObjectNode => values.Select(v => (ObjectNode)v.Node!).Aggregate((lower, upper) => ObjectNode.Merge(upper, lower)),
            ArrayNode => new ArrayNode([.. values.SelectMany(v => ((ArrayNode)v.Node!).Elements)]),
            _ => new LiteralNode([.. parts.Select(p => p.Node).OfType<LiteralNode>().SelectMany(l => l.Parts)]),
        };
    }
}
