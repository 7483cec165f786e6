using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Actor;

/// <summary>What the kernel itself reads from the configuration.</summary>
public class Settings
{
    private readonly Config _userConfig;
    private readonly Lock _injecting = new();
    private Config _fallbackConfig;

    public Settings(ActorSystem system, Config config)
        : this(system, config, ActorSystemSetup.Empty)
    {
    }

    public Settings(ActorSystem system, Config config, ActorSystemSetup setup)
    {
        System = system;
        Setup = setup;
        _userConfig = config;
        _fallbackConfig = ConfigurationFactory.Default();
        Config = Combined();

        var bootstrap = setup.Get<BootstrapSetup>();
        ProviderSelectionType = bootstrap.HasValue && bootstrap.Value.ActorRefProvider.HasValue
            ? bootstrap.Value.ActorRefProvider.Value
            : ProviderSelection.GetProvider(Config.GetString("akka.actor.provider", "local"));

        Home = Config.GetString("akka.home", "");
        ConfigVersion = Config.GetString("akka.version", "");
        SupervisorStrategyClass = Config.GetString("akka.actor.guardian-supervisor-strategy", "DefaultSupervisorStrategy");
        AskTimeout = Config.GetTimeSpan("akka.actor.ask-timeout", Timeout.InfiniteTimeSpan, allowInfinite: true);
        CreationTimeout = Config.GetTimeSpan("akka.actor.creation-timeout", TimeSpan.FromSeconds(20));
        UnstartedPushTimeout = Config.GetTimeSpan("akka.actor.unstarted-push-timeout", TimeSpan.FromSeconds(10));
        SerializeAllMessages = Config.GetBoolean("akka.actor.serialize-messages", false);
        SerializeAllCreators = Config.GetBoolean("akka.actor.serialize-creators", false);
        EmitActorTelemetry = Config.GetBoolean("akka.actor.telemetry.enabled", false);
        DefaultVirtualNodesFactor = Config.GetInt("akka.actor.deployment.default.virtual-nodes-factor", 10);

        LogLevel = Config.GetString("akka.loglevel", "INFO");
        StdoutLogLevel = Config.GetString("akka.stdout-loglevel", "WARNING");
        Loggers = Config.GetStringList("akka.loggers");
        LoggersDispatcher = Config.GetString("akka.loggers-dispatcher", Dispatch.Dispatchers.DefaultDispatcherId);
        LoggerStartTimeout = Config.GetTimeSpan("akka.logger-startup-timeout", TimeSpan.FromSeconds(5));
        LoggerAsyncStart = Config.GetBoolean("akka.logger-async-start", false);
        LogConfigOnStart = Config.GetBoolean("akka.log-config-on-start", false);
        LogSerializerOverrideOnStart = Config.GetBoolean("akka.log-serializer-override-on-start", true);
        LogDeadLetters = ReadLogDeadLetters();
        LogDeadLettersDuringShutdown = Config.GetBoolean("akka.log-dead-letters-during-shutdown", true);
        LogDeadLettersSuspendDuration =
            Config.GetTimeSpan("akka.log-dead-letters-suspend-duration", TimeSpan.FromMinutes(5), allowInfinite: true);
        AddLoggingReceive = Config.GetBoolean("akka.actor.debug.receive", false);
        DebugAutoReceive = Config.GetBoolean("akka.actor.debug.autoreceive", false);
        DebugLifecycle = Config.GetBoolean("akka.actor.debug.lifecycle", false);
        DebugEventStream = Config.GetBoolean("akka.actor.debug.event-stream", false);
        DebugUnhandledMessage = Config.GetBoolean("akka.actor.debug.unhandled", false);
        DebugRouterMisconfiguration = Config.GetBoolean("akka.actor.debug.router-misconfiguration", false);
        DebugTimerScheduler = Config.GetBoolean("akka.actor.debug.log-timers", false);
        FsmDebugEvent = Config.GetBoolean("akka.actor.debug.fsm", false);

        SchedulerClass = Config.GetString("akka.scheduler.implementation", "");
        SchedulerShutdownTimeout = Config.GetTimeSpan("akka.scheduler.shutdown-timeout", TimeSpan.FromSeconds(5));
        CoordinatedShutdownTerminateActorSystem =
            Config.GetBoolean("akka.coordinated-shutdown.terminate-actor-system", true);
        CoordinatedShutdownRunByActorSystemTerminate =
            Config.GetBoolean("akka.coordinated-shutdown.run-by-actor-system-terminate", true);
        if (CoordinatedShutdownRunByActorSystemTerminate && !CoordinatedShutdownTerminateActorSystem)
        {
            throw new ConfigurationException(
                "akka.coordinated-shutdown.run-by-actor-system-terminate=on and "
                + "akka.coordinated-shutdown.terminate-actor-system=off is not a supported configuration combination.");
        }

        LoggingSettings();
    }

