using Akka.Actor;
using Akka.Util;

namespace Akka.Event;

/// <summary>A logger without an actor, which works before a system runs and after it has stopped.</summary>
public abstract class MinimalLogger : MinimalActorRef
{
    public sealed override IActorRefProvider Provider =>
        throw new NotSupportedException("This logger belongs to no actor system.");

    public sealed override ActorPath Path { get; } =
        new RootActorPath(new Address("akka", "all-systems"), "/StandardOutLogger");

    public LogFilterEvaluator Filter { get; internal set; } = LogFilterEvaluator.NoFilters;

    protected abstract void Log(object message);

    protected sealed override void TellInternal(object message, IActorRef sender)
    {
        ArgumentNullException.ThrowIfNull(message);
        Log(message);
    }
}

public class StandardOutLogger : MinimalLogger
{
    public static ConsoleColor DebugColor { get; set; } = ConsoleColor.Gray;

    public static ConsoleColor InfoColor { get; set; } = ConsoleColor.White;

    public static ConsoleColor WarningColor { get; set; } = ConsoleColor.Yellow;

    public static ConsoleColor ErrorColor { get; set; } = ConsoleColor.Red;

    public static bool UseColors { get; set; } = true;

    protected override void Log(object message)
    {
        if (message is LogEvent logEvent) PrintLogEvent(logEvent, Filter);
        else StandardOutWriter.WriteLine(message.ToString() ?? "");
    }

    internal static void PrintLogEvent(LogEvent logEvent, LogFilterEvaluator filter)
    {
        try
        {
            if (!filter.ShouldTryKeepMessage(logEvent, out var text)) return;
            StandardOutWriter.WriteLine(text, UseColors ? ColorFor(logEvent.LogLevel()) : null);
        }
        catch (FormatException failure)
        {
            var message = logEvent.Message is LogMessage broken ? broken.Unformatted() : logEvent.Message?.GetType().ToString();
            var report = new Error(
                new AggregateException(logEvent.Cause is null ? [failure] : [failure, logEvent.Cause]), logEvent.LogSource,
                logEvent.LogClass, $"A log message does not fit its arguments: {message}");
            StandardOutWriter.WriteLine(report.ToString(), UseColors ? ErrorColor : null);
        }
    }

    private static ConsoleColor ColorFor(LogLevel level) => level switch
    {
        LogLevel.DebugLevel => DebugColor,
        LogLevel.InfoLevel => InfoColor,
        LogLevel.WarningLevel => WarningColor,
        _ => ErrorColor,
    };
}
