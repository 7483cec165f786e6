namespace Akka.Actor;

public static class ActorRefFactoryShared
{
    public static ActorSelection ActorSelection(ActorPath actorPath, ActorSystem system) =>
        new(Provider(system).RootGuardianAt(actorPath.Address), actorPath.ElementsWithUid);

    /// <param name="path">Whole, absolute within this system, or relative to <paramref name="lookupRoot"/>.</param>
    /// <param name="system">The system that asks.</param>
    /// <param name="lookupRoot">Where a relative path begins.</param>
    public static ActorSelection ActorSelection(string path, ActorSystem system, IActorRef lookupRoot)
    {
        var provider = Provider(system);
        if (path.Length == 0)
            return new ActorSelection(provider.DeadLetters, "");
        if (path.StartsWith('/'))
            return new ActorSelection(provider.RootGuardian, path.Split('/'));
        if (ActorPath.TryParse(path, out var whole))
            return new ActorSelection(provider.RootGuardianAt(whole.Address), whole.ElementsWithUid);
        return path.Contains("://", StringComparison.Ordinal)
            ? new ActorSelection(provider.DeadLetters, "")
            : new ActorSelection(lookupRoot, path);
    }

    public static ActorSelection ActorSelection(IActorRef anchorActorRef, string path) => new(anchorActorRef, path);

    private static IActorRefProvider Provider(ActorSystem system) => ((ExtendedActorSystem)system).Provider;
}

public static class ActorRefFactoryExtensions
{
    public static IActorRef ActorOf<TActor>(this IActorRefFactory factory, string? name = null)
        where TActor : ActorBase, new() => factory.ActorOf(Props.Create<TActor>(), name);

    public static ActorSelection ActorSelection(this IActorRefFactory factory, IActorRef anchorRef, string actorPath) =>
        ActorRefFactoryShared.ActorSelection(anchorRef, actorPath);
}