    public ActorSystem System { get; }

    public Config Config { get; private set; }

    public ActorSystemSetup Setup { get; }

    public ProviderSelection ProviderSelectionType { get; }

    public string ProviderClass => ProviderSelectionType.Fqn;

    public bool HasCluster => ProviderSelectionType.HasCluster;

    public string Home { get; }

    public string ConfigVersion { get; }

    public string SupervisorStrategyClass { get; }

    public TimeSpan AskTimeout { get; }

    public TimeSpan CreationTimeout { get; }

    public TimeSpan UnstartedPushTimeout { get; }

    public bool SerializeAllMessages { get; }

    public bool SerializeAllCreators { get; }

    public bool EmitActorTelemetry { get; }

    public int DefaultVirtualNodesFactor { get; }

    public string LogLevel { get; }

    public string StdoutLogLevel { get; }

    public IList<string> Loggers { get; }

    public string LoggersDispatcher { get; }

    public TimeSpan LoggerStartTimeout { get; }

    public bool LoggerAsyncStart { get; }

    public bool LogConfigOnStart { get; }

    public bool LogSerializerOverrideOnStart { get; }

    /// <summary>How many dead letters are logged before silence; 0 for none.</summary>
    public int LogDeadLetters { get; }

    public bool LogDeadLettersDuringShutdown { get; }

    public TimeSpan LogDeadLettersSuspendDuration { get; }

    public bool AddLoggingReceive { get; }

    public bool DebugAutoReceive { get; }

    public bool DebugLifecycle { get; }

    public bool DebugEventStream { get; }

    public bool DebugUnhandledMessage { get; }

    public bool DebugRouterMisconfiguration { get; }

    public bool DebugTimerScheduler { get; }

    public bool FsmDebugEvent { get; }

    public string SchedulerClass { get; }

    public TimeSpan SchedulerShutdownTimeout { get; }

    public bool CoordinatedShutdownTerminateActorSystem { get; }

    public bool CoordinatedShutdownRunByActorSystemTerminate { get; }

    public MinimalLogger StdoutLogger { get; private set; } = null!;

    public ILogMessageFormatter LogFormatter { get; private set; } = null!;

    public LogFilterEvaluator LogFilter { get; private set; } = LogFilterEvaluator.NoFilters;

    /// <summary>Adds a library's defaults below all that is there.</summary>
    public void InjectTopLevelFallback(Config config)
    {
        // Extensions may be loaded by several threads at once, and none may lose its defaults.
        lock (_injecting)
        {
            _fallbackConfig = config.WithFallback(_fallbackConfig);
            Config = Combined();
        }
    }

    public override string ToString() => Config.ToString();

    private Config Combined() => _userConfig.IsEmpty ? _fallbackConfig : _userConfig.WithFallback(_fallbackConfig);

    private int ReadLogDeadLetters() => Config.GetString("akka.log-dead-letters", "on").ToLowerInvariant() switch
    {
        "on" or "true" or "yes" => int.MaxValue,
        "off" or "false" or "no" => 0,
        _ => Config.GetInt("akka.log-dead-letters", 0),
    };

    private void LoggingSettings()
    {
        LogFormatter = Instance<ILogMessageFormatter>("akka.logger-formatter");
        StdoutLogger = Instance<MinimalLogger>("akka.stdout-logger-class");
        var filters = Setup.Get<LogFilterSetup>();
        if (filters.HasValue)
            LogFilter = filters.Value.CreateEvaluator();
        StdoutLogger.Filter = LogFilter;
    }

    private T Instance<T>(string key)
    {
        var name = Config.GetString(key, "");
        var type = Type.GetType(name) ?? throw new ConfigurationException($"Could not resolve the type [{name}] of [{key}]");
        return typeof(T).IsAssignableFrom(type)
            ? (T)Activator.CreateInstance(type, nonPublic: true)!
            : throw new ConfigurationException($"The type [{name}] of [{key}] is no {typeof(T).Name}");
    }
}
