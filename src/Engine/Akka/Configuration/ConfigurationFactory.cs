using System.Reflection;
using Akka.Configuration.Hocon;
using Newtonsoft.Json;

namespace Akka.Configuration;

public class ConfigurationFactory
{
    private static readonly Lazy<Config> Reference = new(() => FromResource<ConfigurationFactory>("Akka.Configuration.akka.conf"));

    public static Config Empty => ParseString("");

    /// <exception cref="ConfigurationException">The text is not HOCON; the message tells where, and what was expected.</exception>
    public static Config ParseString(string hocon, Func<string, HoconRoot>? includeCallback) => new(Parser.Parse(hocon, includeCallback));

    public static Config ParseString(string hocon) => ParseString(hocon, null);

    /// <summary>Empty: there is no configuration file that an application gets without asking for it.</summary>
    public static Config Load() => Empty;

    /// <summary>The reference defaults of the actor system.</summary>
    public static Config Default() => Reference.Value;

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

    public static Config FromObject(object source) => ParseString(JsonConvert.SerializeObject(source));
}
