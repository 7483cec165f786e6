using System.Reflection;
using Hocon.Parsing;

namespace Hocon;

public static class HoconConfigurationFactory
{
    private static readonly string[] DefaultFiles = ["app.conf", "app.hocon"];

    public static Config Empty => Config.Empty;

    /// <exception cref="HoconParserException">The text is not HOCON.</exception>
    public static Config ParseString(string hocon) => ParseString(hocon, null);

    /// <param name="hocon">The text.</param>
    /// <param name="includeCallback">Answers the text of each include; without it the text must not have any.</param>
    /// <exception cref="HoconParserException">The text is not HOCON.</exception>
    public static Config ParseString(string hocon, HoconIncludeCallbackAsync? includeCallback) =>
        new(HoconParser.Parse(hocon, includeCallback));

    /// <summary>Reads a file; what it includes is looked for relative to the file that includes it.</summary>
    /// <exception cref="HoconParserException">The text is not HOCON.</exception>
    public static Config FromFile(string filePath)
    {
        var path = Path.GetFullPath(filePath);
        return new Config(HoconParser.Parse(File.ReadAllText(path), new ParserOptions(path, FileIncludes.Find)));
    }

    /// <summary>The application's `app.conf` or `app.hocon`, which lies beside its assembly; empty if there is none.</summary>
    public static Config Load()
    {
        var file = DefaultFiles.Select(name => Path.Combine(AppContext.BaseDirectory, name)).FirstOrDefault(File.Exists);
        return file is null ? Empty : FromFile(file);
    }

    public static Config Default() => Load();

    public static Config FromResource(string resourceName, object instanceInAssembly) =>
        FromResource(resourceName, instanceInAssembly as Assembly ?? (instanceInAssembly as Type ?? instanceInAssembly.GetType()).Assembly);

    public static Config FromResource<TAssembly>(string resourceName) => FromResource(resourceName, typeof(TAssembly).Assembly);

    public static Config FromResource(string resourceName, Assembly assembly)
    {
        using var stream = assembly.GetManifestResourceStream(resourceName)
            ?? throw new ConfigurationException($"{assembly.GetName().Name} has no resource {resourceName}");
        using var reader = new StreamReader(stream);
        return ParseString(reader.ReadToEnd());
    }
}
