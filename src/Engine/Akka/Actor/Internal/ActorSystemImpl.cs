using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Akka.Util;

namespace Akka.Actor.Internal;

public class ActorSystemImpl : ExtendedActorSystem
{
    private readonly ConcurrentDictionary<Type, Lazy<object>> _extensions = new();
    private readonly TerminationCallbacks _terminationCallbacks = new();
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _aborting;
    private int _terminating;
    private Serialization.Serialization? _serialization;
    private IActorRef? _deadLetterListener;

    public ActorSystemImpl(string name)
        : this(name, ConfigurationFactory.Load(), ActorSystemSetup.Empty)
    {
    }

    public ActorSystemImpl(string name, Config config, ActorSystemSetup setup, Option<Props>? guardianProps = null)
    {
        if (!Regex.IsMatch(name, "^[a-zA-Z0-9][a-zA-Z0-9-]*$"))
        {
            throw new ArgumentException(
                $"Invalid ActorSystem name [{name}], must contain only word characters (i.e. [a-zA-Z0-9] plus non-leading '-')",
                nameof(name));
        }

        ArgumentNullException.ThrowIfNull(config);
        Name = name;
        GuardianProps = guardianProps ?? Option<Props>.None;
        Settings = new Settings(this, config, setup);
        EventStream = new EventStream(Settings.DebugEventStream);
        EventStream.StartStdoutLogger(Settings);
        Log = new BusLogging(EventStream, $"ActorSystem({name})", typeof(ActorSystemImpl), Settings.LogFormatter);
        Scheduler = Instantiate<IScheduler>(Settings.SchedulerClass, "akka.scheduler.implementation", Settings.Config, Log);
        Provider = CreateProvider();
        Mailboxes = new Mailboxes(this);
        Dispatchers = new Dispatchers(
            this, new DefaultDispatcherPrerequisites(EventStream, Scheduler, Settings, Mailboxes), Log);
        ActorPipelineResolver = new ActorProducerPipelineResolver(() => Log);
        ActorPipelineResolver.Register(new ActorStashPlugin());
    }

    public override string Name { get; }

    public Option<Props> GuardianProps { get; }

    public override Settings Settings { get; }

    public override EventStream EventStream { get; }

    public override ILoggingAdapter Log { get; }

    public override IScheduler Scheduler { get; }

    public override IActorRefProvider Provider { get; }

    public override Mailboxes Mailboxes { get; }

    public override Dispatchers Dispatchers { get; }

    public override ActorProducerPipelineResolver ActorPipelineResolver { get; }

    /// <summary>Made on first use: its serializers may ask for the address, which a remote provider only knows once it has begun.</summary>
    public override Serialization.Serialization Serialization =>
        LazyInitializer.EnsureInitialized(ref _serialization, () => new Serialization.Serialization(this));

    public override IActorRef DeadLetters => Provider.DeadLetters;

    public override IActorRef IgnoreRef => Provider.IgnoreRef;

    public override IInternalActorRef Guardian => Provider.Guardian;

    public override IInternalActorRef SystemGuardian => Provider.SystemGuardian;

    public override IInternalActorRef LookupRoot => Provider.RootGuardian;

    public override Task WhenTerminated => _terminated.Task;

    internal bool Aborting => _aborting;

    public void Start()
    {
        try
        {
            Provider.Init(this);
            Provider.TerminationTask.ContinueWith(
                _ => FinishTermination(), CancellationToken.None, TaskContinuationOptions.RunContinuationsAsynchronously,
                TaskScheduler.Default);
            _ = Serialization;
            EventStream.StartUnsubscriber(this);
            if (Settings.LogDeadLetters > 0)
                _deadLetterListener = SystemActorOf<DeadLetterListener>("deadLetterListener");
            CoordinatedShutdown.Get(this);
            LoadExtensions();
            if (Settings.LogConfigOnStart)
                Log.Info(Settings.ToString());
        }
        catch
        {
            if (Provider.RootGuardian is not null)
                Abort();
            (Scheduler as IDisposable)?.Dispose();
            throw;
        }
    }

    public override IActorRef ActorOf(Props props, string? name = null) =>
        GuardianProps.IsEmpty
            ? Provider.Guardian.Cell.AttachChild(props, isSystemService: false, name)
            : throw new InvalidOperationException(
                "Cannot create top-level actor from the outside on ActorSystem with custom user guardian");

    public override IActorRef SystemActorOf(Props props, string? name = null) =>
        Provider.SystemGuardian.Cell.AttachChild(props, isSystemService: true, name);

    public override IActorRef SystemActorOf<TActor>(string? name = null) => SystemActorOf(Props.Create<TActor>(), name);

    public override ActorSelection ActorSelection(ActorPath actorPath) => ActorRefFactoryShared.ActorSelection(actorPath, this);

    public override ActorSelection ActorSelection(string actorPath) =>
        ActorRefFactoryShared.ActorSelection(actorPath, this, Provider.RootGuardian);

    public override void Stop(IActorRef actor)
    {
        var path = actor.Path;
        if (path.Parent.Equals(Provider.Guardian.Path))
            Provider.Guardian.Tell(new Dispatch.SysMsg.StopChild(actor));
        else if (path.Parent.Equals(Provider.SystemGuardian.Path))
            Provider.SystemGuardian.Tell(new Dispatch.SysMsg.StopChild(actor));
        else
            ((IInternalActorRef)actor).Stop();
    }

    public override void Abort()
    {
        _aborting = true;
        FinalTerminate();
    }

    public override Task Terminate()
    {
        if (Settings.CoordinatedShutdownRunByActorSystemTerminate && Provider.Guardian is not null)
            CoordinatedShutdown.Get(this).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        else
            FinalTerminate();
        return WhenTerminated;
    }

