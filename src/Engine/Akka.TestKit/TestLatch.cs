namespace Akka.TestKit;

/// <summary>Opens after it was counted down a number of times.</summary>
public class TestLatch
{
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    private readonly CountdownEvent _countdown;
    private readonly Func<TimeSpan, TimeSpan> _dilate;
    private readonly TimeSpan _defaultTimeout;

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
        _countdown = new CountdownEvent(count);
    }

    public bool IsOpen => _countdown.IsSet;

    public void CountDown() => _countdown.Signal();

    public void Open()
    {
        while (!IsOpen) CountDown();
    }

    public void Reset() => _countdown.Reset();

    public void Ready() => Ready(_defaultTimeout);

    public void Ready(TimeSpan timeout)
    {
        if (timeout == TimeSpan.MaxValue)
            throw new ArgumentException($"{nameof(TestLatch)} does not support infinite timeouts.", nameof(timeout));
        var dilated = _dilate(timeout);
        if (!_countdown.Wait(dilated))
            throw new TimeoutException($"The latch was not opened within {dilated}; {_countdown.CurrentCount} of its counts are left.");
    }

    internal static TestLatch For(TestKitBase testKit, int count) =>
        new(testKit.Dilated, testKit.TestKitSettings.DefaultTimeout, count);
}

/// <summary>Lets threads go on when as many as were announced have come to it.</summary>
public class TestBarrier
{
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    private readonly TestKitBase _testKit;
    private readonly TimeSpan _defaultTimeout;
    private readonly int _count;
    private Barrier _barrier;

    public TestBarrier(TestKitBase testKit, int count, TimeSpan? defaultTimeout = null)
    {
        _testKit = testKit;
        _defaultTimeout = defaultTimeout ?? testKit.TestKitSettings.DefaultTimeout;
        _count = count;
        _barrier = new Barrier(count);
    }

    public void Await() => Await(_defaultTimeout);

    public void Await(TimeSpan timeout)
    {
        var dilated = _testKit.Dilated(timeout);
        if (!_barrier.SignalAndWait(dilated))
            throw new TimeoutException($"Not all {_barrier.ParticipantCount} came to the barrier within {dilated}.");
    }

    public void Reset() => _barrier = new Barrier(_count);
}
