using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using Akka.Remote.Configuration;
using Akka.Serialization;

namespace Akka.Remote;

/// <summary>
/// The provider of a system that can be reached over the network. Whatever is local it leaves to a local provider; any other
/// path becomes a reference to a remote actor.
/// </summary>
public class RemoteActorRefProvider : IRemoteActorRefProvider
{
    private readonly LocalActorRefProvider _local;
    private ActorSystemImpl? _system;
    private RemoteTransport? _transport;
    private IActorRef? _remoteWatcher;
    private Information? _serializationInformation;

    public RemoteActorRefProvider(string systemName, Settings settings, EventStream eventStream)
    {
        settings.InjectTopLevelFallback(RemoteConfigFactory.Default());
        Settings = settings;
        RemoteSettings = new RemoteSettings(settings.Config);
        _local = new LocalActorRefProvider(systemName, settings, eventStream);
        Deployer = _local.Deployer;
    }

    public Settings Settings { get; }

    public RemoteSettings RemoteSettings { get; }

    public Deployer Deployer { get; protected set; }

    public RemoteTransport Transport => _transport ?? throw new InvalidOperationException("The provider has not been initialized.");

    public IActorRef RemoteWatcher =>
        _remoteWatcher ?? throw new InvalidOperationException("The provider has not been initialized.");

    public IInternalActorRef RootGuardian => _local.RootGuardian;

    public LocalActorRef Guardian => _local.Guardian;

    public LocalActorRef SystemGuardian => _local.SystemGuardian;

    public IInternalActorRef TempContainer => _local.TempContainer;

    public IActorRef DeadLetters => _local.DeadLetters;

    public IActorRef IgnoreRef => _local.IgnoreRef;

    public ActorPath RootPath => _local.RootPath;

    public Task TerminationTask => _local.TerminationTask;

    /// <summary>Null while the provider starts: loggers, which start before it, ask for it in what they log themselves.</summary>
    public Address DefaultAddress => _transport?.DefaultAddress!;

    public Information SerializationInformation => _serializationInformation ??= new Information(Transport.DefaultAddress, _system!);

    public virtual void Init(ActorSystemImpl system)
    {
        _system = system;
        _local.Init(system);
        var remoting = new Remoting(system, this);
        remoting.Listen();
        _transport = remoting;
        _remoteWatcher = CreateRemoteWatcher(system);
        var terminator = system.SystemActorOf(
            RemoteSettings.ConfigureDispatcher(RemotingTerminator.Props(SystemGuardian, _transport)), "remoting-terminator");

        // Not left to the actor itself: a system may be terminated before that has started.
        SystemGuardian.Tell(RegisterTerminationHook.Instance, terminator);

        // The last step: from here on messages come in.
        remoting.Start();
    }

    /// <summary>Every actor is made here: this engine does not deploy to other systems.</summary>
    public IInternalActorRef ActorOf(ActorSystemImpl system, Props props, IInternalActorRef supervisor, ActorPath path, bool systemService,
        Deploy? deploy, bool lookupDeploy, bool async) =>
        _local.ActorOf(system, props, supervisor, path, systemService, deploy, lookupDeploy, async);

    public ActorPath TempPath() => _local.TempPath();

    public void RegisterTempActor(IInternalActorRef actorRef, ActorPath path) => _local.RegisterTempActor(actorRef, path);

    public void UnregisterTempActor(ActorPath path) => _local.UnregisterTempActor(path);

    public FutureActorRef<T> CreateFutureRef<T>(TaskCompletionSource<T> tcs) => _local.CreateFutureRef(tcs);

    public IActorRef RootGuardianAt(Address address) =>
        HasAddress(address) ? RootGuardian : CreateRemoteRef(new RootActorPath(address), Transport.LocalAddressForRemote(address));

    public IActorRef ResolveActorRef(string path) => InternalResolveActorRef(path);

    public IActorRef ResolveActorRef(ActorPath actorPath) => Resolve(actorPath, null);

    public IActorRef InternalResolveActorRef(string path) =>
        ActorPath.TryParse(path, out var actorPath) ? Resolve(actorPath, null) : _local.ResolveActorRef(path);

    public IInternalActorRef ResolveActorRefWithLocalAddress(string path, Address localAddress) =>
        ActorPath.TryParse(path, out var actorPath)
            ? Resolve(actorPath, localAddress)
            : (IInternalActorRef)_local.ResolveActorRef(path);

    public bool HasAddress(Address address) => address.Equals(RootPath.Address) || Transport.Addresses.Contains(address);

    public Address? GetExternalAddressFor(Address address)
    {
        if (HasAddress(address))
            return RootPath.Address;
        return address.HasGlobalScope && address.Protocol == DefaultAddress.Protocol ? Transport.LocalAddressForRemote(address) : null;
    }

    public void Quarantine(Address address, int? uid) => Transport.Quarantine(address, uid);

    protected virtual IActorRef CreateRemoteWatcher(ActorSystemImpl system) => system.SystemActorOf(
        RemoteSettings.ConfigureDispatcher(Akka.Remote.RemoteWatcher.Props(
            CreateRemoteWatcherFailureDetector(system),
            RemoteSettings.WatchHeartBeatInterval,
            RemoteSettings.WatchUnreachableReaperInterval,
            RemoteSettings.WatchHeartbeatExpectedResponseAfter)),
        "remote-watcher");

    protected DefaultFailureDetectorRegistry<Address> CreateRemoteWatcherFailureDetector(ActorSystem system) => new(() =>
        FailureDetectorLoader.Load(
            RemoteSettings.WatchFailureDetectorImplementationClass, RemoteSettings.WatchFailureDetectorConfig, system));

    protected virtual IInternalActorRef CreateRemoteRef(ActorPath actorPath, Address localAddress) =>
        new RemoteActorRef(Transport, localAddress, actorPath, ActorRefs.Nobody, Props.None, Deploy.None);

    private IInternalActorRef Resolve(ActorPath path, Address? localAddress)
    {
        if (!HasAddress(path.Address))
            return CreateRemoteRef(path, localAddress ?? Transport.LocalAddressForRemote(path.Address));
        var local = path.Address.Equals(RootPath.Address) ? path : (RootPath / path.Elements).WithUid(path.Uid);
        return (IInternalActorRef)_local.ResolveActorRef(local);
    }
}
