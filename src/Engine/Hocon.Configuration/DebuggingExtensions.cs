using System.Text;

namespace Hocon;

public static class DebuggingExtensions
{
    /// <summary>The HOCON of a configuration and, each by itself, of its fallbacks: where does a value come from?</summary>
    public static string DumpConfig(this Config config, bool dumpAsFallbacks = true)
    {
        if (!dumpAsFallbacks)
            return config.ToString(true);
        var dump = new StringBuilder("# The configuration itself\n").Append(config).Append('\n');
        foreach (var (index, fallback) in config.Fallbacks.Index())
            dump.Append(null, $"# Fallback {index + 1}\n{fallback.ToString(1, 2)}\n");
        return dump.ToString();
    }
}
