using Akka.Remote;

namespace Engine.Tests.Remote;

public class FailureDetectorTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private long _now;

    [Fact]
    public void A_deadline_counts_from_the_last_heartbeat()
    {
        var detector = new DeadlineFailureDetector(TimeSpan.FromSeconds(4), Second, () => _now);
        Assert.False(detector.IsMonitoring);
        Assert.True(detector.IsAvailable);

        detector.HeartBeat();
        _now += 4999;
        Assert.True(detector.IsAvailable);
        _now += 1;
        Assert.False(detector.IsAvailable);

        detector.HeartBeat();
        Assert.True(detector.IsAvailable);
        Assert.True(detector.IsMonitoring);
    }

    [Theory]
    [InlineData(500, 0.1)]
    [InlineData(1000, 0.3)]
    [InlineData(1200, 1.6)]
    [InlineData(1400, 4.7)]
    [InlineData(1600, 10.8)]
    [InlineData(1700, 15.3)]
    public void Suspicion_grows_with_silence(long silenceMillis, double phi) =>
        Assert.Equal(phi, PhiAccrualFailureDetector.Phi(silenceMillis, 1000, 100), 0.1);

    [Theory]
    [InlineData(10, 38.0)]
    [InlineData(-25, 0.0)]
    public void Suspicion_stays_a_number_far_from_the_mean(long silenceMillis, double phi) =>
        Assert.Equal(phi, PhiAccrualFailureDetector.Phi(silenceMillis, 0, 1), 1.0);

    [Fact]
    public void Before_two_heartbeats_the_configured_interval_is_the_guess()
    {
        var detector = Accrual();
        Assert.Equal(0, detector.CurrentPhi);
        detector.HeartBeat();
        _now += 1000;
        Assert.Equal(0.3, detector.CurrentPhi, 0.2);
        _now += 1000;
        Assert.Equal(4.5, detector.CurrentPhi, 0.3);
        _now += 1000;
        Assert.True(detector.CurrentPhi > 15);
    }

    [Fact]
    public void Regular_heartbeats_are_expected_and_their_absence_is_noticed()
    {
        var detector = Accrual(threshold: 3);
        foreach (var pause in new[] { 0, 1000, 100 })
        {
            _now += pause;
            detector.HeartBeat();
        }

        _now += 100;
        Assert.True(detector.IsAvailable);
        _now += 7000;
        Assert.False(detector.IsAvailable);
    }

    [Fact]
    public void An_acceptable_pause_is_forgiven_and_an_outage_does_not_spoil_the_statistics()
    {
        var detector = Accrual(acceptablePause: TimeSpan.FromSeconds(3));
        for (var i = 0; i < 1000; i++, _now += 1000)
            detector.HeartBeat();
        _now += 3000 - 1000;
        Assert.True(detector.IsAvailable);

        _now += 5 * 60_000;
        Assert.False(detector.IsAvailable);
        detector.HeartBeat();
        Assert.True(detector.IsAvailable);
        _now += 7000;
        Assert.False(detector.IsAvailable);
    }

    [Fact]
    public void Only_the_latest_samples_count()
    {
        var detector = Accrual(maxSampleSize: 3, acceptablePause: TimeSpan.FromSeconds(3));
        void Beat(int millis)
        {
            for (var i = 0; i < 4; i++, _now += millis)
                detector.HeartBeat();
        }

        Beat(100);
        var first = detector.CurrentPhi;
        _now += 500;
        Beat(500);
        Beat(500);
        Assert.Equal(first, detector.CurrentPhi, 0.001);
    }

    [Fact]
    public void A_registry_keeps_a_detector_for_each_resource()
    {
        var registry = new DefaultFailureDetectorRegistry<string>(() => new DeadlineFailureDetector(Second, Second, () => _now));
        Assert.True(registry.IsAvailable("a"));
        Assert.False(registry.IsMonitoring("a"));

        registry.Heartbeat("a");
        _now += 1500;
        registry.Heartbeat("b");
        _now += 1500;

        Assert.False(registry.IsAvailable("a"));
        Assert.True(registry.IsAvailable("b"));
        registry.Remove("a");
        Assert.True(registry.IsAvailable("a"));
        registry.Reset();
        Assert.False(registry.IsMonitoring("b"));
    }

    [Fact]
    public void Nonsense_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new DeadlineFailureDetector(TimeSpan.Zero, Second));
        Assert.Throws<ArgumentException>(() => Accrual(threshold: 0));
        Assert.Throws<ArgumentException>(() => Accrual(maxSampleSize: 0));
        Assert.Throws<ArgumentException>(() => Accrual(acceptablePause: TimeSpan.FromSeconds(-1)));
    }

    private PhiAccrualFailureDetector Accrual(double threshold = 8, int maxSampleSize = 1000, TimeSpan acceptablePause = default) =>
        new(threshold, maxSampleSize, TimeSpan.FromMilliseconds(100), acceptablePause, Second, () => _now);
}
