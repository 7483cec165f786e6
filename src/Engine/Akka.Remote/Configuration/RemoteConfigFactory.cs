using Akka.Configuration;

namespace Akka.Remote.Configuration;

internal static class RemoteConfigFactory
{
    private const string ResourceName = "Akka.Remote.Configuration.remote.conf";

    private static readonly Lazy<Config> s_default = new(Load);

    /// <summary>The defaults of Akka.Remote.</summary>
    public static Config Default() => s_default.Value;

    private static Config Load()
    {
        using var stream = typeof(RemoteConfigFactory).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new ConfigurationException($"The resource [{ResourceName}] is missing from Akka.Remote.");
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}
