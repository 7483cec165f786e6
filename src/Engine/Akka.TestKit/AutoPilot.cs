using Akka.Actor;

namespace Akka.TestKit;

public delegate AutoPilot AutoPilotDelegate(IActorRef sender, object message);

/// <summary>Answers messages for a test actor. Returns what is to answer the next one.</summary>
public abstract class AutoPilot
{
    public static KeepRunning KeepRunning => KeepRunning.Instance;

    public static NoAutoPilot NoAutoPilot => NoAutoPilot.Instance;

    public abstract AutoPilot Run(IActorRef sender, object message);
}

public sealed class NoAutoPilot : AutoPilot
{
    public static readonly NoAutoPilot Instance = new();

    private NoAutoPilot()
    {
    }

    public override AutoPilot Run(IActorRef sender, object message) => this;
}

/// <summary>Returned by a pilot that stays.</summary>
public sealed class KeepRunning : AutoPilot
{
    public static readonly KeepRunning Instance = new();

    private KeepRunning()
    {
    }

    public override AutoPilot Run(IActorRef sender, object message) =>
        throw new InvalidOperationException("KeepRunning is what a pilot returns; it is none itself.");
}

public sealed class DelegateAutoPilot(AutoPilotDelegate autoPilotDelegate) : AutoPilot
{
    public override AutoPilot Run(IActorRef sender, object message) => autoPilotDelegate(sender, message);
}
