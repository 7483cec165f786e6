using Akka.Configuration;

namespace Akka.Remote;

/// <summary>Milliseconds that only ever grow; where they start does not matter.</summary>
public delegate long Clock();

/// <summary>Judges from the heartbeats of one resource whether it is still there.</summary>
public abstract class FailureDetector
{
    public static readonly Clock DefaultClock = () => Environment.TickCount64;

    public abstract bool IsAvailable { get; }

    /// <summary>Whether any heartbeat has arrived yet; before the first, everything counts as available.</summary>
    public abstract bool IsMonitoring { get; }

    public abstract void HeartBeat();

    private protected static TimeSpan Positive(TimeSpan value, string name) =>
        value > TimeSpan.Zero ? value : throw new ArgumentException($"failure-detector.{name} must be > 0, but is {value}", name);

    private protected static TimeSpan Required(Config config, string key)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.HasPath(key)
            ? config.GetTimeSpan(key)
            : throw new ConfigurationException($"The failure detector's configuration lacks '{key}'.");
    }
}
