using Akka.Actor;

namespace Akka.Pattern;

/// <summary>When the count of restarts, and with it the delay, begins anew.</summary>
public interface IBackoffReset;

internal sealed record ManualReset : IBackoffReset;

/// <summary>After the child has run for a time without failing.</summary>
internal sealed record AutoReset(TimeSpan ResetBackoff) : IBackoffReset;

/// <summary>How a <see cref="BackoffSupervisor"/> starts its child again.</summary>
public abstract class BackoffOptions
{
    internal abstract Props Props { get; }

    public abstract BackoffOptions WithAutoReset(TimeSpan resetBackoff);

    /// <summary>The child says so itself, by <see cref="BackoffSupervisor.Reset"/>.</summary>
    public abstract BackoffOptions WithManualReset();

    public abstract BackoffOptions WithSupervisorStrategy(OneForOneStrategy supervisorStrategy);

    public abstract BackoffOptions WithDefaultStoppingStrategy();

    public abstract BackoffOptions WithMaxNrOfRetries(int maxNrOfRetries);

    /// <summary>What senders are told while the child does not run; else their messages become dead letters.</summary>
    public abstract BackoffOptions WithReplyWhileStopped(object replyWhileStopped);

    /// <summary>A message after which the supervisor stops when the child has.</summary>
    public abstract BackoffOptions WithFinalStopMessage(Func<object, bool> isFinalStopMessage);
}

public static class Backoff
{
    /// <summary>For a child that fails: its strategy's restarts are delayed. One that stops by itself is not started again.</summary>
    public static BackoffOptions OnFailure(
        Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor) =>
        OnFailure(childProps, childName, minBackoff, maxBackoff, randomFactor, -1);

    public static BackoffOptions OnFailure(
        Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor, int maxNrOfRetries) =>
        new BackoffOptionsImpl(true, childProps, childName, minBackoff, maxBackoff, randomFactor).WithMaxNrOfRetries(maxNrOfRetries);

    /// <summary>For a child that stops, as a persistent actor does when its journal fails.</summary>
    public static BackoffOptions OnStop(
        Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor) =>
        OnStop(childProps, childName, minBackoff, maxBackoff, randomFactor, -1);

    public static BackoffOptions OnStop(
        Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor, int maxNrOfRetries) =>
        new BackoffOptionsImpl(false, childProps, childName, minBackoff, maxBackoff, randomFactor).WithMaxNrOfRetries(maxNrOfRetries);
}

internal sealed class BackoffOptionsImpl(
    bool onFailure, Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor)
    : BackoffOptions
{
    private IBackoffReset _reset = new AutoReset(minBackoff);
    private OneForOneStrategy _strategy = new(SupervisorStrategy.DefaultDecider);
    private object? _replyWhileStopped;
    private Func<object, bool>? _finalStopMessage;

    internal override Props Props
    {
        get
        {
            BackoffSupervisor.Check(minBackoff, maxBackoff, randomFactor);
            return onFailure
                ? Props.Create(() => new BackoffOnRestartSupervisor(
                    childProps, childName, minBackoff, maxBackoff, _reset, randomFactor, _strategy, _replyWhileStopped,
                    _finalStopMessage))
                : Props.Create(() => new BackoffSupervisor(
                    childProps, childName, minBackoff, maxBackoff, _reset, randomFactor, _strategy, _replyWhileStopped,
                    _finalStopMessage));
        }
    }

    public override BackoffOptions WithAutoReset(TimeSpan resetBackoff) => Changed(copy => copy._reset = new AutoReset(resetBackoff));

    public override BackoffOptions WithManualReset() => Changed(copy => copy._reset = new ManualReset());

    public override BackoffOptions WithSupervisorStrategy(OneForOneStrategy supervisorStrategy) =>
        Changed(copy => copy._strategy = supervisorStrategy);

    public override BackoffOptions WithDefaultStoppingStrategy() =>
        Changed(copy => copy._strategy = new OneForOneStrategy(
            copy._strategy.MaxNumberOfRetries, copy._strategy.WithinTimeRangeMilliseconds, SupervisorStrategy.StoppingStrategy.Decider));

    public override BackoffOptions WithMaxNrOfRetries(int maxNrOfRetries) =>
        Changed(copy => copy._strategy = copy._strategy.WithMaxNrOfRetries(maxNrOfRetries));

    public override BackoffOptions WithReplyWhileStopped(object replyWhileStopped) =>
        Changed(copy => copy._replyWhileStopped = replyWhileStopped);

    public override BackoffOptions WithFinalStopMessage(Func<object, bool> isFinalStopMessage) =>
        Changed(copy => copy._finalStopMessage = isFinalStopMessage);

    private BackoffOptionsImpl Changed(Action<BackoffOptionsImpl> change)
    {
        var copy = (BackoffOptionsImpl)MemberwiseClone();
        change(copy);
        return copy;
    }
}
