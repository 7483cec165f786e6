namespace Akka.Event;

public interface ILogMessageFormatter
{
    string Format(string format, params object[] args);

    string Format(string format, IEnumerable<object> args);
}

public class DefaultLogMessageFormatter : ILogMessageFormatter
{
    public static readonly DefaultLogMessageFormatter Instance = new();

    private DefaultLogMessageFormatter()
    {
    }

    public string Format(string format, params object[] args) => args is null or [] ? format : string.Format(format, args);

    public string Format(string format, IEnumerable<object> args) => Format(format, args.ToArray());
}

/// <summary>A text and what is to be put into it, which happens only when somebody reads it.</summary>
public abstract class LogMessage
{
    protected readonly ILogMessageFormatter Formatter;

    public LogMessage(ILogMessageFormatter formatter, string format)
    {
        Formatter = formatter;
        Format = format;
    }

    public string Format { get; }

    public abstract IEnumerable<object> Parameters();

    public abstract string Unformatted();

    public override string ToString() => Formatter.Format(Format, Parameters());
}

internal sealed class DefaultLogMessage(ILogMessageFormatter formatter, string format, object?[]? args) : LogMessage(formatter, format)
{
    private readonly object[] _args = args is null ? [] : (object[])args!;

    public override IEnumerable<object> Parameters() => _args;

    public override string Unformatted() => $"{Format} <{string.Join(", ", _args)}>";
}
