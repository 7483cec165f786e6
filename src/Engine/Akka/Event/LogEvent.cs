using System.Globalization;
using Akka.Actor;

namespace Akka.Event;

public abstract class LogEvent : INoSerializationVerificationNeeded
{
    protected LogEvent()
    {
        Timestamp = DateTime.UtcNow;
        Thread = Thread.CurrentThread;
    }

    public Exception? Cause { get; protected set; }

    public DateTime Timestamp { get; }

    public Thread Thread { get; }

    public string LogSource { get; protected set; } = "";

    public Type? LogClass { get; protected set; }

    public object? Message { get; protected set; }

    public abstract LogLevel LogLevel();

    public override string ToString()
    {
        var time = Timestamp.ToString("MM/dd/yyyy HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var line = $"[{Logging.StringFor(LogLevel())}][{time}][Thread {Thread.ManagedThreadId:0000}][{LogSource}] {Message}";
        return Cause is null ? line : $"{line}{Environment.NewLine}Cause: {Cause}";
    }

    private protected void Describe(Exception? cause, string logSource, Type? logClass, object? message)
    {
        Cause = cause;
        LogSource = logSource;
        LogClass = logClass;
        Message = message;
    }
}

public class Debug : LogEvent
{
    public Debug(string logSource, Type? logClass, object? message) : this(null, logSource, logClass, message)
    {
    }

    public Debug(Exception? cause, string logSource, Type? logClass, object? message) =>
        Describe(cause, logSource, logClass, message);

    public override LogLevel LogLevel() => Event.LogLevel.DebugLevel;
}

public class Info : LogEvent
{
    public Info(string logSource, Type? logClass, object? message) : this(null, logSource, logClass, message)
    {
    }

    public Info(Exception? cause, string logSource, Type? logClass, object? message) =>
        Describe(cause, logSource, logClass, message);

    public override LogLevel LogLevel() => Event.LogLevel.InfoLevel;
}

public class Warning : LogEvent
{
    public Warning(string logSource, Type? logClass, object? message) : this(null, logSource, logClass, message)
    {
    }

    public Warning(Exception? cause, string logSource, Type? logClass, object? message) =>
        Describe(cause, logSource, logClass, message);

    public override LogLevel LogLevel() => Event.LogLevel.WarningLevel;
}

public class Error : LogEvent
{
    public Error(Exception? cause, string logSource, Type? logClass, object? message) =>
        Describe(cause, logSource, logClass, message);

    public override LogLevel LogLevel() => Event.LogLevel.ErrorLevel;
}
