using System.Collections.Concurrent;
using Akka.Actor.Internal;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using Akka.Serialization;

namespace Akka.Actor;

public sealed class LocalActorRefProvider : IActorRefProvider
{
    private readonly RootActorPath _rootPath;
    private readonly EventStream _eventStream;
    private readonly ActorPath _tempPath;
    private readonly RootGuardianSupervisor _aboveRoot;
    private readonly ConcurrentDictionary<string, IInternalActorRef> _extraNames = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource<Status> _termination = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ActorSystemImpl _system = null!;
    private RootGuardianActorRef _rootGuardian = null!;
    private VirtualPathContainer _tempContainer = null!;
    private long _tempNumber;

    public LocalActorRefProvider(string systemName, Settings settings, EventStream eventStream)
        : this(systemName, settings, eventStream, null, null)
    {
    }

    /// <param name="systemName">The system's name, which is all of a local address.</param>
    /// <param name="settings">The system's settings.</param>
    /// <param name="eventStream">Where dead letters go.</param>
    /// <param name="deployer">Null for one that reads the configuration.</param>
    /// <param name="deadLettersFactory">Null for dead letters that are published here.</param>
    public LocalActorRefProvider(
        string systemName, Settings settings, EventStream eventStream, Deployer? deployer,
        Func<ActorPath, IInternalActorRef>? deadLettersFactory)
    {
        Settings = settings;
        _eventStream = eventStream;
        _rootPath = new RootActorPath(new Address("akka", systemName));
        _tempPath = _rootPath / "temp";
        Log = Logging.GetLogger(eventStream, "LocalActorRefProvider(" + _rootPath.Address + ")");
        Deployer = deployer ?? new Deployer(settings);
        var deadLettersPath = _rootPath / "deadLetters";
        DeadLetters = deadLettersFactory?.Invoke(deadLettersPath) ?? new DeadLetterActorRef(this, deadLettersPath, eventStream);
        IgnoreRef = new IgnoreActorRef(this);
        _aboveRoot = new RootGuardianSupervisor(_rootPath, this, _termination, Log);
    }

    public IActorRef DeadLetters { get; }

    public IActorRef IgnoreRef { get; }

    public Deployer Deployer { get; }

    public Settings Settings { get; }

    public EventStream EventStream => _eventStream;

    public ILoggingAdapter Log { get; }

    public ActorPath RootPath => _rootPath;

    public IInternalActorRef RootGuardian => _rootGuardian;

    public LocalActorRef Guardian { get; private set; } = null!;

    public LocalActorRef SystemGuardian { get; private set; } = null!;

    public IInternalActorRef TempContainer => _tempContainer;

    public Task TerminationTask => _termination.Task;

    public Address DefaultAddress => _rootPath.Address;

    public Information SerializationInformation => new(DefaultAddress, _system);

    public ActorPath TempPath() => _tempPath / ("$" + ActorCell.Base64(Interlocked.Increment(ref _tempNumber)));

    public void Init(ActorSystemImpl system)
    {
        _system = system;
        var dispatcher = system.Dispatchers.InternalDispatcher;
        var mailbox = system.Mailboxes.Lookup(Mailboxes.DefaultMailboxId);
        var rootStrategy = new OneForOneStrategy(e =>
        {
            Log.Error(e, "Guardian failed. Shutting down system");
            return Directive.Stop;
        });

        var rootProps = Props.Create<GuardianActor>().WithSupervisorStrategy(rootStrategy);
        _rootGuardian = new RootGuardianActorRef(
            system, rootProps, dispatcher, mailbox, _aboveRoot, _rootPath, (IInternalActorRef)DeadLetters, _extraNames);
        _tempContainer = new VirtualPathContainer(this, _tempPath, _rootGuardian);
        _rootGuardian.SetTempContainer(_tempContainer);
        _rootGuardian.Start();

        Guardian = MakeGuardian("user", UserGuardianProps(system), dispatcher, mailbox);
        SystemGuardian = MakeGuardian(
            "system", Props.Create(() => new SystemGuardianActor(Guardian)).WithSupervisorStrategy(SystemStrategy()), dispatcher, mailbox);
        // The system guardian watches the user's, and the root only the system's: what registered for the termination has its
        // time in between.
        _rootGuardian.SendSystemMessage(new Watch(SystemGuardian, _rootGuardian));

        // Here rather than at the end of the start: a remote provider, which goes on from here, logs what it does.
        _eventStream.StartDefaultLoggers(system);
    }