    /// <summary>Stops the actors; what comes before, if anything, is the coordinated shutdown's business.</summary>
    internal Task FinalTerminate()
    {
        if (Interlocked.Exchange(ref _terminating, 1) == 0)
        {
            Log.Debug("System shutdown initiated");
            if (!Settings.LogDeadLettersDuringShutdown && _deadLetterListener is not null)
                Stop(_deadLetterListener);
            Provider.Guardian.Stop();
        }

        return WhenTerminated;
    }

    public override void RegisterOnTermination(Action code) => _terminationCallbacks.Add(code);

    public override object RegisterExtension(IExtensionId extension)
    {
        ArgumentNullException.ThrowIfNull(extension);
        // A failure is remembered: what an extension had done by then cannot be undone for a second try.
        var made = _extensions.GetOrAdd(
            extension.ExtensionType, _ => new Lazy<object>(() => extension.CreateExtension(this)));
        return made.Value;
    }

    public override object GetExtension(IExtensionId extensionId)
    {
        TryGetExtension(extensionId.ExtensionType, out var extension);
        return extension!;
    }

    public override T GetExtension<T>()
    {
        TryGetExtension<T>(out var extension);
        return extension!;
    }

    public override bool HasExtension(Type type) =>
        typeof(IExtension).IsAssignableFrom(type) && TryGetExtension(type, out _);

    public override bool HasExtension<T>() => HasExtension(typeof(T));

    public override bool TryGetExtension(Type extensionType, [NotNullWhen(true)] out object? extension)
    {
        extension = _extensions.TryGetValue(extensionType, out var lazy) ? lazy.Value : null;
        return extension is not null;
    }

    public override bool TryGetExtension<T>([NotNullWhen(true)] out T? extension)
        where T : class
    {
        TryGetExtension(typeof(T), out var found);
        extension = (T?)found;
        return extension is not null;
    }

    public override string PrintTree()
    {
        var builder = new StringBuilder();
        Print(Provider.RootGuardian, "", builder);
        return builder.ToString();
    }

    public override string ToString() => LookupRoot.Path.Root.Address.ToString();

    private static void Print(IActorRef node, string indent, StringBuilder builder)
    {
        var cell = (node as ActorRefWithCell)?.Underlying as ActorCell;
        builder.Append(indent).Append("-> ").Append(node.Path.Name.Length == 0 ? "/" : node.Path.Name)
            .Append(' ').Append(cell?.Actor?.GetType().Name ?? node.GetType().Name).AppendLine();
        foreach (var child in (node as ActorRefWithCell)?.Children ?? [])
            Print(child, indent + "   ", builder);
    }

    private IActorRefProvider CreateProvider()
    {
        var type = Type.GetType(Settings.ProviderClass) ?? throw new ConfigurationException(
            $"'akka.actor.provider' is not a valid type name : '{Settings.ProviderClass}'");
        return typeof(IActorRefProvider).IsAssignableFrom(type)
            ? (IActorRefProvider)Unwrapped(() => Activator.CreateInstance(type, Name, Settings, EventStream)!)
            : throw new ConfigurationException(
                $"'akka.actor.provider' is set to a type '{Settings.ProviderClass}' which is no '{nameof(IActorRefProvider)}'");
    }

    private static T Instantiate<T>(string typeName, string key, params object[] arguments)
    {
        var type = Type.GetType(typeName) ?? throw new ConfigurationException($"'{key}' is not a valid type name: '{typeName}'");
        return (T)Unwrapped(() => Activator.CreateInstance(type, arguments)!);
    }

    private static object Unwrapped(Func<object> create)
    {
        try
        {
            return create();
        }
        catch (System.Reflection.TargetInvocationException e) when (e.InnerException is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerException);
            throw;
        }
    }

    private void LoadExtensions()
    {
        foreach (var name in Settings.Config.GetStringList("akka.extensions", []))
        {
            var type = Type.GetType(name);
            if (type is null || !typeof(IExtensionId).IsAssignableFrom(type))
            {
                Log.Error("[{0}] is not an 'ExtensionId', skipping...", name);
                continue;
            }

            try
            {
                RegisterExtension((IExtensionId)Activator.CreateInstance(type)!);
            }
            catch (Exception e)
            {
                Log.Error(e, "While trying to load extension [{0}], skipping...", name);
            }
        }
    }

    private void FinishTermination()
    {
        _terminationCallbacks.Run(Log);
        EventStream.StopDefaultLoggers(this);
        foreach (var extension in _extensions.Values.Where(e => e.IsValueCreated).Select(e => e.Value).OfType<IDisposable>())
            extension.Dispose();
        (Scheduler as IDisposable)?.Dispose();
        _terminated.TrySetResult();
    }

    /// <summary>Run once, the last one first; those registered too late run at once.</summary>
    private sealed class TerminationCallbacks
    {
        private readonly Lock _lock = new();
        private Stack<Action>? _callbacks = new();

        public void Add(Action callback)
        {
            lock (_lock)
            {
                if (_callbacks is null)
                    throw new InvalidOperationException("ActorSystem already terminated.");
                _callbacks.Push(callback);
            }
        }

        public void Run(ILoggingAdapter log)
        {
            Stack<Action> callbacks;
            lock (_lock)
            {
                callbacks = _callbacks ?? new Stack<Action>();
                _callbacks = null;
            }

            foreach (var callback in callbacks)
            {
                try
                {
                    callback();
                }
                catch (Exception e)
                {
                    log.Error(e, "Failed to run termination callback, due to [{0}]", e.Message);
                }
            }
        }
    }
}
