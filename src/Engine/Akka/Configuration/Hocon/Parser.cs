using Hocon.Parsing;

namespace Akka.Configuration.Hocon;

public class Parser
{
    /// <exception cref="ConfigurationException">The text is not HOCON; the message tells the line, the column and what was expected.</exception>
    public static HoconRoot Parse(string text, Func<string, HoconRoot>? includeCallback)
    {
        IncludeSource? includes = includeCallback is null ? null
            : request => includeCallback(request.Name) is { } root ? new Included(null, null, HoconTree.ToNode(root.Value)) : null;
        return Read(text, new ParserOptions(Includes: includes, CloseAtEnd: true));
    }

    private static HoconRoot Read(string text, ParserOptions options)
    {
        try
        {
            var node = Resolver.Resolve(SyntaxParser.Parse(text, options), out var substitutions);
            return new HoconRoot(HoconTree.FromNode(node), [.. substitutions.Select(s => new HoconSubstitution(PathText.Join(s.Path ?? [])))]);
        }
        catch (HoconSyntaxException e)
        {
            throw new ConfigurationException(e.Message, e);
        }
    }
}
