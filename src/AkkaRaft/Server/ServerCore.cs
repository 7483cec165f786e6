using Akka.Actor;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>Drives the core: hands it inputs one by one, and its effects to the one who interprets them.</summary>
/// <param name="id">The server.</param>
/// <param name="self">The server's actor.</param>
/// <param name="scheduler">Gives the time.</param>
/// <param name="timers">The actor's timers, which it has once it is started.</param>
/// <param name="raftTimers">The core's timers.</param>
/// <param name="recoveredTerm">The term as far as the journal is replayed.</param>
/// <param name="failures">Hears of a broken invariant.</param>
/// <param name="effects">Carries the effects out.</param>
internal sealed class ServerCore(
    ServerId id,
    IActorRef self,
    IScheduler scheduler,
    Func<ITimerScheduler> timers,
    ServerTimers raftTimers,
    Func<Term> recoveredTerm,
    FailureReporter failures,
    IEffectHandler effects) : IServerPort
{
    private RaftServer? _server;
    private long _lastRequest;

    public ServerId Id => id;

    /// <summary>Hears why the server stops.</summary>
    public FailureReporter Failures => failures;

    /// <inheritdoc />
    public IActorRef Self => self;

    /// <inheritdoc />
    public TimeSpan Now => scheduler.HighResMonotonicClock;

    /// <inheritdoc />
    public Term CurrentTerm => _server?.CurrentTerm ?? recoveredTerm();

    /// <inheritdoc />
    public RaftRole Role => Server.Role;

    /// <inheritdoc />
    public TimeSpan RoleSince { get; private set; }

    /// <inheritdoc />
    public ServerId? Leader => Server.Leader;

    /// <inheritdoc />
    public ClusterConfiguration Configuration => Server.Configuration;

    /// <inheritdoc />
    public LogIndex LastLogIndex => Server.LastLogIndex;

    /// <inheritdoc />
    public LogIndex CommitIndex => Server.CommitIndex;

    /// <inheritdoc />
    public LogIndex LastApplied => Server.LastApplied;

    /// <inheritdoc />
    public long CommittedHistory => Server.CommittedHistory;

    private RaftServer Server => _server ?? throw new InvalidOperationException("The server has not read its journal yet.");

    /// <summary>Takes over the core that was made from the replayed journal.</summary>
    public void Open(RaftServer server) => _server = server;

    /// <inheritdoc />
    public Core.RaftStatus Status() => Server.Status();

    /// <inheritdoc />
    public RequestId NextRequest() => new(++_lastRequest);

    /// <inheritdoc />
    public void Step(RaftInput input)
    {
        IReadOnlyList<RaftEffect> todo;
        try
        {
            todo = Server.Step(input);
        }
        catch (InvariantViolationException cause)
        {
            failures.ReportFailure(cause.Message, cause);
            throw;
        }

        for (var i = 0; i < todo.Count; i++)
        {
            if (todo[i] is RoleChanged)
            {
                RoleSince = Now;
                raftTimers.OnRoleChanged();
            }

            effects.Interpret(todo[i]);
        }

        effects.EndStep();
    }

    public void SetTimer(SetTimer timer) => raftTimers.Set(timer.Timer, timer.After);

    /// <summary>Hands a timer that has run out to the core, unless it was replaced since.</summary>
    public void OnTimer(TimerTick tick)
    {
        if (raftTimers.TakesCurrent(tick, CurrentTerm))
        {
            Step(new TimerElapsed(Now, tick.Timer));
        }
    }

    public void CancelRaftTimers() => raftTimers.CancelAll();

    /// <inheritdoc />
    public void StartTimer(object key, object message, TimeSpan after) => timers().StartSingleTimer(key, message, after);

    /// <inheritdoc />
    public void CancelTimer(object key) => timers().Cancel(key);
}
