using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Configuration;
using Akka.Util.Internal;

namespace Akka.Event;

/// <summary>An event bus that knows the loggers and sends them the events of their level and above.</summary>
#pragma warning disable CA1001 // Cancelled when the loggers stop; a source without a timer holds nothing.
public class LoggingBus : ActorEventBus<object, Type>
{
    private static readonly AtomicCounter LoggerIds = new(0);

    private readonly Lock _loggersGate = new();
    private readonly CancellationTokenSource _loggersStopped = new();
    private IActorRef[] _loggers = [];
    private volatile int _logLevel;

    public LogLevel LogLevel => (LogLevel)_logLevel;

    /// <summary>Subscribes all loggers to what the new level lets through, and to nothing else.</summary>
    public void SetLogLevel(LogLevel logLevel)
    {
        lock (_loggersGate)
        {
            _logLevel = (int)logLevel;
            foreach (var logger in _loggers) SubscribeLogger(logger, logLevel);
        }
    }

    public void StartStdoutLogger(Settings config)
    {
        UseStdoutLogger(config);
        Publish(new Debug(SimpleName(this), GetType(), "StandardOutLogger started"));
    }

    protected override bool IsSubClassification(Type parent, Type child) => parent.IsAssignableFrom(child);

    protected override void Publish(object @event, IActorRef subscriber) => subscriber.Tell(@event);

    protected override bool Classify(object @event, Type classifier) => classifier.IsAssignableFrom(GetClassifier(@event));

    protected override Type GetClassifier(object @event) => @event.GetType();

    /// <summary>
    /// Starts the loggers of <c>akka.loggers</c> and waits until they are ready, though no longer than
    /// <c>akka.logger-startup-timeout</c>: one that is slow or broken must not keep a system from starting.
    /// </summary>
    internal void StartDefaultLoggers(ActorSystemImpl system)
    {
        var settings = system.Settings;
        var level = Logging.LogLevelFor(settings.LogLevel);
        var keepStandardOutput = false;
        var starting = new List<Task>();
        foreach (var name in settings.Loggers)
        {
            var type = Type.GetType(name)
                ?? throw new ConfigurationException($"akka.loggers names a logger that cannot be found: '{name}'.");
            if (typeof(MinimalLogger).IsAssignableFrom(type)) keepStandardOutput = true;
            else starting.Add(StartLogger(system, type, level));
        }

        _logLevel = (int)level;
        if (settings.DebugUnhandledMessage)
            Subscribe(system.SystemActorOf<UnhandledMessageForwarder>("UnhandledMessageForwarder"), typeof(UnhandledMessage));

        var started = Task.WhenAll(starting);
        if (settings.LoggerAsyncStart)
        {
            started.ContinueWith(_ => FinishStart(settings, keepStandardOutput), TaskScheduler.Default);
            return;
        }

        if (!started.Wait(settings.LoggerStartTimeout))
            Publish(new Warning(
                SimpleName(this), GetType(), $"Not every logger was ready within {settings.LoggerStartTimeout}; starting without it."));
        FinishStart(settings, keepStandardOutput);
    }

    /// <summary>Gives the log back to the standard output and stops the loggers' actors.</summary>
    internal void StopDefaultLoggers(ActorSystem system)
    {
        _loggersStopped.Cancel();
        IActorRef[] loggers;
        lock (_loggersGate)
        {
            loggers = _loggers;
            _loggers = [];
        }

        UseStdoutLogger(system.Settings);
        Publish(new Debug(SimpleName(this), GetType(), "Shutting down: StandardOutLogger started"));
        foreach (var logger in loggers)
        {
            if (logger is MinimalLogger) continue;
            Unsubscribe(logger);
            (logger as IInternalActorRef)?.Stop();
        }

        Publish(new Debug(SimpleName(this), GetType(), "All default loggers stopped"));
    }

    private void FinishStart(Settings settings, bool keepStandardOutput)
    {
        if (_loggersStopped.IsCancellationRequested) return;
        if (!keepStandardOutput)
        {
            Publish(new Debug(SimpleName(this), GetType(), "StandardOutLogger being removed"));
            Unsubscribe(settings.StdoutLogger);
        }

        Publish(new Debug(SimpleName(this), GetType(), "Default Loggers started"));
    }

    private void UseStdoutLogger(Settings settings)
    {
        var level = Logging.LogLevelFor(settings.StdoutLogLevel);
        SubscribeLogger(settings.StdoutLogger, level);
    }

    private async Task StartLogger(ActorSystemImpl system, Type type, LogLevel level)
    {
        var name = $"log{LoggerIds.IncrementAndGet()}-{SimpleName(type)}";
        try
        {
            var logger = system.SystemActorOf(Props.Create(type).WithDispatcher(system.Settings.LoggersDispatcher), name);
            var answer = await logger.Ask(new InitializeLogger(this), Timeout.InfiniteTimeSpan, _loggersStopped.Token)
                .ConfigureAwait(false);
            if (answer is not LoggerInitialized)
            {
                Publish(new Error(null, name, type, $"Logger {name} answered [{answer}] instead of LoggerInitialized."));
                return;
            }

            lock (_loggersGate)
            {
                if (_loggersStopped.IsCancellationRequested) return;
                _loggers = [.. _loggers, logger];
                SubscribeLogger(logger, level);
            }

            Publish(new Debug(SimpleName(this), GetType(), $"Logger {name} [{SimpleName(type)}] started"));
        }
        catch (Exception) when (_loggersStopped.IsCancellationRequested)
        {
            // The system is going down, and the logger with it: nobody waits for it any more.
        }
        catch (Exception failure)
        {
            Publish(new Error(failure, SimpleName(this), GetType(), $"Logger {name} [{SimpleName(type)}] could not be started."));
        }
    }

    private void SubscribeLogger(IActorRef logger, LogLevel level)
    {
        foreach (var each in Logging.AllLogLevels)
        {
            if (each >= level) Subscribe(logger, each.ClassFor());
            else Unsubscribe(logger, each.ClassFor());
        }
    }
}
