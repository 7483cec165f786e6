using Akka.Actor;
using Akka.Event;
using Akka.Util;

namespace Akka.Pattern;

/// <summary>Forwards messages to a child, and starts the child again after a growing delay.</summary>
public abstract class BackoffSupervisorBase : ActorBase
{
    internal BackoffSupervisorBase(
        Props childProps, string childName, IBackoffReset reset, object? replyWhileStopped, Func<object, bool>? finalStopMessage)
    {
        ChildProps = childProps;
        ChildName = childName;
        Reset = reset;
        ReplyWhileStopped = replyWhileStopped;
        FinalStopMessage = finalStopMessage;
    }

    protected Props ChildProps { get; }

    protected string ChildName { get; }

    protected IBackoffReset Reset { get; }

    protected object? ReplyWhileStopped { get; }

    protected Func<object, bool>? FinalStopMessage { get; }

    /// <summary>Null while the child does not run.</summary>
    protected IActorRef? Child { get; set; }

    protected int RestartCountN { get; set; }

    protected bool FinalStopMessageReceived { get; set; }

    protected override void PreStart()
    {
        StartChildActor();
        base.PreStart();
    }

    protected bool HandleBackoff(object message)
    {
        switch (message)
        {
            case BackoffSupervisor.StartChild:
                StartChildActor();
                if (Reset is AutoReset autoReset)
                    Context.System.Scheduler.ScheduleTellOnce(
                        autoReset.ResetBackoff, Self, new BackoffSupervisor.ResetRestartCount(RestartCountN), Self);
                break;
            case BackoffSupervisor.Reset when Reset is ManualReset:
                RestartCountN = 0;
                break;
            case BackoffSupervisor.Reset:
                Unhandled(message);
                break;
            case BackoffSupervisor.ResetRestartCount count:
                // It has failed again meanwhile if there are more than when this was scheduled.
                if (count.Current == RestartCountN) RestartCountN = 0;
                break;
            case BackoffSupervisor.GetRestartCount:
                Sender.Tell(new BackoffSupervisor.RestartCount(RestartCountN));
                break;
            case BackoffSupervisor.GetCurrentChild:
                Sender.Tell(new BackoffSupervisor.CurrentChild(Child!));
                break;
            default:
                Pass(message);
                break;
        }

        return true;
    }

    private protected void ScheduleRestart(TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor)
    {
        Child = null;
        var delay = BackoffSupervisor.CalculateDelay(RestartCountN, minBackoff, maxBackoff, randomFactor);
        Context.System.Scheduler.ScheduleTellOnce(delay, Self, BackoffSupervisor.StartChild.Instance, Self);
        RestartCountN++;
    }

    private void StartChildActor() => Child ??= Context.Watch(Context.ActorOf(ChildProps, ChildName));

    private void Pass(object message)
    {
        if (Child is not null && Child.Equals(Sender))
        {
            // What the child tells its parent is meant for the supervisor's own.
            Context.Parent.Forward(message);
            return;
        }

        var isFinal = FinalStopMessage?.Invoke(message) ?? false;
        FinalStopMessageReceived |= isFinal;
        if (Child is not null) Child.Forward(message);
        else if (isFinal) Context.Stop(Self);
        else if (ReplyWhileStopped is not null) Sender.Tell(ReplyWhileStopped);
        else Context.System.DeadLetters.Forward(message);
    }
}

public sealed class BackoffSupervisor : BackoffSupervisorBase
{
    private readonly TimeSpan _minBackoff;
    private readonly TimeSpan _maxBackoff;
    private readonly double _randomFactor;
    private readonly SupervisorStrategy _strategy;

    public BackoffSupervisor(
        Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, IBackoffReset reset, double randomFactor,
        SupervisorStrategy strategy, object? replyWhileStopped = null, Func<object, bool>? finalStopMessage = null)
        : base(childProps, childName, reset, replyWhileStopped, finalStopMessage)
    {
        _minBackoff = minBackoff;
        _maxBackoff = maxBackoff;
        _randomFactor = randomFactor;
        _strategy = strategy;
    }

    public BackoffSupervisor(Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor)
        : this(
            childProps, childName, minBackoff, maxBackoff, new AutoReset(minBackoff), randomFactor,
            Actor.SupervisorStrategy.DefaultStrategy)
    {
    }

    public static Props Props(
        Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor) =>
        Props(Backoff.OnStop(childProps, childName, minBackoff, maxBackoff, randomFactor));

