using Akka.Actor;
using Akka.Actor.Internal;

namespace Akka.TestKit;

/// <summary>Treats each child as the strategy says that it was started with.</summary>
public class DelegatingSupervisorStrategy : SupervisorStrategy
{
    private readonly Dictionary<IActorRef, SupervisorStrategy> _delegates = [];

    public override IDecider Decider => DefaultStrategy.Decider;

    public void Update(IActorRef child, SupervisorStrategy supervisorStrategy) => _delegates[child] = supervisorStrategy;

    public override void ProcessFailure(
        IActorContext context, bool restart, IActorRef child, Exception cause, ChildRestartStats stats,
        IReadOnlyCollection<ChildRestartStats> children) =>
        StrategyOf(child).ProcessFailure(context, restart, child, cause, stats, children);

    public override void HandleChildTerminated(IActorContext actorContext, IActorRef child, IEnumerable<IInternalActorRef> children)
    {
        StrategyOf(child).HandleChildTerminated(actorContext, child, children);
        _delegates.Remove(child);
    }

    protected override Directive Handle(IActorRef child, Exception exception) => StrategyOf(child).Decider.Decide(exception);

    private SupervisorStrategy StrategyOf(IActorRef child) => _delegates.GetValueOrDefault(child, DefaultStrategy);
}
