using System.Collections.Concurrent;
using System.Reflection;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Pattern;
using Akka.Persistence.Journal;

namespace Akka.Persistence;

public class Persistence : ExtensionIdProvider<PersistenceExtension>
{
    public static Persistence Instance { get; } = new();

    public static Config DefaultConfig()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Akka.Persistence.persistence.conf")!;
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }

    public override PersistenceExtension CreateExtension(ExtendedActorSystem system) => new(system);
}

/// <summary>The journals and snapshot stores of an actor system, each started once from its section of the configuration.</summary>
public class PersistenceExtension : IExtension
{
    private const string JournalFallbackPath = "akka.persistence.journal-plugin-fallback";
    private const string SnapshotStoreFallbackPath = "akka.persistence.snapshot-store-plugin-fallback";
    private const string NoSnapshotStorePath = "akka.persistence.no-snapshot-store";

    private readonly ExtendedActorSystem _system;
    private readonly Config _config;
    private readonly ILoggingAdapter _log;
    private readonly ConcurrentDictionary<string, Lazy<Plugin>> _plugins = new();
    private readonly Lazy<string> _defaultJournalId;
    private readonly Lazy<string> _defaultSnapshotStoreId;
    private readonly Lazy<IStashOverflowStrategy> _stashOverflowStrategy;
    private readonly Lazy<IActorRef> _recoveryPermitter;

    public PersistenceExtension(ExtendedActorSystem system)
    {
        _system = system;
        _system.Settings.InjectTopLevelFallback(Persistence.DefaultConfig());
        BindSerializer(typeof(Serialization.Snapshot), new Serialization.PersistenceSnapshotSerializer(system));
        BindSerializer(typeof(Serialization.IMessage), new Serialization.PersistenceMessageSerializer(system));
        _log = Logging.GetLogger(system, GetType());
        Settings = new PersistenceSettings(system, system.Settings.Config);
        _config = system.Settings.Config.GetConfig("akka.persistence");

        _defaultJournalId = new(() => DefaultPlugin("journal") ?? throw new ConfigurationException(
            "Default journal plugin is not configured: akka.persistence.journal.plugin is empty"));
        _defaultSnapshotStoreId = new(() =>
        {
            if (DefaultPlugin("snapshot-store") is { } id)
                return id;

            _log.Warning("No default snapshot store configured! To configure a default snapshot-store plugin "
                + "set the `akka.persistence.snapshot-store.plugin` key.");
            return NoSnapshotStorePath;
        });
        _stashOverflowStrategy = new(CreateStashOverflowStrategy);
        _recoveryPermitter = new(() => _system.SystemActorOf(
            Props.Create(() => new RecoveryPermitter(_config.GetInt("max-concurrent-recoveries", 50))), "recoveryPermitter"));

        foreach (var id in _config.GetStringList("journal.auto-start-journals", []))
        {
            _log.Info("Auto-starting journal plugin `{0}`", id);
            JournalFor(id);
        }

        foreach (var id in _config.GetStringList("snapshot-store.auto-start-snapshot-stores", []))
        {
            _log.Info("Auto-starting snapshot store `{0}`", id);
            SnapshotStoreFor(id);
        }
    }

    public PersistenceSettings Settings { get; }

    public IStashOverflowStrategy DefaultInternalStashOverflowStrategy => _stashOverflowStrategy.Value;

    public string PersistenceId(IActorRef actor) => actor.Path.ToStringWithoutAddress();

    public IActorRef JournalFor(string journalPluginId) =>
        PluginFor(string.IsNullOrEmpty(journalPluginId) ? _defaultJournalId.Value : journalPluginId, JournalFallbackPath).Ref;

    public IActorRef SnapshotStoreFor(string snapshotPluginId) =>
        PluginFor(
            string.IsNullOrEmpty(snapshotPluginId) ? _defaultSnapshotStoreId.Value : snapshotPluginId,
            SnapshotStoreFallbackPath).Ref;

    internal IActorRef RecoveryPermitter() => _recoveryPermitter.Value;

    internal Config JournalConfigFor(string journalPluginId) =>
        PluginFor(string.IsNullOrEmpty(journalPluginId) ? _defaultJournalId.Value : journalPluginId, JournalFallbackPath).Config;

