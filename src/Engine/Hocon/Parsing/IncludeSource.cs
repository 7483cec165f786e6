namespace Hocon.Parsing;

internal enum IncludeKind
{
    File,
    Resource,
    Url,
}

internal sealed record IncludeRequest(IncludeKind Kind, string Name, string? IncludingFile);

/// <summary>What an include brings: a text, or a value that was parsed already; and the file it is from, if it is from one.</summary>
internal sealed record Included(string? Text, string? File, HoconNode? Node = null);

/// <summary>Finds what is to be included; null where there is no such thing.</summary>
internal delegate Included? IncludeSource(IncludeRequest request);
