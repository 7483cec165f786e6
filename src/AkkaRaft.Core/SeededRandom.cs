namespace AkkaRaft.Core;

/// <summary>
/// The core's only randomness (Steele, Lea and Flood's SplitMix64). Its own, so that a seed means the same on every runtime.
/// </summary>
internal sealed class SeededRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>The next 64 random bits.</summary>
    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>A time from <paramref name="min"/> to <paramref name="max"/>, both included.</summary>
    public TimeSpan Between(TimeSpan min, TimeSpan max) => min + TimeSpan.FromTicks((long)(Next() % (ulong)((max - min).Ticks + 1)));
}
