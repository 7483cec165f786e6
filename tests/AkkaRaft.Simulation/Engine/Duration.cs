namespace AkkaRaft.Simulation;

/// <summary>Virtual time is counted in ticks of 100 ns, as a <see cref="TimeSpan"/> counts.</summary>
internal static class Duration
{
    public const long Microsecond = TimeSpan.TicksPerMicrosecond;
    public const long Millisecond = TimeSpan.TicksPerMillisecond;
    public const long Second = TimeSpan.TicksPerSecond;

    public static string Text(long ticks) => FormattableString.Invariant($"{ticks / (double)Second:0.000000}");
}
