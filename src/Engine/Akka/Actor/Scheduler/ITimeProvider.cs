using Akka.Util.Internal;

namespace Akka.Actor;

public interface ITimeProvider
{
    DateTimeOffset Now { get; }

    /// <summary>Time since an arbitrary start, never set back.</summary>
    TimeSpan MonotonicClock { get; }

    TimeSpan HighResMonotonicClock { get; }
}

/// <summary>A time provider whose <see cref="ITimeProvider.Now"/> is the machine's clock.</summary>
public interface IDateTimeOffsetNowTimeProvider : ITimeProvider;

public class DateTimeOffsetNowTimeProvider : IDateTimeOffsetNowTimeProvider
{
    private DateTimeOffsetNowTimeProvider()
    {
    }

    public static DateTimeOffsetNowTimeProvider Instance { get; } = new();

    public DateTimeOffset Now => DateTimeOffset.Now;

    public TimeSpan MonotonicClock => Monotonic.Elapsed;

    public TimeSpan HighResMonotonicClock => Monotonic.Elapsed;
}