    public void RegisterExtraName(string name, IInternalActorRef actor) => _extraNames[name] = actor;

    public void RegisterTempActor(IInternalActorRef actorRef, ActorPath path)
    {
        if (!path.Parent.Equals(_tempPath))
            throw new InvalidOperationException("Cannot RegisterTempActor() with anything not obtained from TempPath()");
        _tempContainer.Add(path.Name, actorRef);
    }

    public void UnregisterTempActor(ActorPath path)
    {
        if (!path.Parent.Equals(_tempPath))
            throw new InvalidOperationException("Cannot UnregisterTempActor() with anything not obtained from TempPath()");
        _tempContainer.Remove(path.Name);
    }

    public FutureActorRef<T> CreateFutureRef<T>(TaskCompletionSource<T> tcs) => new(tcs, TempPath(), this);

    public IActorRef RootGuardianAt(Address address) => address.Equals(_rootPath.Address) ? _rootGuardian : DeadLetters;

    public Address? GetExternalAddressFor(Address address) => address.Equals(_rootPath.Address) ? address : null;

    public IActorRef ResolveActorRef(string path) => ActorPath.TryParse(path, out var actorPath)
        ? ResolveActorRef(actorPath)
        : Unresolved($"Resolve of unknown path [{path}] failed. Invalid format.");

    public IActorRef ResolveActorRef(ActorPath actorPath) => actorPath.Root.Equals(_rootPath)
        ? Resolve(actorPath)
        : Unresolved($"Resolve of foreign ActorPath [{actorPath}] failed");

    public IInternalActorRef ActorOf(
        ActorSystemImpl system, Props props, IInternalActorRef supervisor, ActorPath path, bool systemService, Deploy? deploy,
        bool lookupDeploy, bool async)
    {
        var effective = lookupDeploy ? Deployer.Lookup(path) : null;
        if (deploy is not null)
            effective = effective is null ? deploy : deploy.WithFallback(effective);
        // What the deployment section says for this path wins over the code.
        if (effective is not null)
            props = props.WithDeploy(effective);
        if (!system.Dispatchers.HasDispatcher(props.Dispatcher))
            throw new ConfigurationException($"Dispatcher [{props.Dispatcher}] not configured for path {path}");

        try
        {
            var dispatcher = system.Dispatchers.Lookup(systemService && props.Deploy.Dispatcher == Deploy.NoDispatcherGiven
                ? Dispatchers.InternalDispatcherId
                : props.Dispatcher);
            var mailbox = system.Mailboxes.GetMailboxType(props, dispatcher.Configurator.Config);
            return async
                ? new RepointableActorRef(system, props, dispatcher, mailbox, supervisor, path).Initialize(async)
                : new LocalActorRef(system, props, dispatcher, mailbox, supervisor, path);
        }
        catch (Exception e) when (e is not ConfigurationException)
        {
            throw new ConfigurationException(
                $"Configuration problem while creating [{path}] with dispatcher [{props.Dispatcher}] and mailbox [{props.Mailbox}]", e);
        }
    }

    private IActorRef Resolve(ActorPath path)
    {
        var found = _rootGuardian.GetChild(path.ElementsWithUid);
        return found is Nobody ? new EmptyLocalActorRef(this, path, _eventStream) : found;
    }

    private IActorRef Unresolved(string why)
    {
        Log.Debug(why);
        return DeadLetters;
    }

    private LocalActorRef MakeGuardian(string name, Props props, MessageDispatcher dispatcher, MailboxType mailbox)
    {
        _rootGuardian.Cell.ReserveChild(name);
        var guardian = new LocalActorRef(_system, props, dispatcher, mailbox, _rootGuardian, _rootPath / name);
        _rootGuardian.Cell.InitChild(guardian);
        guardian.Start();
        return guardian;
    }

    private Props UserGuardianProps(ActorSystemImpl system) => system.GuardianProps.GetOrElse(Props.Create<GuardianActor>())
        .WithSupervisorStrategy(SupervisorStrategyConfigurator.CreateConfigurator(Settings.SupervisorStrategyClass).Create());

    private OneForOneStrategy SystemStrategy() => new(e => e is ActorInitializationException or ActorKilledException or DeathPactException
        ? Directive.Stop
        : Directive.Restart);
}
