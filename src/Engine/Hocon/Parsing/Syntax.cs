namespace Hocon.Parsing;

internal enum TextKind
{
    Unquoted,
    Quoted,
    TripleQuoted,
    Whitespace,
}

/// <summary>What was written, before substitutions are resolved and duplicate keys merged.</summary>
internal abstract class Syntax(SourcePosition position)
{
    public SourcePosition Position { get; } = position;

    /// <summary>Whether a substitution stands anywhere within, so that the value is known only once the whole text is.</summary>
    public abstract bool IsOpen { get; }
}

internal sealed class TextSyntax(SourcePosition position, TextKind kind, string text) : Syntax(position)
{
    public TextKind Kind { get; } = kind;

    public string Text { get; } = text;

    public override bool IsOpen => false;
}

/// <param name="position">Where it stands.</param>
/// <param name="path">The path asked for; null stands for the earlier value of the very field that it belongs to.</param>
/// <param name="optional">Whether nothing may be found.</param>
/// <param name="prefix">The place that the text was included at: paths of an included text are first tried below it.</param>
internal sealed class SubstitutionSyntax(SourcePosition position, string[]? path, bool optional, string[] prefix) : Syntax(position)
{
    public string[]? Path { get; } = path;

    public bool Optional { get; } = optional;

    public string[] Prefix { get; } = prefix;

    public override bool IsOpen => true;

    public override string ToString() => $"${{{(Optional ? "?" : "")}{(Path is null ? "" : PathText.Join(Path))}}}";
}

internal sealed class ArraySyntax(SourcePosition position, List<Syntax> elements) : Syntax(position)
{
    public List<Syntax> Elements { get; } = elements;

    public override bool IsOpen { get; } = elements.Exists(e => e.IsOpen);
}

internal sealed class ConcatenationSyntax(SourcePosition position, List<Syntax> parts) : Syntax(position)
{
    public List<Syntax> Parts { get; } = parts;

    public override bool IsOpen { get; } = parts.Exists(p => p.IsOpen);
}

internal sealed record FieldSyntax(string[] Path, Syntax Value);

internal sealed class ObjectSyntax(SourcePosition position, List<FieldSyntax> fields) : Syntax(position)
{
    public List<FieldSyntax> Fields { get; } = fields;

    public override bool IsOpen { get; } = fields.Exists(f => f.Value.IsOpen);
}

/// <summary>A value that was resolved elsewhere, as a callback may hand over for an include.</summary>
internal sealed class NodeSyntax(SourcePosition position, HoconNode node) : Syntax(position)
{
    public HoconNode Node { get; } = node;

    public override bool IsOpen => false;
}
