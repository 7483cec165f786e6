using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit.Internal;
using Akka.Util.Internal;

namespace Akka.TestKit;

/// <summary>A test of actors: an actor system, an actor that receives for the test, and expectations of what it receives.</summary>
public abstract partial class TestKitBase : IActorRefFactory
{
    private static readonly AtomicCounter TestActorIds = new(0);

    private static readonly Lazy<Config> Defaults = new(() =>
        ConfigurationFactory.FromResource<TestKitBase>("Akka.TestKit.Internal.Reference.conf"));

    private readonly ITestKitAssertions _assertions;
    private readonly ReceivedMessages _received = new();

    /// <summary>When the innermost Within has to be over.</summary>
    private TimeSpan? _end;

    private bool _lastWasNoMsg;
    private MessageEnvelope _lastMessage = NullMessageEnvelope.Instance;
    private IActorRef _testActor = null!;

    protected TestKitBase(ITestKitAssertions assertions, ActorSystem? system = null, string? testActorName = null)
    {
        _assertions = Checked(assertions);
        InitializeTest(system!, (ActorSystemSetup)null!, null!, testActorName!);
    }

    protected TestKitBase(
        ITestKitAssertions assertions, ActorSystemSetup setup, string? actorSystemName = null, string? testActorName = null)
    {
        _assertions = Checked(assertions);
        InitializeTest(null!, setup, actorSystemName!, testActorName!);
    }

    protected TestKitBase(ITestKitAssertions assertions, Config config, string? actorSystemName = null, string? testActorName = null)
    {
        _assertions = Checked(assertions);
        InitializeTest(null!, config, actorSystemName!, testActorName!);
    }

    protected TestKitBase(
        ITestKitAssertions assertions, ActorSystem system, ActorSystemSetup setup, string actorSystemName, string testActorName)
    {
        _assertions = Checked(assertions);
        InitializeTest(system, setup, actorSystemName, testActorName);
    }

    public static Config DefaultConfig => Defaults.Value;

    public static Config FullDebugConfig => ConfigurationFactory.ParseString(
        """
        akka.log-dead-letters-during-shutdown = true
        akka.actor.debug {
          receive = true
          autoreceive = true
          lifecycle = true
          event-stream = true
          unhandled = true
        }
        """);

    public static TimeSpan Now => Monotonic.Elapsed;

    public ActorSystem Sys { get; private set; } = null!;

    public TestKitSettings TestKitSettings { get; private set; } = null!;

    public ILoggingAdapter Log { get; private set; } = null!;

    public EventFilterFactory EventFilter { get; private set; } = null!;

    public IActorRef TestActor => _testActor;

    public object LastMessage => _lastMessage.Message;

    public IActorRef LastSender => _lastMessage.Sender;

    public bool HasMessages => _received.Count > 0;

    internal ITestKitAssertions TestAssertions => _assertions;

    public EventFilterFactory CreateEventFilter(ActorSystem system) => new(this, system);

    public IActorRef CreateTestActor(string name) => CreateTestActor(Sys, name);

    public virtual TestProbe CreateTestProbe(string? name = null) => CreateTestProbe(Sys, name);

    public virtual TestProbe CreateTestProbe(ActorSystem system, string? name = null) => new(system, _assertions, name);

    public virtual TestLatch CreateTestLatch(int count = 1) => TestLatch.For(this, count);

    public TestBarrier CreateTestBarrier(int count) => new(this, count);

    public void SetAutoPilot(AutoPilot pilot) => TestActor.Tell(new TestActor.SetAutoPilot(pilot), TestActor);

    public void IgnoreMessages(Func<object, bool> shouldIgnoreMessage) =>
        TestActor.Tell(new TestActor.SetIgnore(message => shouldIgnoreMessage(message)), TestActor);

    public void IgnoreMessages<TMsg>(Func<TMsg, bool> shouldIgnoreMessage) =>
        IgnoreMessages(message => message is TMsg candidate && shouldIgnoreMessage(candidate));

    public void IgnoreMessages<TMsg>() => IgnoreMessages(message => message is TMsg);

    public void IgnoreNoMessages() => TestActor.Tell(new TestActor.SetIgnore(null!), TestActor);

    public IActorRef Watch(IActorRef actorToWatch)
    {
        TestActor.Tell(new TestActor.Watch(actorToWatch), TestActor);
        return actorToWatch;
    }

