namespace Hocon.Parsing;

/// <summary>A place in a text: lines and columns count from 1; the file is null for a text that came from none.</summary>
internal readonly record struct SourcePosition(string? File, int Line, int Column)
{
    public override string ToString() =>
        File is null ? $"line {Line}, column {Column}" : $"{File}, line {Line}, column {Column}";
}
