using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Dispatch;

/// <summary>The dispatchers of one system, by the path of their configuration.</summary>
public sealed class Dispatchers
{
    public const string DefaultDispatcherId = "akka.actor.default-dispatcher";
    public const string DefaultBlockingDispatcherId = "akka.actor.default-blocking-io-dispatcher";
    public const string SynchronizedDispatcherId = "akka.actor.synchronized-dispatcher";
    internal const string InternalDispatcherId = "akka.actor.internal-dispatcher";

    private const int MaxAliasDepth = 20;

    private readonly ConcurrentDictionary<string, MessageDispatcherConfigurator> _configurators = new(StringComparer.Ordinal);
    private MessageDispatcher? _default;

    public Dispatchers(ActorSystem system, IDispatcherPrerequisites prerequisites, ILoggingAdapter logger)
    {
        Prerequisites = prerequisites;
    }

    public IDispatcherPrerequisites Prerequisites { get; }

    public MessageDispatcher DefaultGlobalDispatcher => _default ??= Lookup(DefaultDispatcherId);

    public Config DefaultDispatcherConfig => Prerequisites.Settings.Config.GetConfig(DefaultDispatcherId);

    internal MessageDispatcher InternalDispatcher => Lookup(InternalDispatcherId);

    /// <summary>The section <paramref name="id"/>, through its aliases: a section may be the path of another.</summary>
    public static Config GetConfig(Config config, string id, int depth = 0)
    {
        if (depth > MaxAliasDepth)
        {
            throw new ConfigurationException(
                $"Could not find a concrete dispatcher config after following {MaxAliasDepth} deep."
                + $" Is there a loop in your config? last Id was {id}");
        }

        if (!config.HasPath(id))
            throw new ConfigurationException($"Dispatcher {id} not configured.");
        return config.GetValue(id)!.IsObject() ? config.GetConfig(id) : GetConfig(config, config.GetString(id, ""), depth + 1);
    }

    public bool HasDispatcher(string id) => _configurators.ContainsKey(id) || Prerequisites.Settings.Config.HasPath(id);

    /// <exception cref="ConfigurationException">There is no such section.</exception>
    public MessageDispatcher Lookup(string dispatcherName) =>
        Configurator(string.IsNullOrEmpty(dispatcherName) ? DefaultDispatcherId : dispatcherName).Dispatcher();

    /// <returns>False when there is one of that name already.</returns>
    public bool RegisterConfigurator(string id, MessageDispatcherConfigurator configurator) => _configurators.TryAdd(id, configurator);

    private MessageDispatcherConfigurator Configurator(string id)
    {
        if (_configurators.TryGetValue(id, out var known))
            return known;
        var settings = Prerequisites.Settings.Config;
        if (!HasDispatcher(id))
            throw new ConfigurationException($"Dispatcher {id} not configured.");
        if (!settings.GetValue(id)!.IsObject())
        {
            // Follows the aliases to their end first, so that a circle is found out.
            GetConfig(settings, id);
            return Configurator(settings.GetString(id, ""));
        }

        var config = ConfigurationFactory.ParseString($"id = \"{id}\"").WithFallback(settings.GetConfig(id));
        if (id != DefaultDispatcherId)
            config = config.WithFallback(DefaultDispatcherConfig);
        return _configurators.GetOrAdd(id, Create(config));
    }

    private MessageDispatcherConfigurator Create(Config config)
    {
        var type = config.GetString("type", "");
        switch (type)
        {
            case null or "":
                throw new ConfigurationException($"Missing dispatcher type in section [{config.GetString("id", "")}]");
            case "Dispatcher" or "TaskDispatcher" or "ForkJoinDispatcher":
                return new DispatcherConfigurator(config, Prerequisites);
            case "PinnedDispatcher":
                return new PinnedDispatcherConfigurator(config, Prerequisites);
            case "SynchronizedDispatcher":
                return new SynchronizedDispatcherConfigurator(config, Prerequisites);
            default:
                var custom = Type.GetType(type) ?? throw new ConfigurationException(
                    $"Could not resolve dispatcher type {type} for path {config.GetString("id", "")}");
                return (MessageDispatcherConfigurator)Activator.CreateInstance(custom, config, Prerequisites)!;
        }
    }
}

public sealed class DispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly Lazy<Dispatcher> _dispatcher;

    public DispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites)
    {
        _dispatcher = new Lazy<Dispatcher>(() =>
        {
            var settings = DispatcherSettings.From(Config);
            return new Dispatcher(
                this, settings.Id, settings.Throughput, settings.DeadlineTicks, ConfigureExecutor(), settings.ShutdownTimeout);
        });
    }

    public override MessageDispatcher Dispatcher() => _dispatcher.Value;
}

internal sealed class PinnedDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    : MessageDispatcherConfigurator(config, prerequisites)
{
    public override MessageDispatcher Dispatcher()
    {
        var settings = DispatcherSettings.From(Config);
        return new PinnedDispatcher(
            this, settings.Id, int.MaxValue, null, new DedicatedThreadsConfigurator(Config, Prerequisites, 1, background: true),
            settings.ShutdownTimeout);
    }
}

internal sealed class SynchronizedDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    : MessageDispatcherConfigurator(config, prerequisites)
{
    public override MessageDispatcher Dispatcher()
    {
        var settings = DispatcherSettings.From(Config);
        return new CurrentSynchronizationContextDispatcher(
            this, settings.Id, settings.Throughput, settings.DeadlineTicks, ConfigureExecutor(), settings.ShutdownTimeout);
    }
}

internal sealed record DispatcherSettings(string Id, int Throughput, long DeadlineTicks, TimeSpan ShutdownTimeout)
{
    public static DispatcherSettings From(Config config) => new(
        config.GetString("id", ""),
        config.GetInt("throughput", MessageDispatcher.DefaultThroughput),
        config.GetTimeSpan("throughput-deadline-time", TimeSpan.Zero).Ticks,
        config.GetTimeSpan("shutdown-timeout", TimeSpan.FromSeconds(1)));
}
