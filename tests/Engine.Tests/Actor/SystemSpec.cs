using Akka;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;

namespace Engine.Tests.Actor;

public class SystemSpec : ActorSpec
{
    public SystemSpec()
        : base($"akka.extensions = [\"{typeof(CountingProvider).AssemblyQualifiedName}\"]")
    {
    }

    [Theory]
    [InlineData("hallo*welt")]
    [InlineData("hallo_welt")]
    [InlineData("-hallo")]
    [InlineData("hallo@welt")]
    [InlineData("")]
    public void Odd_names_are_refused(string name) => Assert.Throws<ArgumentException>(() => ActorSystem.Create(name));

    [Fact]
    public void Extensions_come_from_the_configuration_or_from_code_and_are_made_once()
    {
        Assert.True(Sys.HasExtension<Counting>());
        Assert.Same(Sys.GetExtension<Counting>(), Sys.WithExtension<Counting, CountingProvider>());
        Assert.False(Sys.HasExtension<Failing>());
        var first = Assert.Throws<InvalidOperationException>(() => Sys.WithExtension<Failing, FailingProvider>());
        Assert.Same(first, Assert.Throws<InvalidOperationException>(() => Sys.WithExtension<Failing, FailingProvider>()));
    }

    [Fact]
    public async Task Callbacks_run_at_the_end_the_last_one_first()
    {
        var system = ActorSystem.Create("ending");
        var ran = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            var number = i;
            system.RegisterOnTermination(() => ran.Add(number));
        }

