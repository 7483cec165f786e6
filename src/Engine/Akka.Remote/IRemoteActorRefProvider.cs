using Akka.Actor;

namespace Akka.Remote;

/// <summary>Marks a reference to an actor that may live in another system.</summary>
public interface IRemoteRef : IActorRefScope
{
}

public interface IRemoteActorRefProvider : IActorRefProvider
{
    IActorRef RemoteWatcher { get; }

    RemoteTransport Transport { get; }

    RemoteSettings RemoteSettings { get; }

    /// <summary>Resolves a path as a peer sees it that knows this system by the given address.</summary>
    IInternalActorRef ResolveActorRefWithLocalAddress(string path, Address localAddress);

    /// <summary>Resolves a path without any cache, as it is at the moment.</summary>
    IActorRef InternalResolveActorRef(string path);

    /// <summary>Whether an address is this system's own.</summary>
    bool HasAddress(Address address);

    void Quarantine(Address address, int? uid);
}
