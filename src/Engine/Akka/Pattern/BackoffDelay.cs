using Akka.Util;

namespace Akka.Pattern;

internal static class BackoffDelay
{
    /// <summary>Doubles with each restart, up to a limit, and then is made longer by a random part.</summary>
    public static TimeSpan Calculate(int restartCount, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor)
    {
        var random = 1.0 + ThreadLocalRandom.Current.NextDouble() * randomFactor;
        // From here on doubling would overflow.
        if (restartCount >= 30) return maxBackoff * random;
        var doubled = minBackoff * Math.Pow(2, restartCount);
        return (doubled < maxBackoff ? doubled : maxBackoff) * random;
    }
}
