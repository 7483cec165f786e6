using System.Diagnostics;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote;

namespace Engine.Tests.Remote;

/// <summary>An actor system with remoting on a port of 127.0.0.1, and what tests ask of it.</summary>
internal sealed class RemoteNode : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const string Defaults = """
        akka {
          actor.provider = remote
          loglevel = OFF
          stdout-loglevel = OFF
          remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
          remote.retry-gate-closed-for = 100 ms
        }
        """;

    private RemoteNode(ActorSystem system)
    {
        System = (ExtendedActorSystem)system;
    }

    public ExtendedActorSystem System { get; }

    public Address Address => System.Provider.DefaultAddress;

    public int Port => Address.Port!.Value;

    public static RemoteNode Start(string name, string config = "") =>
        new(ActorSystem.Create(name, ConfigurationFactory.ParseString(config).WithFallback(ConfigurationFactory.ParseString(Defaults))));

    public IActorRef Echo(string name = "echo") => System.ActorOf(Props.Create(() => new EchoActor()), name);

    public Inbox Collect(string? name = null) => Collecting(name);

    /// <summary>Collects what is published on the event stream.</summary>
    public Inbox CollectEvents<T>()
    {
        var inbox = Collect();
        System.EventStream.Subscribe(inbox.Ref, typeof(T));
        return inbox;
    }

    public ActorSelection Select(RemoteNode other, string path) =>
        System.ActorSelection(new RootActorPath(other.Address) / path.Split('/'));

    public async Task<IActorRef> ResolveAsync(RemoteNode other, string path) =>
        await Select(other, path).ResolveOne(Patience).WaitAsync(Patience);

    public async ValueTask DisposeAsync() => await System.Terminate().WaitAsync(Patience);

    public static async Task EventuallyAsync(string what, Func<Task<bool>> condition)
    {
        for (var started = Stopwatch.StartNew(); started.Elapsed < Patience;)
        {
            if (await condition())
                return;
            await Task.Delay(20);
        }

        Assert.Fail($"Waited {Patience} in vain until {what}.");
    }

    public static Task EventuallyAsync(string what, Func<bool> condition) => EventuallyAsync(what, () => Task.FromResult(condition()));

    private Inbox Collecting(string? name)
    {
        var channel = Channel.CreateUnbounded<object>();
        return new Inbox(System.ActorOf(Props.Create(() => new CollectingActor(channel.Writer)), name), channel.Reader);
    }

    private sealed class EchoActor : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message, Self);
    }

    private sealed class CollectingActor(ChannelWriter<object> messages) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is WatchThis watch)
                Context.Watch(watch.Subject);
            else if (message is UnwatchThis unwatch)
                Context.Unwatch(unwatch.Subject);
            else
                messages.TryWrite(message);
        }
    }

    /// <summary>An actor whose messages a test can await.</summary>
    internal sealed record Inbox(IActorRef Ref, ChannelReader<object> Messages)
    {
        public async Task<T> NextAsync<T>() => Assert.IsType<T>(await NextAsync(_ => true), exactMatch: false);

        public async Task<object> NextAsync(Func<object, bool> wanted)
        {
            using var deadline = new CancellationTokenSource(Patience);
            await foreach (var message in Messages.ReadAllAsync(deadline.Token))
            {
                if (wanted(message))
                    return message;
            }

            throw new InvalidOperationException("The inbox was closed.");
        }

        public void Watch(IActorRef subject) => Ref.Tell(new WatchThis(subject));

        public void Unwatch(IActorRef subject) => Ref.Tell(new UnwatchThis(subject));
    }

    private sealed record WatchThis(IActorRef Subject);

    private sealed record UnwatchThis(IActorRef Subject);
}
