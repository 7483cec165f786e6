namespace AkkaRaft.Tidy;

/// <summary>The files of this repository that people read.</summary>
internal static class Repository
{
    /// <summary>The folder of AkkaRaft.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The C# files below a folder that were written by hand, by their paths from the root.</summary>
    public static IEnumerable<string> Sources(string folder) => Files(folder, "*.cs");

    /// <summary>The pages: README and docs.</summary>
    public static IEnumerable<string> Pages() => Files("docs", "*.md").Prepend("README.md");

    /// <summary>The text of a file.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>The files below a folder, without what a build makes.</summary>
    public static IEnumerable<string> Files(string folder, string pattern)
    {
        var start = Path.Combine(Root, folder);
        return !Directory.Exists(start)
            ? []
            : Directory.EnumerateFiles(start, pattern, SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
                .Where(path => !path.Split('/').Any(part => part is "bin" or "obj" or "TestResults"))
                .Order(StringComparer.Ordinal);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AkkaRaft.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} has AkkaRaft.sln.");
    }
}