        await system.Terminate().WaitAsync(Deadline);
        Assert.Equal([4, 3, 2, 1, 0], ran);
        Assert.Throws<InvalidOperationException>(() => system.RegisterOnTermination(() => { }));
        Assert.Throws<InvalidOperationException>(() => system.ActorOf(Props.Empty));
    }

    [Fact]
    public async Task Termination_stops_every_actor()
    {
        var system = ActorSystem.Create("ending");
        var actors = Enumerable.Range(0, 500).Select(_ => system.ActorOf(Props.Empty)).Cast<IInternalActorRef>().ToList();
        await system.Terminate().WaitAsync(Deadline);
        Assert.All(actors, a => Assert.True(a.IsTerminated));
    }

    [Fact]
    public async Task Setups_give_the_configuration_and_the_kind_of_system()
    {
        var setup = BootstrapSetup.Create()
            .WithConfig(ConfigurationFactory.ParseString("akka.loglevel = OFF, a.b = 1"))
            .WithConfigFallback(ConfigurationFactory.ParseString("a { b = 2, c = 3 }"))
            .WithActorRefProvider(ProviderSelection.Local.Instance);
        var system = ActorSystem.Create("setup", setup.And(new Colour("red")));
        Assert.Equal(1, system.Settings.Config.GetInt("a.b"));
        Assert.Equal(3, system.Settings.Config.GetInt("a.c"));
        Assert.Equal("red", system.Settings.Setup.Get<Colour>().Value.Name);
        Assert.IsType<LocalActorRefProvider>(((ExtendedActorSystem)system).Provider);
        await system.Terminate().WaitAsync(Deadline);
    }

    [Fact]
    public void A_provider_that_does_not_exist_is_named()
    {
        var error = Assert.Throws<ConfigurationException>(
            () => ActorSystem.Create("wrong", "akka.actor.provider = \"Nobody.Knows, This\""));
        Assert.Contains("Nobody.Knows", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_guardians_strategy_comes_from_the_configuration()
    {
        var system = ActorSystem.Create("stopping", """
            akka.loglevel = OFF
            akka.stdout-loglevel = OFF
            akka.actor.guardian-supervisor-strategy = "Akka.Actor.StoppingSupervisorStrategy, Akka"
            """);
        var actor = system.ActorOf(Props.Create(() => new Fragile()));
        actor.Tell("fail");
        Assert.True(await actor.WatchAsync().WaitAsync(Deadline));
        await system.Terminate().WaitAsync(Deadline);
    }

    [Fact]
    public async Task Shutdown_runs_its_phases_in_order_and_ends_the_system()
    {
        var system = ActorSystem.Create("phases");
        var ran = new List<string>();
        var shutdown = CoordinatedShutdown.Get(system);
        foreach (var phase in new[] { CoordinatedShutdown.PhaseServiceStop, CoordinatedShutdown.PhaseBeforeServiceUnbind })
        {
            shutdown.AddTask(phase, "note", () =>
            {
                lock (ran)
                    ran.Add(phase);
                return Task.FromResult(Done.Instance);
            });
        }

        Assert.Throws<ArgumentException>(() => shutdown.AddTask("no-such-phase", "x", () => Task.FromResult(Done.Instance)));
        await shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance).WaitAsync(Deadline);
        Assert.Equal([CoordinatedShutdown.PhaseBeforeServiceUnbind, CoordinatedShutdown.PhaseServiceStop], ran);
        Assert.Same(CoordinatedShutdown.ClrExitReason.Instance, shutdown.ShutdownReason);
        Assert.True(system.WhenTerminated.IsCompleted);
    }

    [Fact]
    public async Task A_failed_or_slow_shutdown_task_holds_nobody_up()
    {
        var phases = new Dictionary<string, Phase>
        {
            ["a"] = new([], Deadline, true),
            ["b"] = new(["a"], TimeSpan.FromMilliseconds(20), true),
            ["c"] = new(["b"], Deadline, true),
        };
        var shutdown = new CoordinatedShutdown((ExtendedActorSystem)Sys, phases);
        var reached = false;
        shutdown.AddTask("a", "fails", () => Task.FromException<Done>(new InvalidOperationException("no")));
        shutdown.AddTask("b", "never ends", () => new TaskCompletionSource<Done>().Task);
        shutdown.AddTask("c", "last", () =>
        {
            reached = true;
            return Task.FromResult(Done.Instance);
        });
        await shutdown.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Deadline);
        Assert.True(reached);
    }

    [Fact]
    public async Task A_phase_without_recovery_ends_the_shutdown()
    {
        var phases = new Dictionary<string, Phase>
        {
            ["a"] = new([], TimeSpan.FromMilliseconds(20), false),
            ["b"] = new(["a"], Deadline, true),
        };
        var shutdown = new CoordinatedShutdown((ExtendedActorSystem)Sys, phases);
        shutdown.AddTask("a", "never ends", () => new TaskCompletionSource<Done>().Task);
        await Assert.ThrowsAsync<TimeoutException>(() => shutdown.Run(CoordinatedShutdown.UnknownReason.Instance));
    }

    [Fact]
    public void Phases_in_a_circle_are_refused() => Assert.Throws<ArgumentException>(() => CoordinatedShutdown.TopologicalSort(
        new Dictionary<string, Phase> { ["a"] = new(["b"], Deadline, true), ["b"] = new(["a"], Deadline, true) }));

    [Fact]
    public async Task An_inbox_receives_for_those_who_are_no_actors()
    {
        using var inbox = Inbox.Create(Sys);
        inbox.Receiver.Tell("hello");
        inbox.Receiver.Tell("world");
        Assert.Equal("world", inbox.ReceiveWhere(m => m is "world"));
        Assert.Equal("hello", await inbox.ReceiveAsync());
        Assert.Throws<TimeoutException>(() => inbox.Receive(TimeSpan.FromMilliseconds(20)));
        Assert.IsType<Status.Failure>(await inbox.ReceiveAsync(TimeSpan.FromMilliseconds(20)));
        var subject = Sys.ActorOf(Props.Empty);
        inbox.Watch(subject);
        inbox.Send(subject, PoisonPill.Instance);
        Assert.Equal(subject, Assert.IsType<Terminated>(inbox.Receive(Deadline)).ActorRef);
    }

    [Fact]
    public async Task A_full_inbox_drops_and_warns_once()
    {
        var system = ActorSystem.Create(
            "inbox", "akka.loglevel = WARNING, akka.stdout-loglevel = OFF, akka.loggers = [], akka.actor.inbox.inbox-size = 2");
        var warnings = new Probe(system);
        system.EventStream.Subscribe(warnings.Ref, typeof(Warning));
        using var inbox = Inbox.Create(system);
        foreach (var message in new[] { 1, 2, 3, 4 })
            inbox.Receiver.Tell(message);
        Assert.StartsWith("Dropping message", (await warnings.Next<Warning>()).Message!.ToString()!, StringComparison.Ordinal);
        Assert.Equal(1, inbox.Receive());
        Assert.Equal(2, inbox.Receive());
        await warnings.ExpectNothingBefore("end");
        await system.Terminate().WaitAsync(Deadline);
    }

    [Fact]
    public async Task Loggers_are_there_before_a_remote_provider_starts()
    {
        var system = ActorSystem.Create("remote", $$"""
            akka.loglevel = INFO
            akka.stdout-loglevel = OFF
            akka.loggers = ["{{typeof(KeepingLogger).AssemblyQualifiedName}}"]
            akka.actor.provider = remote
            akka.remote.dot-netty.tcp { hostname = 127.0.0.1, port = 0 }
            """);
        await Eventually(
            () => KeepingLogger.Logged.Any(m => m.Contains("listen", StringComparison.OrdinalIgnoreCase)),
            "the logger was told where the system listens");
        await system.Terminate().WaitAsync(Deadline);
    }

    internal sealed class KeepingLogger : ReceiveActor, Akka.Dispatch.IRequiresMessageQueue<ILoggerMessageQueueSemantics>
    {
        public static readonly System.Collections.Concurrent.ConcurrentQueue<string> Logged = new();

        public KeepingLogger()
        {
            var log = Context.GetLogger();
            Receive<InitializeLogger>(_ =>
            {
                log.Info("I am here");
                Sender.Tell(new LoggerInitialized());
            });
            Receive<LogEvent>(e => Logged.Enqueue(e.Message?.ToString() ?? ""));
        }
    }

    private sealed class Colour(string name) : Setup
    {
        public string Name { get; } = name;
    }

    private sealed class Fragile : UntypedActor
    {
        protected override void OnReceive(object message) => throw new InvalidOperationException("fragile");
    }

    internal sealed class Counting : IExtension;

    internal sealed class CountingProvider : ExtensionIdProvider<Counting>
    {
        public override Counting CreateExtension(ExtendedActorSystem system) => new();
    }

    internal sealed class Failing : IExtension;

    internal sealed class FailingProvider : ExtensionIdProvider<Failing>
    {
        public override Failing CreateExtension(ExtendedActorSystem system) => throw new InvalidOperationException("never");
    }
}
