namespace Akka.TestKit;

/// <summary>Opens after it was counted down a number of times.</summary>
public class TestLatch
{
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    private readonly object _gate = new();
    private readonly Func<TimeSpan, TimeSpan> _dilate;
    private readonly TimeSpan _defaultTimeout;
    private readonly int _count;
    private int _left;

    public TestLatch() : this(1)
    {
    }

    public TestLatch(int count) : this(count, DefaultTimeout)
    {
    }

    public TestLatch(int count, TimeSpan defaultTimeout) : this(time => time, defaultTimeout, count)
    {
    }

    protected TestLatch(Func<TimeSpan, TimeSpan> dilate, TimeSpan defaultTimeout, int count)
    {
        _dilate = dilate;
        _defaultTimeout = defaultTimeout;
        _count = _left = count;
    }

    public bool IsOpen
    {
        get
        {
            lock (_gate) return _left <= 0;
        }
    }

    public void CountDown() => Set(left => left - 1);

    public void Open() => Set(_ => 0);

    public void Reset() => Set(_ => _count);

    public void Ready() => Ready(_defaultTimeout);

    public void Ready(TimeSpan timeout)
    {
        if (timeout == TimeSpan.MaxValue)
            throw new ArgumentException($"{nameof(TestLatch)} does not support infinite timeouts.", nameof(timeout));
        var dilated = _dilate(timeout);
        var end = TestKitBase.Now + dilated;
        lock (_gate)
        {
            while (_left > 0)
            {
                var time = end - TestKitBase.Now;
                if (time <= TimeSpan.Zero)
                    throw new TimeoutException($"The latch was not opened within {dilated}; {_left} of its counts are left.");
                Monitor.Wait(_gate, time);
            }
        }
    }

    internal static TestLatch For(TestKitBase testKit, int count) =>
        new(testKit.Dilated, testKit.TestKitSettings.DefaultTimeout, count);

    private void Set(Func<int, int> change)
    {
        lock (_gate)
        {
            _left = change(_left);
            Monitor.PulseAll(_gate);
        }
    }
}

/// <summary>Lets threads go on when as many as were announced have come to it, time and again.</summary>
public class TestBarrier
{
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    private readonly object _gate = new();
    private readonly TestKitBase _testKit;
    private readonly TimeSpan _defaultTimeout;
    private readonly int _count;
    private int _waiting;
    private int _phase;

    public TestBarrier(TestKitBase testKit, int count, TimeSpan? defaultTimeout = null)
    {
        _testKit = testKit;
        _defaultTimeout = defaultTimeout ?? testKit.TestKitSettings.DefaultTimeout;
        _count = count;
    }

    public void Await() => Await(_defaultTimeout);

    public void Await(TimeSpan timeout)
    {
        var dilated = _testKit.Dilated(timeout);
        var end = TestKitBase.Now + dilated;
        lock (_gate)
        {
            var phase = _phase;
            if (++_waiting == _count) NextPhase();
            while (_phase == phase)
            {
                var time = end - TestKitBase.Now;
                if (time <= TimeSpan.Zero)
                {
                    _waiting--;
                    throw new TimeoutException($"Not all {_count} came to the barrier within {dilated}.");
                }

                Monitor.Wait(_gate, time);
            }
        }
    }

    public void Reset()
    {
        lock (_gate) NextPhase();
    }

    private void NextPhase()
    {
        _waiting = 0;
        _phase++;
        Monitor.PulseAll(_gate);
    }
}
