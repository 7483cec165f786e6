namespace Hocon.Parsing;

/// <summary>
/// All that a text says of one key, the earliest first. Values that later ones surely hide are dropped at once; those behind a
/// substitution stay, as it may turn out to be an object that merges with them, or refer to them.
/// </summary>
internal sealed class Slot
{
    /// <summary>A layer is an <see cref="ObjectLayer"/> or a syntax that is no object.</summary>
    public List<object> Layers { get; } = [];

    /// <summary>The layer that is being resolved, or -1: a substitution that comes back here means what stood before it.</summary>
    public int Active { get; set; } = -1;

    public HoconNode? Resolved { get; set; }

    public void Add(Syntax value)
    {
        switch (value)
        {
            case ObjectSyntax fields:
                TopObject().Add(fields);
                break;
            case NodeSyntax { Node: ObjectNode tree }:
                foreach (var (key, member) in tree.Members)
                    TopObject().Child(key).Add(new NodeSyntax(value.Position, member));
                if (tree.Members.Count == 0)
                    TopObject();
                break;
            default:
                if (!value.IsOpen)
                    Layers.Clear();
                Layers.Add(value);
                break;
        }
    }

    public ObjectLayer TopObject()
    {
        if (Layers is [.., ObjectLayer top])
            return top;
        var layer = new ObjectLayer();
        Layers.Add(layer);
        return layer;
    }
}

internal sealed class ObjectLayer
{
    public Dictionary<string, Slot> Children { get; } = new(StringComparer.Ordinal);

    public Slot Child(string key)
    {
        if (!Children.TryGetValue(key, out var child))
            Children[key] = child = new Slot();
        return child;
    }

    public void Add(ObjectSyntax fields)
    {
        foreach (var (path, value) in fields.Fields)
        {
            var child = Child(path[0]);
            foreach (var key in path.AsSpan(1))
                child = child.TopObject().Child(key);
            child.Add(value);
        }
    }
}
