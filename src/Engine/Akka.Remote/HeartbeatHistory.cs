namespace Akka.Remote;

/// <summary>Mean and deviation of the latest intervals between heartbeats, in milliseconds.</summary>
internal sealed class HeartbeatHistory
{
    private readonly int _maxSampleSize;
    private readonly Queue<long> _intervals = new();
    private double _sum;
    private double _squaredSum;

    public HeartbeatHistory(int maxSampleSize)
    {
        if (maxSampleSize < 1)
            throw new ArgumentException($"failure-detector.max-sample-size must be >= 1, but is {maxSampleSize}", nameof(maxSampleSize));
        _maxSampleSize = maxSampleSize;
    }

    public double Mean => _sum / _intervals.Count;

    public double StdDeviation => Math.Sqrt(Math.Max(0, (_squaredSum / _intervals.Count) - (Mean * Mean)));

    public void Add(long intervalMillis)
    {
        if (_intervals.Count >= _maxSampleSize)
        {
            var oldest = _intervals.Dequeue();
            _sum -= oldest;
            _squaredSum -= (double)oldest * oldest;
        }

        _intervals.Enqueue(intervalMillis);
        _sum += intervalMillis;
        _squaredSum += (double)intervalMillis * intervalMillis;
    }
}
