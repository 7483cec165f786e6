using Akka.Actor;
using Akka.Event;

namespace Akka.Remote;

public class RemoteTransportException : AkkaException
{
    public RemoteTransportException(string message, Exception? cause = null)
        : base(message, cause!)
    {
    }
}

/// <summary>What a provider needs from the machinery that moves messages between actor systems.</summary>
public abstract class RemoteTransport
{
    protected RemoteTransport(ExtendedActorSystem system, RemoteActorRefProvider provider)
    {
        System = system;
        Provider = provider;
        Log = Logging.GetLogger(system, this);
    }

    public ExtendedActorSystem System { get; }

    public RemoteActorRefProvider Provider { get; }

    public ILoggingAdapter Log { get; protected set; }

    /// <summary>The addresses under which this system can be reached.</summary>
    public abstract ISet<Address> Addresses { get; }

    public abstract Address DefaultAddress { get; }

    protected bool UseUntrustedMode { get; set; }

    /// <summary>Opens the transport for incoming connections; returns when it is ready.</summary>
    public abstract void Start();

    public abstract Task Shutdown();

    public abstract void Send(object message, IActorRef? sender, RemoteActorRef recipient);

    public abstract Task<bool> ManagementCommand(object cmd);

    public abstract Task<bool> ManagementCommand(object cmd, CancellationToken cancellationToken);

    /// <summary>Which of our addresses a given remote address is to see as ours.</summary>
    public abstract Address LocalAddressForRemote(Address remote);

    /// <summary>Breaks with an incarnation of a remote system until it has been restarted.</summary>
    /// <param name="address">The remote system's address.</param>
    /// <param name="uid">Its uid; without one the address can only be gated for a while.</param>
    public abstract void Quarantine(Address address, int? uid);
}
