namespace Hocon;

public static class ConfigExtensions
{
    public static bool IsNullOrEmpty(this Config? config) => config is null || config.IsEmpty;

    /// <summary>As <see cref="Config.WithFallback"/>, save that either may be null, empty, or the other one.</summary>
    public static Config? SafeWithFallback(this Config? config, Config? fallback) =>
        fallback is null || ReferenceEquals(config, fallback) ? config
        : config.IsNullOrEmpty() ? fallback
        : config!.WithFallback(fallback);
}
