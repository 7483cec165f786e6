using System.Numerics;

namespace AkkaRaft.Simulation;

/// <summary>
/// The simulator's own source of randomness (xoshiro256**, seeded through splitmix64): the same on every machine and with every version of
/// the runtime. Each concern draws from a stream of its own, so that one more draw in one of them does not change the others.
/// </summary>
internal sealed class SimulationRandom
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    public SimulationRandom(ulong seed)
    {
        _s0 = SplitMix(ref seed);
        _s1 = SplitMix(ref seed);
        _s2 = SplitMix(ref seed);
        _s3 = SplitMix(ref seed);
    }

    public ulong NextULong()
    {
        var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>From 0 to <paramref name="bound"/> - 1.</summary>
    public int Below(int bound) => (int)(((UInt128)NextULong() * (ulong)bound) >> 64);

    /// <summary>From <paramref name="min"/> to <paramref name="max"/>.</summary>
    public long Between(long min, long max) => min + (long)(((UInt128)NextULong() * (ulong)(max - min + 1)) >> 64);

    /// <summary>From 0 to just below 1.</summary>
    public double Fraction() => (NextULong() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double probability) => probability > 0 && Fraction() < probability;

    /// <summary>A waiting time of an exponential distribution.</summary>
    public long Exponential(long mean) => (long)(-Math.Log(1.0 - Fraction()) * mean);

    public T Pick<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    /// <summary>A stream of its own.</summary>
    public SimulationRandom Fork() => new(NextULong());

    private static ulong SplitMix(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
