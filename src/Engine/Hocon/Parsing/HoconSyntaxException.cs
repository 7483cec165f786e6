namespace Hocon.Parsing;

/// <summary>
/// A text that is not HOCON, or whose substitutions do not resolve. The public faces of the parser turn it into the exception
/// that their callers know.
/// </summary>
internal sealed class HoconSyntaxException(SourcePosition position, string problem, Exception? cause = null)
    : FormatException($"{position}: {problem}", cause)
{
    public SourcePosition Position { get; } = position;

    public string Problem { get; } = problem;
}
