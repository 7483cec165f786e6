namespace Hocon.Parsing;

/// <summary>Reads included texts. One serves a text and all that it includes, so that it sees a file that includes itself.</summary>
internal sealed class IncludeReader(ParserOptions options)
{
    /// <summary>A callback does not tell which file it reads, so that a cycle may only show as a depth that nobody wants.</summary>
    private const int MaxDepth = 50;

    private readonly List<string> _open = options.File is null ? [] : [options.File];
    private int _depth;

    /// <param name="request">What to include.</param>
    /// <param name="required">Whether it is an error if there is no such thing.</param>
    /// <param name="position">Where the include stands.</param>
    /// <param name="path">The keys that lead to the include; null within an array.</param>
    /// <param name="prefix">The place at which the including text was included itself.</param>
    /// <returns>An empty object if there is nothing to include.</returns>
    public Syntax Read(IncludeRequest request, bool required, SourcePosition position, string[]? path, string[] prefix)
    {
        if (options.Includes is null)
            throw new HoconSyntaxException(position, $"\"{request.Name}\" is to be included, but this text cannot include anything");
        var included = Find(request, position);
        if (included is null)
        {
            return required
                ? throw new HoconSyntaxException(position, $"\"{request.Name}\" is required, but was not found")
                : new ObjectSyntax(position, []);
        }

        return included.Node switch
        {
            null => Parse(included, request, position, path ?? prefix),
            ObjectNode tree => new ObjectSyntax(position, [.. tree.Members.Select(m => Field(m.Key, m.Value))]),
            var node => new NodeSyntax(position, node),
        };

        FieldSyntax Field(string key, HoconNode value) => new([key], new NodeSyntax(position, value));
    }

    private Included? Find(IncludeRequest request, SourcePosition position)
    {
        try
        {
            return options.Includes!(request);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new HoconSyntaxException(position, $"\"{request.Name}\" cannot be included: {e.Message}", e);
        }
    }

    private Syntax Parse(Included included, IncludeRequest request, SourcePosition position, string[] prefix)
    {
        if (included.File is { } file && _open.Contains(file))
            throw new HoconSyntaxException(position, $"\"{request.Name}\" includes itself: {string.Join(" > ", _open)} > {file}");
        if (++_depth > MaxDepth)
        {
            throw new HoconSyntaxException(
                position, $"includes are nested more than {MaxDepth} deep; does \"{request.Name}\" include itself?");
        }

        if (included.File is not null)
            _open.Add(included.File);

        var source = options with { File = included.File ?? request.Name };
        var root = new SyntaxParser(included.Text ?? "", source, prefix, this).ParseRoot();

        if (included.File is not null)
            _open.RemoveAt(_open.Count - 1);
        _depth--;
        return root;
    }
}
