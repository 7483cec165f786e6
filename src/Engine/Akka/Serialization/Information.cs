using Akka.Actor;

namespace Akka.Serialization;

/// <summary>For whom something is being serialized: the system, and the address at which its readers know it.</summary>
public sealed record Information
{
    public Information(Address address, ActorSystem system)
    {
        Address = address;
        System = system;
    }

    public Address Address { get; }

    public ActorSystem System { get; }
}
