using Akka.Actor;

namespace Akka.Remote;

/// <summary>Tells one incarnation of an actor system from the next one at the same address.</summary>
public class AddressUid : IExtension
{
    public readonly int Uid = Random.Shared.Next();
}

public class AddressUidExtension : ExtensionIdProvider<AddressUid>
{
    public static int Uid(ActorSystem system) => system.WithExtension<AddressUid, AddressUidExtension>().Uid;

    public override AddressUid CreateExtension(ExtendedActorSystem system) => new();
}
