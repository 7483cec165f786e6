using Hocon.Parsing;

namespace Akka.Configuration.Hocon;

public class Parser
{
    /// <exception cref="ConfigurationException">The text is not HOCON; the message tells where, and what was expected.</exception>
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
            var parsed = Resolver.Parse(text, options);
            return new HoconRoot(HoconTree.FromNode(parsed.Root), [.. parsed.Substitutions.Select(Substitution)]);
        }
        catch (HoconSyntaxException e)
        {
            throw new ConfigurationException(e.Message, e);
        }
    }

    private static HoconSubstitution Substitution(KeyValuePair<SubstitutionSyntax, HoconNode?> resolved) =>
        new(PathText.Join(resolved.Key.Path ?? []))
        {
            ResolvedValue = resolved.Value is { } node ? HoconTree.FromNode(node) : null,
        };
}
