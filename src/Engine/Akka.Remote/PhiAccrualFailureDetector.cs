using Akka.Configuration;
using Akka.Event;

namespace Akka.Remote;

/// <summary>
/// The φ accrual failure detector of Hayashibara et al.: from the mean and deviation of past intervals it computes how
/// unlikely the present silence is, as φ = -log10(1 - F(time since the last heartbeat)), and suspects from a threshold on.
/// </summary>
public class PhiAccrualFailureDetector : FailureDetector
{
    private readonly Lock _lock = new();
    private readonly Clock _clock;
    private readonly double _threshold;
    private readonly double _minStdDeviationMillis;
    private readonly double _acceptablePauseMillis;
    private readonly HeartbeatHistory _history;
    private long? _lastHeartbeatMillis;

    public PhiAccrualFailureDetector(double threshold, int maxSampleSize, TimeSpan minStdDeviation, TimeSpan acceptableHeartbeatPause,
        TimeSpan firstHeartbeatEstimate, Clock? clock = null)
    {
        if (threshold <= 0)
            throw new ArgumentException($"failure-detector.threshold must be > 0, but is {threshold}", nameof(threshold));
        if (acceptableHeartbeatPause < TimeSpan.Zero)
            throw new ArgumentException($"failure-detector.acceptable-heartbeat-pause must be >= 0, but is {acceptableHeartbeatPause}",
                nameof(acceptableHeartbeatPause));
        _threshold = threshold;
        _minStdDeviationMillis = Positive(minStdDeviation, "min-std-deviation").TotalMilliseconds;
        _acceptablePauseMillis = acceptableHeartbeatPause.TotalMilliseconds;
        _history = new HeartbeatHistory(maxSampleSize);
        _clock = clock ?? DefaultClock;
        SeedHistory(Positive(firstHeartbeatEstimate, "heartbeat-interval").TotalMilliseconds);
    }

    public PhiAccrualFailureDetector(Config config, EventStream ev)
        : this(config.GetDouble("threshold"), config.GetInt("max-sample-size"), Required(config, "min-std-deviation"),
            Required(config, "acceptable-heartbeat-pause"), Required(config, "heartbeat-interval"))
    {
    }

    public override bool IsAvailable
    {
        get
        {
            lock (_lock)
                return PhiAt(_clock()) < _threshold;
        }
    }

    public override bool IsMonitoring
    {
        get
        {
            lock (_lock)
                return _lastHeartbeatMillis.HasValue;
        }
    }

    /// <summary>The suspicion at this moment; 0 before the first heartbeat.</summary>
    internal double CurrentPhi
    {
        get
        {
            lock (_lock)
                return PhiAt(_clock());
        }
    }

    public sealed override void HeartBeat()
    {
        lock (_lock)
        {
            var now = _clock();

            // The silence of an outage would spoil the statistics, so that the interval that ends one does not count.
            if (_lastHeartbeatMillis is { } last && PhiAt(now) < _threshold)
                _history.Add(now - last);
            _lastHeartbeatMillis = now;
        }
    }

    internal static double Phi(double elapsedMillis, double mean, double stdDeviation)
    {
        // The logistic approximation of the normal distribution's tail.
        var y = (elapsedMillis - mean) / stdDeviation;
        var e = Math.Exp(-y * (1.5976 + (0.070566 * y * y)));
        return elapsedMillis > mean ? -Math.Log10(e / (1 + e)) : -Math.Log10(1 - (1 / (1 + e)));
    }

    private double PhiAt(long now)
    {
        if (_lastHeartbeatMillis is not { } last)
            return 0;
        var deviation = Math.Max(_history.StdDeviation, _minStdDeviationMillis);
        return Phi(now - last, _history.Mean + _acceptablePauseMillis, deviation);
    }

    /// <summary>A wide guess around the configured interval, until real samples push it out.</summary>
    private void SeedHistory(double estimateMillis)
    {
        var deviation = estimateMillis / 4;
        _history.Add((long)(estimateMillis - deviation));
        _history.Add((long)(estimateMillis + deviation));
    }
}
