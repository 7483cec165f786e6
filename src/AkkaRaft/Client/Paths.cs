using Akka.Actor;

namespace AkkaRaft.Client;

/// <summary>Turns paths into something to talk to.</summary>
internal static class Paths
{
    /// <summary>
    /// Whoever lives at a path at the time of each message. A reference to a path in another system is that as much as a selection is, and
    /// needs no envelope around each message; one to a path in this system would stay with the actor that lives there now.
    /// </summary>
    public static ICanTell TargetAt(this IActorContext context, string path)
    {
        var provider = ((ExtendedActorSystem)context.System).Provider;
        var address = ActorPath.Parse(path).Address;
        return address.HasGlobalScope && address != provider.DefaultAddress
            ? provider.ResolveActorRef(path)
            : context.ActorSelection(path);
    }
}