    /// <summary>The configuration of the plugin that runs as this actor.</summary>
    internal Config ConfigFor(IActorRef plugin) => Configured(plugin).Config;

    internal EventAdapters AdaptersFor(IActorRef plugin) => Configured(plugin).Adapters.Value;

    internal CircuitBreaker CreateBreaker(Config pluginConfig) => CircuitBreaker.Create(
        _system.Scheduler,
        pluginConfig.GetInt("circuit-breaker.max-failures", 10),
        pluginConfig.GetTimeSpan("circuit-breaker.call-timeout", TimeSpan.FromSeconds(10)),
        pluginConfig.GetTimeSpan("circuit-breaker.reset-timeout", TimeSpan.FromSeconds(30)));

    /// <summary>The one failure that a task's aggregate holds, or the failure itself.</summary>
    internal static Exception Unwrap(Exception e) =>
        e is AggregateException aggregate && aggregate.Flatten().InnerExceptions is [var single] ? single : e;

    // The system has read its bindings before this extension could bring its defaults.
    private void BindSerializer(Type type, Akka.Serialization.Serializer serializer)
    {
        var serialization = _system.Serialization;
        if (serialization.FindSerializerForType(type) != serialization.FindSerializerForType(typeof(object)))
            return;

        serialization.AddSerializer(serializer);
        serialization.AddSerializationMap(type, serializer);
    }

    private string? DefaultPlugin(string kind)
    {
        var id = _config.GetString($"{kind}.plugin", string.Empty);
        return string.IsNullOrEmpty(id) ? null : id;
    }

    // A plugin's actor bears the path of its section as its name, so that it finds its section before anybody has its reference.
    private Plugin Configured(IActorRef plugin) =>
        _plugins.TryGetValue(plugin.Path.Name, out var known)
            ? known.Value
            : throw new ArgumentException($"Unknown plugin actor {plugin}");

    private Plugin PluginFor(string path, string fallbackPath)
    {
        var plugin = _plugins.GetOrAdd(path, p => new Lazy<Plugin>(() => Configure(p, fallbackPath))).Value;
        _ = plugin.Ref;
        return plugin;
    }

    private Plugin Configure(string path, string fallbackPath)
    {
        if (!_system.Settings.Config.HasPath(path))
        {
            throw new ArgumentException(
                $"Journal/Snapshot plugin config [{path}] does not exist, maybe the plugin path is misspelled or its defaults missing");
        }

        var config = _system.Settings.Config.GetConfig(path).WithFallback(_system.Settings.Config.GetConfig(fallbackPath));
        return new Plugin(
            config,
            new Lazy<EventAdapters>(() => EventAdapters.Create(_system, config)),
            new Lazy<IActorRef>(() => Start(path, config)));
    }

    private IActorRef Start(string path, Config config)
    {
        var typeName = config.GetString("class", string.Empty);
        if (string.IsNullOrEmpty(typeName))
            throw new ArgumentException($"Plugin class name must be defined in config property [{path}.class]");

        var type = Type.GetType(typeName, throwOnError: true)!;
        var takesConfig = type.GetConstructor([typeof(Config)]) is not null;
        var strategy = SupervisorStrategyConfigurator.CreateConfigurator(config.GetString("supervisor-strategy", string.Empty)!).Create();
        var props = new Props(type, strategy, takesConfig ? [config] : Array.Empty<object>());
        return _system.SystemActorOf(props.WithDispatcher(config.GetString("plugin-dispatcher", string.Empty)!), path);
    }

    private IStashOverflowStrategy CreateStashOverflowStrategy()
    {
        var typeName = _config.GetString("internal-stash-overflow-strategy", string.Empty)!;
        var configurator = (IStashOverflowStrategyConfigurator)Activator.CreateInstance(Type.GetType(typeName, throwOnError: true)!)!;
        return configurator.Create(_system.Settings.Config);
    }

    private sealed class Plugin(Config config, Lazy<EventAdapters> adapters, Lazy<IActorRef> reference)
    {
        public Config Config { get; } = config;

        public Lazy<EventAdapters> Adapters { get; } = adapters;

        public IActorRef Ref => reference.Value;
    }
}
