namespace Hocon.Parsing;

/// <param name="File">The file that the text is from.</param>
/// <param name="Includes">Where includes are looked for; null if the text may have none.</param>
/// <param name="CloseAtEnd">Whether the end of the text closes the objects that are still open, as Akka.NET's reader has it.</param>
/// <param name="UniformArrays">Whether elements of different kinds in one array are an error, as Akka.NET's HOCON library has it.</param>
internal sealed record ParserOptions(
    string? File = null, IncludeSource? Includes = null, bool CloseAtEnd = false, bool UniformArrays = false);
