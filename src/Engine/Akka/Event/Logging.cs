using Akka.Actor;

namespace Akka.Event;

public static class Logging
{
    /// <summary>Above every level that an event can have.</summary>
    internal const LogLevel OffLogLevel = (LogLevel)int.MaxValue;

    internal static readonly LogLevel[] AllLogLevels = Enum.GetValues<LogLevel>();

    public static Type ClassFor(this LogLevel logLevel) => logLevel switch
    {
        LogLevel.DebugLevel => typeof(Debug),
        LogLevel.InfoLevel => typeof(Info),
        LogLevel.WarningLevel => typeof(Warning),
        LogLevel.ErrorLevel => typeof(Error),
        _ => throw new ArgumentException($"Unknown log level {logLevel}", nameof(logLevel)),
    };

    public static string StringFor(this LogLevel logLevel) => logLevel switch
    {
        LogLevel.DebugLevel => "DEBUG",
        LogLevel.InfoLevel => "INFO",
        LogLevel.WarningLevel => "WARNING",
        LogLevel.ErrorLevel => "ERROR",
        OffLogLevel => "OFF",
        _ => throw new ArgumentException($"Unknown log level {logLevel}", nameof(logLevel)),
    };

    public static LogLevel LogLevelFor(string logLevel) => logLevel?.ToUpperInvariant() switch
    {
        "DEBUG" => LogLevel.DebugLevel,
        "INFO" => LogLevel.InfoLevel,
        "WARNING" => LogLevel.WarningLevel,
        "ERROR" => LogLevel.ErrorLevel,
        "OFF" => OffLogLevel,
        _ => throw new ArgumentException(
            $"Unknown log level '{logLevel}': it must be DEBUG, INFO, WARNING, ERROR or OFF", nameof(logLevel)),
    };

    public static LogLevel LogLevelFor<T>() where T : LogEvent =>
        AllLogLevels.FirstOrDefault(level => level.ClassFor() == typeof(T), LogLevel.DebugLevel);

    public static ILoggingAdapter GetLogger(this IActorContext context, ILogMessageFormatter? logMessageFormatter = null)
    {
        var source = LogSource.Create(context, context.System);
        return new BusLogging(context.System.EventStream, source.Source, source.Type, Formatter(context.System, logMessageFormatter));
    }

    public static ILoggingAdapter GetLogger(
        ActorSystem system, object logSourceObj, ILogMessageFormatter? logMessageFormatter = null)
    {
        var source = LogSource.Create(logSourceObj, system);
        return new BusLogging(system.EventStream, source.Source, source.Type, Formatter(system, logMessageFormatter));
    }

    public static ILoggingAdapter GetLogger(
        LoggingBus loggingBus, object logSourceObj, ILogMessageFormatter? logMessageFormatter = null)
    {
        var source = LogSource.Create(logSourceObj);
        return new BusLogging(loggingBus, source.Source, source.Type, logMessageFormatter ?? DefaultLogMessageFormatter.Instance);
    }

    public static string SimpleName(object o) => SimpleName(o.GetType());

    public static string SimpleName(Type t) => t.Name;

    internal static LogEvent EventFor(LogLevel level, Exception? cause, string source, Type? logClass, object? message) => level switch
    {
        LogLevel.DebugLevel => new Debug(cause, source, logClass, message),
        LogLevel.InfoLevel => new Info(cause, source, logClass, message),
        LogLevel.WarningLevel => new Warning(cause, source, logClass, message),
        LogLevel.ErrorLevel => new Error(cause, source, logClass, message),
        _ => throw new NotSupportedException($"Unknown log level {level}"),
    };

    private static ILogMessageFormatter Formatter(ActorSystem system, ILogMessageFormatter? chosen) =>
        chosen ?? system.Settings.LogFormatter;
}
