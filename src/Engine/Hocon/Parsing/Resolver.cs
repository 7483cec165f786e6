using System.Runtime.CompilerServices;

namespace Hocon.Parsing;

/// <summary>
/// Turns syntax into values: merges what is said of each key, puts in what substitutions refer to, and joins concatenations.
/// A substitution that leads back to the value it stands in means what that value was before (HOCON's self-reference); where there
/// was none, the two depend on each other, which is an error.
/// </summary>
internal sealed class Resolver
{
    /// <summary>A few short lines can ask for values of any size, by doubling one again and again.</summary>
    private const int MaxSize = 1_000_000;

    private const int MaxSteps = 1_000_000;

    private readonly Slot _root = new();
    private int _cuts;
    private int _steps;

    private readonly bool _uniformArrays;
    private readonly Dictionary<SubstitutionSyntax, HoconNode?> _substitutions = [];

    private Resolver(bool uniformArrays) => _uniformArrays = uniformArrays;

    public static ParsedText Parse(string text, ParserOptions options)
    {
        var resolver = new Resolver(options.UniformArrays);
        resolver._root.Add(SyntaxParser.Parse(text, options));
        return new ParsedText(resolver.ResolveSlot(resolver._root, resolver._root) ?? new ObjectNode(), resolver._substitutions);
    }

    /// <param name="slot">What to resolve.</param>
    /// <param name="owner">
    /// Where the substitution stands that wants it. Values that depend on each other through another key are refused even where
    /// both had earlier values, as the outcome would hang on which of them is looked at first.
    /// </param>
    private HoconNode? ResolveSlot(Slot slot, Slot owner)
    {
        if (slot.Resolved is not null)
            return slot.Resolved;
        var cuts = _cuts;
        var limit = slot.Layers.Count;
        if (slot.Active >= 0)
        {
            limit = owner == slot ? slot.Active : 0;
            _cuts++;
        }

        HoconNode? result = null;
        for (var i = limit - 1; i >= 0; i--)
        {
            var value = ResolveLayer(slot, i);
            if (value is null)
                continue;
            if (value is not ObjectNode below)
            {
                result ??= value;
                break;
            }

            result = result is ObjectNode above ? ObjectNode.Merge(above, below) : value;
        }

        // What was found while some value was only half known may differ from what it is in the end.
        if (cuts == _cuts)
            slot.Resolved = result;
        return result;
    }

    private HoconNode? ResolveLayer(Slot slot, int index)
    {
        var outer = slot.Active;
        slot.Active = index;
        try
        {
            return slot.Layers[index] is ObjectLayer layer ? ResolveObject(layer) : Evaluate((Syntax)slot.Layers[index], slot);
        }
        finally
        {
            slot.Active = outer;
        }
    }

    private ObjectNode ResolveObject(ObjectLayer layer)
    {
        var node = new ObjectNode();
        foreach (var (key, child) in layer.Children)
        {
            if (ResolveSlot(child, child) is { } value)
                node.Set(key, value);
        }

        return node;
    }

    private HoconNode? Evaluate(Syntax syntax, Slot owner)
    {
        switch (syntax)
        {
            case TextSyntax text:
                return new LiteralNode(text.Kind, text.Text);
            case NodeSyntax node:
                return node.Node;
            case SubstitutionSyntax substitution:
                return Substitute(substitution, owner);
            case ArraySyntax array:
                return EvaluateArray(array, owner);
            case ObjectSyntax fields:
                var layer = new ObjectLayer();
                layer.Add(fields);
                return ResolveObject(layer);
            case ConcatenationSyntax concatenation:
                return Concatenation.Join([.. concatenation.Parts.Select(p => (p, Evaluate(p, owner)))]);
            default:
                throw new InvalidOperationException($"No such syntax: {syntax.GetType()}");
        }
    }

    private ArrayNode EvaluateArray(ArraySyntax array, Slot owner)
    {
        var elements = new List<HoconNode>();
        foreach (var element in array.Elements)
        {
            if (Evaluate(element, owner) is not { } node)
                continue;
            if (_uniformArrays && elements.Count > 0 && node.GetType() != elements[0].GetType())
            {
                throw new HoconSyntaxException(
                    element.Position, $"found {node.Kind} in an array that begins with {elements[0].Kind}, expected {elements[0].Kind}");
            }

            elements.Add(node);
        }

        return new ArrayNode(elements);
    }

    private HoconNode? Substitute(SubstitutionSyntax substitution, Slot owner)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new HoconSyntaxException(substitution.Position, "too many substitutions lead to each other");
        if (++_steps > MaxSteps)
            throw new HoconSyntaxException(substitution.Position, "the substitutions multiply beyond all bounds");
        var cuts = _cuts;
        var found = substitution.Path is { } path ? Find(path, substitution.Prefix, owner) : ResolveSlot(owner, owner);
        _substitutions[substitution] = found;
        if (found?.Depth > SyntaxParser.MaxDepth || found?.Size > MaxSize)
            throw new HoconSyntaxException(substitution.Position, $"{substitution} is too large, or nested too deep");
        if (found is not null || substitution.Optional)
            return found;

        throw new HoconSyntaxException(substitution.Position, cuts != _cuts
            ? $"{substitution} is cyclic: it refers to itself, and there is no earlier value"
            : $"{substitution} refers to nothing: neither a value nor an environment variable has that name");
    }

    private HoconNode? Find(string[] path, string[] prefix, Slot owner)
    {
        var found = prefix.Length > 0 ? FindBelow(_root, [.. prefix, .. path], owner) : null;
        found ??= FindBelow(_root, path, owner);
        return found ?? (Environment.GetEnvironmentVariable(string.Join('.', path)) is { } variable
            ? new LiteralNode(TextKind.Quoted, variable)
            : null);
    }

    /// <summary>
    /// Only what the path leads through is looked at, so that fields of one object may refer to each other.
    /// </summary>
    private HoconNode? FindBelow(Slot slot, ReadOnlySpan<string> path, Slot owner)
    {
        if (path.IsEmpty)
            return ResolveSlot(slot, owner);
        if (slot.Resolved is ObjectNode known)
            return known.Find(path);

        HoconNode? result = null;
        for (var i = FirstLayerBelowActive(slot); i >= 0; i--)
        {
            HoconNode? value;
            if (slot.Layers[i] is ObjectLayer layer)
            {
                value = layer.Children.TryGetValue(path[0], out var child) ? FindBelow(child, path[1..], owner) : null;
            }
            else
            {
                var whole = ResolveLayer(slot, i);
                if (whole is not (null or ObjectNode))
                    return result;
                value = (whole as ObjectNode)?.Find(path);
            }

            if (value is null)
                continue;
            if (value is not ObjectNode below)
                return result ?? value;
            result = result is ObjectNode above ? ObjectNode.Merge(above, below) : value;
        }

        return result;
    }

    private int FirstLayerBelowActive(Slot slot)
    {
        // An object that is being resolved may be looked into: only the field at hand is unknown, and that is a slot of its own.
        if (slot.Active < 0 || slot.Layers[slot.Active] is ObjectLayer)
            return slot.Layers.Count - 1;
        _cuts++;
        return slot.Active - 1;
    }
}
