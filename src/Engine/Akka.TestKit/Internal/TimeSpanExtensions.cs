namespace Akka.TestKit.Internal;

/// <summary>Waiting times: absent means undefined, and -1 ms means for ever.</summary>
public static class TimeSpanExtensions
{
    public static bool IsUndefined(this TimeSpan? timeSpan) => timeSpan is null;

    public static bool IsPositiveFinite(this TimeSpan timeSpan) => timeSpan > TimeSpan.Zero;

    public static bool IsPositiveFinite(this TimeSpan? timeSpan) => timeSpan is { } value && value.IsPositiveFinite();

    public static bool IsZero(this TimeSpan timeSpan) => timeSpan == TimeSpan.Zero;

    public static bool IsZero(this TimeSpan? timeSpan) => timeSpan is { } value && value.IsZero();

    public static bool IsInfinite(this TimeSpan timeSpan) => timeSpan < TimeSpan.Zero;

    public static bool IsInfinite(this TimeSpan? timeSpan) => timeSpan is { } value && value.IsInfinite();

    public static bool IsInfiniteTimeout(this TimeSpan timeSpan) => timeSpan == Timeout.InfiniteTimeSpan;

    public static bool IsInfiniteTimeout(this TimeSpan? timeSpan) => timeSpan is { } value && value.IsInfiniteTimeout();

    public static void EnsureIsPositiveFinite(this TimeSpan timeSpan, string parameterName)
    {
        if (!timeSpan.IsPositiveFinite())
            throw new ArgumentException($"The timespan must be greater than zero. Actual value: {timeSpan}", parameterName);
    }

    /// <summary>The shorter of two, where absent or negative is longer than anything.</summary>
    public static TimeSpan Min(this TimeSpan a, TimeSpan? b)
    {
        if (b is not { } other || other.IsInfinite()) return a;
        return a.IsInfinite() || other < a ? other : a;
    }
}
