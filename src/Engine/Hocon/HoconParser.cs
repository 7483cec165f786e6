using Hocon.Parsing;

namespace Hocon;

/// <summary>Answers the text of what is to be included; null or an empty text if there is no such thing.</summary>
public delegate Task<string> HoconIncludeCallbackAsync(HoconCallbackType callbackType, string value);

public sealed class HoconParser
{
    /// <exception cref="HoconParserException">The text is not HOCON.</exception>
    public static HoconRoot Parse(string text, HoconIncludeCallbackAsync? includeCallback = null) =>
        Parse(text, new ParserOptions(Includes: includeCallback is null ? null : r => FromCallback(includeCallback, r)));

    internal static HoconRoot Parse(string text, ParserOptions options)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw new HoconParserException("line 1, column 1: the text is empty, expected an object");
        try
        {
            var parsed = Resolver.Parse(text, options with { UniformArrays = true });
            var root = new HoconValue(null);
            HoconTree.Fill(root, parsed.Root);
            return new HoconRoot(root, [.. parsed.Substitutions.Select(s => new HoconSubstitution(s.Key, s.Value))]);
        }
        catch (HoconSyntaxException e)
        {
            throw new HoconParserException(e);
        }
    }

    private static Included? FromCallback(HoconIncludeCallbackAsync callback, IncludeRequest request)
    {
        var kind = request.Kind switch
        {
            IncludeKind.Url => HoconCallbackType.Url,
            IncludeKind.Resource => HoconCallbackType.Resource,
            _ => HoconCallbackType.File,
        };
        var text = callback(kind, request.Name).ConfigureAwait(false).GetAwaiter().GetResult();
        return string.IsNullOrWhiteSpace(text) ? null : new Included(text, null);
    }
}
