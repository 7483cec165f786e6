using System.Linq.Expressions;
using Akka.Actor;
using Akka.Actor.Dsl;
using Akka.TestKit.Internal;
using Akka.Util;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    public IActorRef ActorOf(Props props) => Sys.ActorOf(props);

    public IActorRef ActorOf(Props props, string? name) => Sys.ActorOf(props, name);

    public IActorRef ActorOf<TActor>() where TActor : ActorBase, new() => Sys.ActorOf(Props.Create<TActor>());

    public IActorRef ActorOf<TActor>(string? name) where TActor : ActorBase, new() => Sys.ActorOf(Props.Create<TActor>(), name);

    public IActorRef ActorOf<TActor>(Expression<Func<TActor>> factory) where TActor : ActorBase => Sys.ActorOf(Props.Create(factory));

    public IActorRef ActorOf<TActor>(Expression<Func<TActor>> factory, string? name) where TActor : ActorBase =>
        Sys.ActorOf(Props.Create(factory), name);

    public IActorRef ActorOf(Action<IActorDsl, IActorContext> configure, string? name = null) => Sys.ActorOf(configure, name);

    public IActorRef ActorOf(Action<IActorDsl> configure, string? name = null) => Sys.ActorOf(configure, name);

    public ActorSelection ActorSelection(ActorPath actorPath) => Sys.ActorSelection(actorPath);

    public ActorSelection ActorSelection(string actorPath) => Sys.ActorSelection(actorPath);

    public ActorSelection ActorSelection(IActorRef anchorRef, string actorPath) => new(anchorRef, actorPath);

    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(string? name = null) where TActor : ActorBase, new() =>
        ActorOfAsTestActorRef<TActor>(Props.Create<TActor>(), null!, name);

    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(IActorRef supervisor, string? name = null)
        where TActor : ActorBase, new() =>
        ActorOfAsTestActorRef<TActor>(Props.Create<TActor>(), supervisor, name);

    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(Props props, string? name = null) where TActor : ActorBase =>
        ActorOfAsTestActorRef<TActor>(props, null!, name);

    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(Props props, IActorRef supervisor, string? name = null)
        where TActor : ActorBase =>
        new(Sys, props, supervisor, name);

    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(Expression<Func<TActor>> factory, string? name = null)
        where TActor : ActorBase =>
        ActorOfAsTestActorRef<TActor>(Props.Create(factory), null!, name);

    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(
        Expression<Func<TActor>> factory, IActorRef supervisor, string? name = null) where TActor : ActorBase =>
        ActorOfAsTestActorRef<TActor>(Props.Create(factory), supervisor, name);

    /// <summary>Starts a child of the test actor, which then is the one to be told of its failures.</summary>
    public IActorRef ChildActorOf(
        Props props, string? name, SupervisorStrategy? supervisorStrategy, CancellationToken cancellationToken = default) =>
        Spawn(Waiting.OnThread, props, name, supervisorStrategy, cancellationToken).Result();

    public IActorRef ChildActorOf(Props props, SupervisorStrategy? supervisorStrategy, CancellationToken cancellationToken = default) =>
        ChildActorOf(props, null, supervisorStrategy, cancellationToken);

    public IActorRef ChildActorOf(Props props, string? name, CancellationToken cancellationToken = default) =>
        ChildActorOf(props, name, null, cancellationToken);

    public IActorRef ChildActorOf(Props props, CancellationToken cancellationToken = default) =>
        ChildActorOf(props, null, null, cancellationToken);

    public Task<IActorRef> ChildActorOfAsync(
        Props props, string? name, SupervisorStrategy? supervisorStrategy, CancellationToken cancellationToken = default) =>
        Spawn(Waiting.Async, props, name, supervisorStrategy, cancellationToken).AsTask();

    public Task<IActorRef> ChildActorOfAsync(
        Props props, SupervisorStrategy? supervisorStrategy, CancellationToken cancellationToken = default) =>
        ChildActorOfAsync(props, null, supervisorStrategy, cancellationToken);

    public Task<IActorRef> ChildActorOfAsync(Props props, string? name, CancellationToken cancellationToken = default) =>
        ChildActorOfAsync(props, name, null, cancellationToken);

    public Task<IActorRef> ChildActorOfAsync(Props props, CancellationToken cancellationToken = default) =>
        ChildActorOfAsync(props, null, null, cancellationToken);

    private ValueTask<IActorRef> Spawn(
        Waiting waiting, Props props, string? name, SupervisorStrategy? supervisorStrategy, CancellationToken cancellationToken)
    {
        TestActor.Tell(
            new TestActor.Spawn(props, Option<string>.Create(name!), Option<SupervisorStrategy>.Create(supervisorStrategy!)), TestActor);
        return Expect<IActorRef>(waiting, null, null, null, cancellationToken);
    }
}
