using System.Runtime.Serialization;
using AkkaRaft.Core;

namespace AkkaRaft.Serialization;

/// <summary>
/// Numbers of messages as they may be. What no server would ever send is refused here, so that the protocol need not be proof against it.
/// </summary>
internal static class Checked
{
    /// <summary>Far beyond any log, and far enough from the end of the numbers that a little can be added to it.</summary>
    private const long Highest = long.MaxValue / 2;

    public static Term Term(long value) => new(Number(value));

    public static LogIndex Index(long value) => new(Number(value));

    public static SessionId Session(long value) => new(Number(value));

    /// <exception cref="SerializationException">It is no name of a history, nor of one that has ended.</exception>
    public static long History(long value) => value is >= -Highest and <= Highest
        ? value
        : throw new SerializationException($"A message has the number {value} where a history's name can stand.");

    public static TimeSpan Time(long value) => TimeSpan.FromTicks(Number(value));

    /// <exception cref="SerializationException">It is below 0, or too large for a count.</exception>
    public static long Number(long value) => value is >= 0 and <= Highest
        ? value
        : throw new SerializationException($"A message has the number {value} where none below 0 or above {Highest} can stand.");

    /// <exception cref="SerializationException">The part is missing.</exception>
    public static T Present<T>(T? part)
        where T : class => part ?? throw new SerializationException($"A message has no {typeof(T).Name}.");
}
