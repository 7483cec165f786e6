using System.Data.Common;

namespace AkkaRaft;

/// <summary>Checks what the settings name in other parts of the configuration: the journal, the snapshot store and the dispatchers.</summary>
internal static class PluginChecks
{
    private const string DefaultJournal = "akka.persistence.journal.inmem";
    private const string JournalFallback = "akka.persistence.journal-plugin-fallback";
    private static readonly string[] VolatileJournals = ["MemoryJournal", "SharedMemoryJournal"];
    private static readonly string[] SqliteSources = ["Data Source", "DataSource", "Filename", "FullUri"];

    public static void CheckJournal(SettingsReader reader, RaftSettings settings)
    {
        var config = reader.Config.WithFallback(Akka.Persistence.Persistence.DefaultConfig());
        var plugin = settings.JournalPluginId.Length > 0
            ? settings.JournalPluginId
            : config.GetString("akka.persistence.journal.plugin") ?? "";
        plugin = plugin.Length > 0 ? plugin : DefaultJournal;
        if (!config.HasPath(plugin))
        {
            throw new RaftConfigurationException("akka-raft.journal-plugin-id", $"'{plugin}'", "no such section is in the configuration");
        }

        var className = (config.GetString($"{plugin}.class", "") ?? "").Split(',')[0].Trim();
        if (className.Length == 0)
        {
            throw new RaftConfigurationException(
                $"{plugin}.class", "missing", "the journal's class is expected: its package's defaults are to be merged in");
        }

        var isAllowed = reader.Switch("akka-raft.allow-volatile-journal");
        if (!isAllowed && VolatileJournals.Contains(className.Split('.')[^1]))
        {
            throw new RaftConfigurationException(
                "akka-raft.journal-plugin-id",
                $"'{plugin}', a journal in memory",
                "a server on it forgets its vote and its log when it stops: name a durable journal here or in "
                + "akka.persistence.journal.plugin, or say akka-raft.allow-volatile-journal = on in a test");
        }

        var connection = config.GetString($"{plugin}.connection-string", "") ?? "";
        var engine = $"{className} {config.GetString($"{plugin}.provider-name", "")}";
        if (!isAllowed && engine.Contains("sqlite", StringComparison.OrdinalIgnoreCase) && WhyVolatile(connection) is { } why)
        {
            throw new RaftConfigurationException(
                $"{plugin}.connection-string",
                $"'{connection}'",
                $"{why}: the path of a file is expected as its Data Source, or akka-raft.allow-volatile-journal = on in a test");
        }

        var modeKey = config.HasPath($"{plugin}.replay-filter.mode")
            ? $"{plugin}.replay-filter.mode"
            : $"{JournalFallback}.replay-filter.mode";
        var mode = config.GetString(modeKey, "repair-by-discard-old");
        if (mode != "fail")
        {
            throw new RaftConfigurationException(
                $"{plugin}.replay-filter.mode",
                $"'{mode}'",
                "it must be 'fail': a journal that was written by two servers must not be repaired by guessing");
        }
    }

    /// <summary>
    /// Why SQLite keeps nothing of what it writes to a connection, or null when it does: <c>:memory:</c> and <c>Mode=Memory</c> are
    /// databases in memory, and one without a name is a file that goes with the connection.
    /// </summary>
    private static string? WhyVolatile(string connection)
    {
        var parts = new DbConnectionStringBuilder();
        try
        {
            parts.ConnectionString = connection;
        }
        catch (ArgumentException cause)
        {
            return $"it is no connection string ({cause.Message})";
        }

        var mode = parts.TryGetValue("Mode", out var value) ? value.ToString() : "";
        var source = SqliteSources.Select(key => parts.TryGetValue(key, out var named) ? named.ToString() : null)
            .FirstOrDefault(named => named is not null)?.Trim() ?? "";
        if (source.Length == 0)
        {
            return "it names no file, and what is written goes when the connection does";
        }

        return source.Contains(":memory:", StringComparison.OrdinalIgnoreCase)
            || source.Contains("mode=memory", StringComparison.OrdinalIgnoreCase)
            || string.Equals(mode, "Memory", StringComparison.OrdinalIgnoreCase)
            ? "a server on a database in memory forgets its vote and its log when it stops"
            : null;
    }

    public static void CheckPlugins(SettingsReader reader, RaftSettings settings)
    {
        var config = reader.Config
            .WithFallback(Akka.Persistence.Persistence.DefaultConfig())
            .WithFallback(Akka.Configuration.ConfigurationFactory.Default());
        Names("akka-raft.snapshot-plugin-id", settings.SnapshotPluginId, "class");
        Names("akka-raft.dispatcher", settings.Dispatcher, "type");
        Names("akka-raft.state-machine-dispatcher", settings.StateMachineDispatcher, "type");
        Names("akka-raft.snapshot-dispatcher", settings.SnapshotDispatcher, "type");

        void Names(string key, string section, string field)
        {
            if (section.Length == 0 || !config.HasPath($"{section}.{field}"))
            {
                throw reader.Wrong(key, $"{SettingsTable.Of<TextSetting>(key).Expected}, which has a `{field}`, and there is none");
            }
        }
    }
}
