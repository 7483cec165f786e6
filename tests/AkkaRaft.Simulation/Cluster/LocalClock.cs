namespace AkkaRaft.Simulation;

/// <summary>A server's monotonic clock: with an origin of its own, and a rate that may be off and may change.</summary>
internal sealed class LocalClock(long origin)
{
    /// <summary>The fastest that any clock is made to run.</summary>
    public const double FastestRate = 2.2;

    private long _since;
    private long _at = origin;

    /// <summary>How fast it runs; 1 is right.</summary>
    public double Rate { get; private set; } = 1;

    public TimeSpan At(long now) => TimeSpan.FromTicks(_at + (long)((now - _since) * Rate));

    public void SetRate(long now, double rate)
    {
        _at = At(now).Ticks;
        _since = now;
        Rate = rate;
    }

    /// <summary>How long it really takes until the clock has gone on by a time, rounded up: a timer never fires early.</summary>
    public long RealTime(TimeSpan after) => (long)Math.Ceiling(after.Ticks / Rate) + 1;
}
