using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit.Xunit2.Internals;
using Xunit.Abstractions;

namespace Akka.TestKit.Xunit2;

/// <summary>A test of actors that runs on xUnit, and writes the system's log to the test's output.</summary>
public class TestKit : TestKitBase, IDisposable
{
    protected readonly ITestOutputHelper? Output;

    private int _disposed;

    public TestKit(ActorSystem? system = null, ITestOutputHelper? output = null) : base(Assertions, system)
    {
        Output = output;
        InitializeLogger(Sys);
    }

    public TestKit(ActorSystemSetup config, string? actorSystemName = null, ITestOutputHelper? output = null)
        : base(Assertions, config, actorSystemName)
    {
        Output = output;
        InitializeLogger(Sys);
    }

    public TestKit(Config config, string? actorSystemName = null, ITestOutputHelper? output = null)
        : base(Assertions, config, actorSystemName)
    {
        Output = output;
        InitializeLogger(Sys);
    }

    public TestKit(string config, ITestOutputHelper? output = null) : base(Assertions, ConfigurationFactory.ParseString(config))
    {
        Output = output;
        InitializeLogger(Sys);
    }

    protected static XunitAssertions Assertions { get; } = new();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Called after each test; by default it ends the actor system.</summary>
    protected virtual void AfterAll() => Shutdown();

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing || Interlocked.Exchange(ref _disposed, 1) == 1) return;
        AfterAll();
        // The thread goes on to other tests, which are not to send in the name of this one's actor.
        if (InternalCurrentActorCellKeeper.Current is { } cell && ReferenceEquals(cell.System, Sys))
            InternalCurrentActorCellKeeper.Current = null;
    }

    protected void InitializeLogger(ActorSystem system) => StartLogger(system, Output);

    protected void InitializeLogger(ActorSystem system, string prefix) =>
        StartLogger(system, Output is null ? null : new PrefixedOutput(Output, prefix));

    private static void StartLogger(ActorSystem system, ITestOutputHelper? output)
    {
        if (output is null) return;
        var logger = ((ExtendedActorSystem)system).SystemActorOf(
            Props.Create(() => new TestOutputLogger(output)), $"log-test-{Guid.NewGuid():N}");
        logger.Ask<LoggerInitialized>(new InitializeLogger(system.EventStream), TestKitExtension.For(system).DefaultTimeout)
            .GetAwaiter().GetResult();
    }
}
