namespace Akka.Event;

/// <summary>
/// The usual ways to write a log line. Arguments are put into an array only after the level was found to be enabled.
/// </summary>
public static partial class LoggingExtensions
{
    public static void Log(this ILoggingAdapter log, LogLevel logLevel, string format)
    {
        if (log.IsEnabled(logLevel)) log.Log(logLevel, null, format);
    }

    public static void Log(this ILoggingAdapter log, LogLevel logLevel, string format, object[] args)
    {
        if (log.IsEnabled(logLevel)) Write(log, logLevel, null, format, args);
    }

    public static void Log(this ILoggingAdapter log, LogLevel logLevel, Exception? cause, string format, object[] args)
    {
        if (log.IsEnabled(logLevel)) Write(log, logLevel, cause, format, args);
    }

    public static void Log<T1>(this ILoggingAdapter log, LogLevel logLevel, Exception? cause, string format, T1 arg1)
    {
        if (log.IsEnabled(logLevel)) Write(log, logLevel, cause, format, [arg1]);
    }

    public static void Log<T1, T2>(this ILoggingAdapter log, LogLevel logLevel, Exception? cause, string format, T1 arg1, T2 arg2)
    {
        if (log.IsEnabled(logLevel)) Write(log, logLevel, cause, format, [arg1, arg2]);
    }

    public static void Log<T1, T2, T3>(
        this ILoggingAdapter log, LogLevel logLevel, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3)
    {
        if (log.IsEnabled(logLevel)) Write(log, logLevel, cause, format, [arg1, arg2, arg3]);
    }

    public static void Log<T1, T2, T3, T4>(
        this ILoggingAdapter log, LogLevel logLevel, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4)
    {
        if (log.IsEnabled(logLevel)) Write(log, logLevel, cause, format, [arg1, arg2, arg3, arg4]);
    }

    public static void Log<T1, T2, T3, T4, T5>(
        this ILoggingAdapter log, LogLevel logLevel, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5)
    {
        if (log.IsEnabled(logLevel)) Write(log, logLevel, cause, format, [arg1, arg2, arg3, arg4, arg5]);
    }

    public static void Log<T1, T2, T3, T4, T5, T6>(
        this ILoggingAdapter log, LogLevel logLevel, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6)
    {
        if (log.IsEnabled(logLevel)) Write(log, logLevel, cause, format, [arg1, arg2, arg3, arg4, arg5, arg6]);
    }

    private static void Write(ILoggingAdapter log, LogLevel level, Exception? cause, string format, object?[]? args) =>
        log.Log(level, cause, new DefaultLogMessage(log.Formatter, format, args));
}
