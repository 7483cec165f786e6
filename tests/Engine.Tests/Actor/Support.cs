using System.Threading.Channels;
using Akka.Actor;
using Akka.Configuration;

namespace Engine.Tests.Actor;

/// <summary>A system for one test, and the waits that tests share. Every wait has a deadline that no healthy run comes near.</summary>
public abstract class ActorSpec : IAsyncLifetime
{
    protected static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly string _config;

    protected ActorSpec(string config = "") => _config = config;

    protected ActorSystem Sys { get; private set; } = null!;

    public virtual Task InitializeAsync()
    {
        Sys = ActorSystem.Create("spec", ConfigurationFactory.ParseString(
            _config + "\nakka.loglevel = OFF, akka.stdout-loglevel = OFF"));
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await Sys.Terminate().WaitAsync(Deadline);

    protected Probe NewProbe() => new(Sys);

    /// <summary>On a thread that no actor and no test kit has touched.</summary>
    protected static Task OutsideOfActors(Action assertion) =>
        Task.Factory.StartNew(assertion, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    protected static async Task Eventually(Func<bool> condition, string what)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (!condition())
        {
            if (deadline.IsCancellationRequested)
                Assert.Fail("Waited in vain until " + what);
            await Task.Yield();
        }
    }
}

/// <summary>An actor that keeps what it is sent, for the test to look at in order.</summary>
public sealed class Probe
{
    private readonly Channel<(object Message, IActorRef Sender)> _received = Channel.CreateUnbounded<(object, IActorRef)>();

    public Probe(ActorSystem system) => Ref = system.ActorOf(Props.Create(() => new Recorder(_received.Writer)));

    public IActorRef Ref { get; }

    public IActorRef LastSender { get; private set; } = ActorRefs.Nobody;

    public async Task<object> Next()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var (message, sender) = await _received.Reader.ReadAsync(deadline.Token);
        LastSender = sender;
        return message;
    }

    public async Task<T> Next<T>() => Assert.IsAssignableFrom<T>(await Next());

    public async Task Expect(params object[] messages)
    {
        foreach (var message in messages)
            Assert.Equal(message, await Next());
    }

    /// <summary>Nothing else has come before a message that is sent now, and so is behind all that was sent here earlier.</summary>
    public async Task ExpectNothingBefore(object marker)
    {
        Ref.Tell(marker, ActorRefs.NoSender);
        Assert.Equal(marker, await Next());
    }

    public void Watch(IActorRef subject) => Ref.Tell(new StartWatch(subject), ActorRefs.NoSender);

    private sealed record StartWatch(IActorRef Subject);

    private sealed class Recorder(ChannelWriter<(object, IActorRef)> received) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is StartWatch watch)
                Context.Watch(watch.Subject);
            else
                received.TryWrite((message, Sender));
        }
    }
}