    public static Props Props(
        Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor, int maxNrOfRetries) =>
        Props(Backoff.OnStop(childProps, childName, minBackoff, maxBackoff, randomFactor, maxNrOfRetries));

    public static Props Props(BackoffOptions options) => options.Props;

    public static Props PropsWithSupervisorStrategy(
        Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor, SupervisorStrategy strategy)
    {
        Check(minBackoff, maxBackoff, randomFactor);
        return Actor.Props.Create(() => new BackoffSupervisor(
            childProps, childName, minBackoff, maxBackoff, new AutoReset(minBackoff), randomFactor, strategy, null, null));
    }

    protected override SupervisorStrategy SupervisorStrategy() => _strategy;

    protected override bool Receive(object message)
    {
        if (message is not Terminated terminated || !terminated.ActorRef.Equals(Child)) return HandleBackoff(message);

        var limit = _strategy is OneForOneStrategy oneForOne ? oneForOne.MaxNumberOfRetries : -1;
        if (FinalStopMessageReceived || limit >= 0 && RestartCountN >= limit) Context.Stop(Self);
        else ScheduleRestart(_minBackoff, _maxBackoff, _randomFactor);
        return true;
    }

    /// <summary>Doubles with each restart, up to a limit, and then is made longer by a random part.</summary>
    internal static TimeSpan CalculateDelay(int restartCount, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor)
    {
        var random = 1.0 + ThreadLocalRandom.Current.NextDouble() * randomFactor;
        var doubled = minBackoff.Ticks * Math.Pow(2, restartCount);
        var ticks = Math.Min(doubled, maxBackoff.Ticks) * random;
        return ticks >= long.MaxValue ? TimeSpan.MaxValue : TimeSpan.FromTicks((long)ticks);
    }

    internal static void Check(TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor)
    {
        if (minBackoff <= TimeSpan.Zero) throw new ArgumentException("The backoff must be longer than zero.", nameof(minBackoff));
        if (maxBackoff < minBackoff) throw new ArgumentException("The longest backoff is shorter than the shortest.", nameof(maxBackoff));
        if (randomFactor is < 0.0 or > 1.0)
            throw new ArgumentException("The random factor must be between 0 and 1.", nameof(randomFactor));
    }

    /// <summary>Asks for the child, in a <see cref="CurrentChild"/>.</summary>
    public sealed class GetCurrentChild
    {
        public static readonly GetCurrentChild Instance = new();

        private GetCurrentChild()
        {
        }
    }

    public sealed class CurrentChild(IActorRef @ref)
    {
        /// <summary>Null while the child does not run.</summary>
        public IActorRef Ref { get; } = @ref;
    }

    /// <summary>Sent by a child that works again, where the reset is manual.</summary>
    public new sealed class Reset
    {
        public static readonly Reset Instance = new();

        private Reset()
        {
        }
    }

    public sealed class GetRestartCount
    {
        public static readonly GetRestartCount Instance = new();

        private GetRestartCount()
        {
        }
    }

    public sealed class RestartCount(int count)
    {
        public int Count { get; } = count;
    }

    public sealed class StartChild : IDeadLetterSuppression
    {
        public static readonly StartChild Instance = new();

        private StartChild()
        {
        }
    }

    public sealed class ResetRestartCount(int current) : IDeadLetterSuppression
    {
        public int Current { get; } = current;
    }
}

/// <summary>Instead of restarting a child that failed, stops it and starts it again later.</summary>
internal sealed class BackoffOnRestartSupervisor(
    Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, IBackoffReset reset, double randomFactor,
    OneForOneStrategy strategy, object? replyWhileStopped, Func<object, bool>? finalStopMessage)
    : BackoffSupervisorBase(childProps, childName, reset, replyWhileStopped, finalStopMessage)
{
    private bool _restartsWhenTerminated;

    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(strategy.MaxNumberOfRetries, strategy.WithinTimeRangeMilliseconds, Decide);

    protected override bool Receive(object message)
    {
        if (message is not Terminated terminated || !terminated.ActorRef.Equals(Child)) return HandleBackoff(message);

        if (_restartsWhenTerminated && !FinalStopMessageReceived) ScheduleRestart(minBackoff, maxBackoff, randomFactor);
        else Context.Stop(Self);
        _restartsWhenTerminated = false;
        return true;
    }

    private Directive Decide(Exception failure)
    {
        var directive = strategy.Decider.Decide(failure);
        if (directive != Directive.Restart) return directive;
        _restartsWhenTerminated = strategy.MaxNumberOfRetries < 0 || RestartCountN < strategy.MaxNumberOfRetries;
        return Directive.Stop;
    }
}
