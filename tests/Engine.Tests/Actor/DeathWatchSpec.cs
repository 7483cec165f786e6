using Akka.Actor;

namespace Engine.Tests.Actor;

public class DeathWatchSpec : ActorSpec
{
    [Fact]
    public async Task Every_watcher_is_told_once()
    {
        var subject = Sys.ActorOf(Props.Empty);
        var watchers = Enumerable.Range(0, 3).Select(_ => NewProbe()).ToList();
        foreach (var watcher in watchers)
        {
            watcher.Watch(subject);
            watcher.Watch(subject);
        }

        subject.Tell(PoisonPill.Instance);
        foreach (var watcher in watchers)
        {
            var terminated = await watcher.Next<Terminated>();
            Assert.Equal(subject, terminated.ActorRef);
            Assert.False(terminated.AddressTerminated);
            await watcher.ExpectNothingBefore("end");
        }
    }

    [Fact]
    public async Task Watching_the_dead_tells_at_once()
    {
        var subject = Sys.ActorOf(Props.Empty);
        Assert.True(await subject.GracefulStop(Deadline));
        var watcher = NewProbe();
        watcher.Watch(subject);
        Assert.Equal(subject, (await watcher.Next<Terminated>()).ActorRef);
        Assert.True(await subject.WatchAsync());
    }

    [Fact]
    public async Task Who_unwatches_is_not_told_even_when_the_news_is_in_the_mailbox_already()
    {
        var probe = NewProbe();
        using var mayGoOn = new ManualResetEventSlim();
        var subject = Sys.ActorOf(Props.Empty);
        var watcher = Sys.ActorOf(Props.Create(() => new Watcher(subject, probe.Ref, mayGoOn)));
        Assert.Equal("watching", await watcher.Ask<string>("watch", Deadline));
        watcher.Tell("hold");
        Assert.True(await subject.GracefulStop(Deadline));
        watcher.Tell("unwatch");
        mayGoOn.Set();
        Assert.Equal("alive", await watcher.Ask<string>("?", Deadline));
        await probe.ExpectNothingBefore("end");
    }

    [Fact]
    public async Task A_message_of_ones_own_may_take_the_place_of_Terminated()
    {
        var probe = NewProbe();
        var subject = Sys.ActorOf(Props.Empty);
        var watcher = Sys.ActorOf(Props.Create(() => new WatcherWith(subject, probe.Ref)));
        Assert.Equal("watching", await watcher.Ask<string>("watch", Deadline));
        Assert.IsType<InvalidOperationException>(await watcher.Ask<object>("watch with another", Deadline));
        subject.Tell(PoisonPill.Instance);
        await probe.Expect("it is gone");
    }

    [Fact]
    public async Task Not_handling_Terminated_fails_the_watcher()
    {
        var probe = NewProbe();
        var subject = Sys.ActorOf(Props.Empty);
        Sys.ActorOf(Props.Create(() => new Pact(subject, probe.Ref)));
        await probe.Expect("watching");
        subject.Tell(PoisonPill.Instance);
        Assert.Equal(subject, (await probe.Next<DeathPactException>()).DeadActor);
    }

    [Fact]
    public async Task A_restart_is_no_death()
    {
        var watcher = NewProbe();
        var subject = Sys.ActorOf(Props.Create(() => new Failing()));
        watcher.Watch(subject);
        subject.Tell("fail");
        Assert.Equal("alive", await subject.Ask<string>("?", Deadline));
        await watcher.ExpectNothingBefore("end");
    }

    [Fact]
    public async Task A_child_of_the_same_name_is_another_actor()
    {
        var probe = NewProbe();
        var parent = Sys.ActorOf(Props.Create(() => new Rebirth(probe.Ref)));
        for (var i = 0; i < 3; i++)
        {
            parent.Tell("again");
            await probe.Expect("reborn");
        }
    }

    [Fact]
    public async Task An_actor_that_does_not_stop_in_time_ends_the_wait()
    {
        var silent = NewProbe().Ref;
        Assert.False(await silent.GracefulStop(TimeSpan.FromMilliseconds(50), "stop, please"));
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));
        Assert.False(await silent.WatchAsync(cancelled.Token));
    }

    private sealed class Watcher : ReceiveActor
    {
        public Watcher(IActorRef subject, IActorRef probe, ManualResetEventSlim mayGoOn)
        {
            Receive<string>(s => s == "watch", _ =>
            {
                Context.Watch(subject);
                Sender.Tell("watching");
            });
            Receive<string>(s => s == "hold", _ => mayGoOn.Wait(Deadline));
            Receive<string>(s => s == "unwatch", _ => Context.Unwatch(subject));
            Receive<string>(_ => Sender.Tell("alive"));
            Receive<Terminated>(t => probe.Tell(t));
        }
    }

    private sealed class WatcherWith : ReceiveActor
    {
        public WatcherWith(IActorRef subject, IActorRef probe)
        {
            Receive<string>(s => s == "watch", _ =>
            {
                Context.WatchWith(subject, "it is gone");
                Sender.Tell("watching");
            });
            Receive<string>(s => s == "watch with another", _ =>
            {
                try
                {
                    Context.WatchWith(subject, "another");
                }
                catch (InvalidOperationException e)
                {
                    Sender.Tell(e);
                }
            });
            ReceiveAny(probe.Tell);
        }
    }

    private sealed class Pact(IActorRef subject, IActorRef probe) : ReceiveActor
    {
        protected override void PreStart()
        {
            Context.Watch(subject);
            probe.Tell("watching");
        }

        protected override void PostStop() => probe.Tell(new DeathPactException(subject));
    }

    private sealed class Failing : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is "fail")
                throw new InvalidOperationException("fail");
            Sender.Tell("alive");
        }
    }

    private sealed class Rebirth : ReceiveActor
    {
        public Rebirth(IActorRef probe)
        {
            Receive<string>(_ =>
            {
                var kid = Context.ActorOf(Props.Empty, "kid");
                Context.Watch(kid);
                Context.Stop(kid);
            });
            Receive<Terminated>(_ => probe.Tell("reborn"));
        }
    }
}