    /// <summary>Returns when the test actor does watch.</summary>
    public async Task<IActorRef> WatchAsync(IActorRef actorToWatch)
    {
        var watch = new TestActor.Watch(actorToWatch);
        TestActor.Tell(watch, TestActor);
        await watch.Done.Task.WaitAsync(RemainingOrDefault);
        return actorToWatch;
    }

    public IActorRef Unwatch(IActorRef actorToUnwatch)
    {
        TestActor.Tell(new TestActor.Unwatch(actorToUnwatch), TestActor);
        return actorToUnwatch;
    }

    public async Task<IActorRef> UnwatchAsync(IActorRef actorToUnwatch)
    {
        var unwatch = new TestActor.Unwatch(actorToUnwatch);
        TestActor.Tell(unwatch, TestActor);
        await unwatch.Done.Task.WaitAsync(RemainingOrDefault);
        return actorToUnwatch;
    }

    public virtual void Shutdown(TimeSpan? duration = null, bool verifySystemShutdown = false) =>
        Shutdown(Sys, duration, verifySystemShutdown);

    protected virtual void Shutdown(ActorSystem system, TimeSpan? duration = null, bool verifySystemShutdown = false)
    {
        system ??= Sys;
        var limit = duration ?? Dilated(TimeSpan.FromSeconds(5)).Min(TimeSpan.FromSeconds(10));
        if (system.Terminate().Wait(limit)) return;

        var failure = $"Failed to stop [{system.Name}] within [{limit}]\n{(system as ExtendedActorSystem)?.PrintTree()}";
        if (verifySystemShutdown) throw new TimeoutException(failure);
        system.Log.Warning(failure);
    }

    protected void InitializeTest(ActorSystem system, Config config, string actorSystemName, string testActorName)
    {
        var bootstrap = BootstrapSetup.Create();
        InitializeTest(
            system, ActorSystemSetup.Create(config is null ? bootstrap : bootstrap.WithConfig(config)), actorSystemName, testActorName);
    }

    protected virtual void InitializeTest(ActorSystem system, ActorSystemSetup config, string actorSystemName, string testActorName)
    {
        Sys = system ?? CreateSystem(config ?? ActorSystemSetup.Empty, actorSystemName ?? "test");
        // A system that was made elsewhere need not know the test's dispatchers and settings.
        Sys.Settings.InjectTopLevelFallback(DefaultConfig);
        Sys.RegisterExtension(new TestKitExtension());
        Sys.RegisterExtension(new TestKitAssertionsExtension(_assertions));
        TestKitSettings = TestKitExtension.For(Sys);
        Log = Logging.GetLogger(Sys, GetType());
        EventFilter = new EventFilterFactory(this);

        var name = string.IsNullOrEmpty(testActorName) ? $"testActor{TestActorIds.IncrementAndGet()}" : testActorName;
        _testActor = CreateTestActor(Sys, name);
        AwaitCondition(
            () => _testActor is not IRepointableRef { IsStarted: false }, TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(10));
        if (this is not INoImplicitSender) BecomeImplicitSender();
    }

    private static ITestKitAssertions Checked(ITestKitAssertions assertions)
    {
        ArgumentNullException.ThrowIfNull(assertions);
        return assertions;
    }

    private static ActorSystem CreateSystem(ActorSystemSetup setup, string name)
    {
        var bootstrap = setup.Get<BootstrapSetup>();
        var withDefaults = (bootstrap.HasValue ? bootstrap.Value : BootstrapSetup.Create()).WithConfigFallback(DefaultConfig);
        return ActorSystem.Create(name, setup.WithSetup(withDefaults));
    }

    private IActorRef CreateTestActor(ActorSystem system, string name) =>
        ((ExtendedActorSystem)system).SystemActorOf(
            Props.Create(() => new TestActor.InternalTestActor(_received)).WithDispatcher("akka.test.test-actor.dispatcher"), name);

    /// <summary>From now on the test's own messages come from its test actor, on this thread and where its awaits continue.</summary>
    private void BecomeImplicitSender()
    {
        var cell = (ActorCell)((ActorRefWithCell)_testActor).Underlying;
        InternalCurrentActorCellKeeper.Current = cell;
        SynchronizationContext.SetSynchronizationContext(new ActorCellKeepingSynchronizationContext(cell));
    }
}
