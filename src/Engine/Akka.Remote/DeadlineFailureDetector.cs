using Akka.Configuration;
using Akka.Event;

namespace Akka.Remote;

/// <summary>Gives a resource up when its heartbeat is overdue by a fixed pause.</summary>
public class DeadlineFailureDetector : FailureDetector
{
    private const long NeverSeen = -1;

    private readonly Clock _clock;
    private readonly long _deadlineMillis;
    private long _lastHeartbeatMillis = NeverSeen;

    public DeadlineFailureDetector(TimeSpan acceptableHeartbeatPause, TimeSpan heartbeatInterval, Clock? clock = null)
    {
        var pause = Positive(acceptableHeartbeatPause, "acceptable-heartbeat-pause");
        var interval = Positive(heartbeatInterval, "heartbeat-interval");
        _deadlineMillis = (long)(pause + interval).TotalMilliseconds;
        _clock = clock ?? DefaultClock;
    }

    public DeadlineFailureDetector(Config config, EventStream eventStream)
        : this(Required(config, "acceptable-heartbeat-pause"), Required(config, "heartbeat-interval"))
    {
    }

    public override bool IsAvailable
    {
        get
        {
            var last = Volatile.Read(ref _lastHeartbeatMillis);
            return last == NeverSeen || _clock() - last < _deadlineMillis;
        }
    }

    public override bool IsMonitoring => Volatile.Read(ref _lastHeartbeatMillis) != NeverSeen;

    public sealed override void HeartBeat() => Volatile.Write(ref _lastHeartbeatMillis, _clock());
}
