using System.Diagnostics;

namespace Akka.Util.Internal;

/// <summary>Time since this process first asked for it; unlike the wall clock it is never set.</summary>
internal static class Monotonic
{
    private static readonly long Start = Stopwatch.GetTimestamp();

    public static TimeSpan Elapsed => Stopwatch.GetElapsedTime(Start);
}
