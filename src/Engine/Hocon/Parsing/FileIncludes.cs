namespace Hocon.Parsing;

/// <summary>Includes of files: a relative name counts from the folder of the file that includes it.</summary>
internal static class FileIncludes
{
    public static Included? Find(IncludeRequest request)
    {
        if (request.Kind != IncludeKind.File)
            throw new NotSupportedException($"Only files can be included, not \"{request.Name}\", a {request.Kind}");
        var folder = Path.GetDirectoryName(request.IncludingFile) ?? "";
        var path = Path.GetFullPath(Path.Combine(folder, request.Name));
        return File.Exists(path) ? new Included(File.ReadAllText(path), path) : null;
    }
}
