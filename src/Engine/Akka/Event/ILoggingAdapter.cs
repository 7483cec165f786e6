namespace Akka.Event;

public interface ILoggingAdapter
{
    ILogMessageFormatter Formatter { get; }

    bool IsDebugEnabled { get; }

    bool IsInfoEnabled { get; }

    bool IsWarningEnabled { get; }

    bool IsErrorEnabled { get; }

    bool IsEnabled(LogLevel logLevel);

    void Log(LogLevel logLevel, Exception? cause, LogMessage message);

    void Log(LogLevel logLevel, Exception? cause, string format);
}

public abstract class LoggingAdapterBase : ILoggingAdapter
{
    protected LoggingAdapterBase(ILogMessageFormatter logMessageFormatter)
    {
        ArgumentNullException.ThrowIfNull(logMessageFormatter);
        Formatter = logMessageFormatter;
    }

    public ILogMessageFormatter Formatter { get; }

    public abstract bool IsDebugEnabled { get; }

    public abstract bool IsErrorEnabled { get; }

    public abstract bool IsInfoEnabled { get; }

    public abstract bool IsWarningEnabled { get; }

    public bool IsEnabled(LogLevel logLevel) => logLevel switch
    {
        LogLevel.DebugLevel => IsDebugEnabled,
        LogLevel.InfoLevel => IsInfoEnabled,
        LogLevel.WarningLevel => IsWarningEnabled,
        LogLevel.ErrorLevel => IsErrorEnabled,
        _ => throw new NotSupportedException($"Unknown log level {logLevel}"),
    };

    public void Log(LogLevel logLevel, Exception? cause, LogMessage message)
    {
        if (IsEnabled(logLevel)) NotifyLog(logLevel, message, cause);
    }

    public void Log(LogLevel logLevel, Exception? cause, string format)
    {
        if (IsEnabled(logLevel)) NotifyLog(logLevel, format, cause);
    }

    protected abstract void NotifyLog(LogLevel logLevel, object message, Exception? cause = null);
}

/// <summary>
/// Logs by publishing events to a bus, which knows the loggers. What is enabled is decided once, by the bus's level at that time: a
/// later change of level concerns the loggers.
/// </summary>
public sealed class BusLogging : LoggingAdapterBase
{
    public BusLogging(LoggingBus bus, string logSource, Type logClass, ILogMessageFormatter logMessageFormatter)
        : base(logMessageFormatter)
    {
        Bus = bus;
        LogSource = logSource;
        LogClass = logClass;
        IsDebugEnabled = bus.LogLevel <= LogLevel.DebugLevel;
        IsInfoEnabled = bus.LogLevel <= LogLevel.InfoLevel;
        IsWarningEnabled = bus.LogLevel <= LogLevel.WarningLevel;
        IsErrorEnabled = bus.LogLevel <= LogLevel.ErrorLevel;
    }

    public LoggingBus Bus { get; }

    public Type LogClass { get; }

    public string LogSource { get; }

    public override bool IsDebugEnabled { get; }

    public override bool IsErrorEnabled { get; }

    public override bool IsInfoEnabled { get; }

    public override bool IsWarningEnabled { get; }

    protected override void NotifyLog(LogLevel logLevel, object message, Exception? cause = null) =>
        Bus.Publish(Logging.EventFor(logLevel, cause, LogSource, LogClass, message));
}

public sealed class NoLogger : ILoggingAdapter
{
    public static readonly ILoggingAdapter Instance = new NoLogger();

    private NoLogger()
    {
    }

    public ILogMessageFormatter Formatter => DefaultLogMessageFormatter.Instance;

    public bool IsDebugEnabled => false;

    public bool IsErrorEnabled => false;

    public bool IsInfoEnabled => false;

    public bool IsWarningEnabled => false;

    public bool IsEnabled(LogLevel logLevel) => false;

    public void Log(LogLevel logLevel, Exception? cause, LogMessage message)
    {
    }

    public void Log(LogLevel logLevel, Exception? cause, string format)
    {
    }
}
