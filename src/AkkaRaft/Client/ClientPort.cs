using Akka.Actor;

namespace AkkaRaft.Client;

/// <summary>What the client's actor lends to its collaborators: time, timers, and numbers for requests.</summary>
/// <param name="self">The client's actor.</param>
/// <param name="scheduler">Gives the time.</param>
/// <param name="timers">The actor's timers, which it has once it is started.</param>
internal sealed class ClientPort(IActorRef self, ITimeProvider scheduler, Func<ITimerScheduler> timers)
{
    private long _lastId;
    private bool _flushIsDue;

    public IActorRef Self => self;

    public TimeSpan Now => scheduler.HighResMonotonicClock;

    public long NextId() => ++_lastId;

    /// <summary>Sends what waits behind all requests that are in the mailbox, so that they share messages.</summary>
    public void FlushLater()
    {
        if (!_flushIsDue)
        {
            _flushIsDue = true;
            self.Tell(Flush.Instance);
        }
    }

    /// <summary>What waits is sent now.</summary>
    public void NoteFlush() => _flushIsDue = false;

    public void StartTimer(object key, object message, TimeSpan after) => timers().StartSingleTimer(key, message, after);
}

/// <summary>Sends what waits.</summary>
internal sealed class Flush
{
    public static readonly Flush Instance = new();
}
