using System.Text;
using Akka.Actor;
using Akka.Dispatch.SysMsg;

namespace Akka.Remote;

/// <summary>Stands for an actor of another system; what it is told goes over the network.</summary>
public class RemoteActorRef : InternalActorRefBase, IRemoteRef
{
    private readonly RemoteTransport _remote;
    private readonly IInternalActorRef _parent;
    private byte[]? _serializedPath;

    public RemoteActorRef(RemoteTransport remote, Address localAddressToUse, ActorPath path, IInternalActorRef parent, Props props,
        Deploy deploy)
    {
        _remote = remote;
        _parent = parent;
        LocalAddressToUse = localAddressToUse;
        Path = path;
    }

    /// <summary>The address by which the remote system knows this one.</summary>
    public Address LocalAddressToUse { get; }

    public override ActorPath Path { get; }

    public override IInternalActorRef Parent => _parent;

    public override IActorRefProvider Provider => _remote.Provider;

    public override bool IsLocal => false;

    /// <summary>Only the remote system could tell.</summary>
    public override bool IsTerminated => false;

    /// <summary>Found once, because looking up an address for every message would cost more than the rest of sending it.</summary>
    internal Association? Association { get; set; }

    internal byte[] SerializedPath => _serializedPath ??= Encoding.UTF8.GetBytes(Path.ToSerializationFormat());

    public override IActorRef GetChild(IReadOnlyList<string> name)
    {
        if (name.Count == 0)
            return this;
        return name[0] == ".."
            ? _parent.GetChild([.. name.Skip(1)])
            : new RemoteActorRef(_remote, LocalAddressToUse, Path / name, ActorRefs.Nobody, Props.None, Deploy.None);
    }

    public override void SendSystemMessage(ISystemMessage message)
    {
        switch (message)
        {
            case Watch watch when IsWatchIntercepted(watch.Watchee, watch.Watcher):
                _remote.Provider.RemoteWatcher.Tell(new RemoteWatcher.WatchRemote(watch.Watchee, watch.Watcher));
                break;
            case Unwatch unwatch when IsWatchIntercepted(unwatch.Watchee, unwatch.Watcher):
                _remote.Provider.RemoteWatcher.Tell(new RemoteWatcher.UnwatchRemote(unwatch.Watchee, unwatch.Watcher));
                break;
            default:
                _remote.Send(message, null, this);
                break;
        }
    }

    /// <summary>Watches go through the remote watcher, except its own.</summary>
    public bool IsWatchIntercepted(IActorRef watchee, IActorRef watcher) =>
        !watcher.Equals(_remote.Provider.RemoteWatcher) && watchee.Equals(this);

    public override void Start()
    {
        // The remote system has started the actor, if it exists.
    }

    public override void Suspend() => SendSystemMessage(new Suspend());

    public override void Resume(Exception? causedByFailure = null) => SendSystemMessage(new Resume(causedByFailure!));

    public override void Restart(Exception cause) => SendSystemMessage(new Recreate(cause));

    public override void Stop() => SendSystemMessage(new Terminate());

    protected override void TellInternal(object message, IActorRef sender)
    {
        ArgumentNullException.ThrowIfNull(message);
        _remote.Send(message, sender, this);
    }
}
