using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Engine.Tests.Actor;

public class MailboxSpec : ActorSpec
{
    public MailboxSpec()
        : base($$"""
            by-length { mailbox-type = "{{typeof(ByLength).AssemblyQualifiedName}}" }
            two-at-most { mailbox-type = "Akka.Dispatch.BoundedMailbox, Akka", mailbox-capacity = 2, mailbox-push-timeout-time = 0s }
            own-thread { type = PinnedDispatcher }
            three-threads { type = Dispatcher, executor = fork-join-executor, fork-join-executor.dedicated-thread-pool.thread-count = 3 }
            one-at-a-time { type = Dispatcher, throughput = 1 }
            akka.actor.deployment {
              /configured { dispatcher = own-thread, mailbox = by-length }
              "/family/*" { dispatcher = own-thread }
            }
            """)
    {
    }

    [Fact]
    public async Task A_priority_mailbox_puts_the_lowest_first_and_keeps_equals_in_order()
    {
        var probe = NewProbe();
        var actor = Suspended(Props.Create(() => new Forwarding(probe.Ref)).WithMailbox("by-length"));
        foreach (var message in new[] { "ccc", "a1", "bbbb", "a2", "a3" })
            actor.Tell(message);
        actor.SendSystemMessage(new Resume(null));
        await probe.Expect("a1", "a2", "a3", "ccc", "bbbb");
    }

    [Fact]
    public async Task A_full_bounded_mailbox_turns_messages_into_dead_letters()
    {
        var probe = NewProbe();
        var letters = NewProbe();
        Sys.EventStream.Subscribe(letters.Ref, typeof(DeadLetter));
        var actor = Suspended(Props.Create(() => new Forwarding(probe.Ref)).WithMailbox("two-at-most"));
        foreach (var message in new[] { "one", "two", "three" })
            actor.Tell(message);
        Assert.Equal("three", (await letters.Next<DeadLetter>()).Message);
        actor.SendSystemMessage(new Resume(null));
        await probe.Expect("one", "two");
    }

    [Fact]
    public async Task An_actor_gets_the_mailbox_that_it_requires()
    {
        var stashing = Sys.ActorOf(Props.Create(() => new Stashing()));
        Assert.IsAssignableFrom<IDequeBasedMessageQueueSemantics>(await QueueOf(stashing));
        Assert.Throws<ConfigurationException>(() => Sys.ActorOf(Props.Create(() => new Stashing()).WithMailbox("two-at-most")));
        Assert.Throws<ConfigurationException>(() => Sys.ActorOf(Props.Empty.WithMailbox("no-such-mailbox")));
        Assert.Throws<ConfigurationException>(() => Sys.ActorOf(Props.Empty.WithDispatcher("no-such-dispatcher")));
    }

    [Fact]
    public async Task The_deployment_section_wins_over_the_code()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Forwarding(NewProbe().Ref)), "configured");
        var cell = (ActorCell)((ActorRefWithCell)actor).Underlying;
        Assert.IsType<PinnedDispatcher>(cell.Dispatcher);
        Assert.IsType<Akka.Dispatch.MessageQueues.UnboundedStablePriorityMessageQueue>(cell.Mailbox.MessageQueue);
        var provider = ((ExtendedActorSystem)Sys).Provider;
        Assert.Equal("own-thread", provider.Deployer.Lookup(["family", "anyone"])!.Dispatcher);
        Assert.Null(provider.Deployer.Lookup(["strangers", "anyone"]));
        Assert.True(await actor.GracefulStop(Deadline));
    }

    [Fact]
    public async Task Pinned_actors_have_a_thread_of_their_own_each()
    {
        var one = Sys.ActorOf(Props.Create(() => new Threads()).WithDispatcher("own-thread"));
        var two = Sys.ActorOf(Props.Create(() => new Threads()).WithDispatcher("own-thread"));
        var first = await one.Ask<int>("thread", Deadline);
        Assert.Equal(first, await one.Ask<int>("thread", Deadline));
        Assert.NotEqual(first, await two.Ask<int>("thread", Deadline));
    }

    [Theory]
    [InlineData("three-threads")]
    [InlineData("one-at-a-time")]
    [InlineData("akka.actor.default-dispatcher")]
    [InlineData("akka.actor.internal-dispatcher")]
    public async Task No_wake_up_is_lost_whatever_runs_the_mailbox(string dispatcher)
    {
        var actor = Sys.ActorOf(Props.Create(() => new Threads()).WithDispatcher(dispatcher));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            for (var i = 0; i < 2_000; i++)
                await actor.Ask<int>("thread", Deadline);
        }));
    }

    [Fact]
    public async Task Suspensions_are_counted_and_system_messages_pass()
    {
        var probe = NewProbe();
        var actor = Suspended(Props.Create(() => new Forwarding(probe.Ref)));
        actor.SendSystemMessage(new Suspend());
        actor.Tell("waits");
        actor.SendSystemMessage(new Resume(null));
        probe.Watch(actor);
        await probe.ExpectNothingBefore("still suspended once");
        actor.SendSystemMessage(new Resume(null));
        await probe.Expect("waits");
        actor.SendSystemMessage(new Suspend());
        actor.Stop();
        Assert.Equal(actor, (await probe.Next<Terminated>()).ActorRef);
    }

    [Fact]
    public async Task Stopping_under_fire_leaves_every_message_handled_or_a_dead_letter()
    {
        const int senders = 4, each = 5_000;
        for (var round = 0; round < 5; round++)
        {
            var seen = new Seen();
            var actor = Sys.ActorOf(Props.Create(() => new Tallying(seen)));
            var letters = Sys.ActorOf(Props.Create(() => new Tallying(seen)));
            Sys.EventStream.Subscribe(letters, typeof(DeadLetter));
            var sending = Enumerable.Range(0, senders).Select(_ => Task.Run(() =>
            {
                for (var i = 0; i < each; i++)
                    actor.Tell(i, ActorRefs.NoSender);
            })).ToArray();
            Sys.Stop(actor);
            await Task.WhenAll(sending);
            await Eventually(() => seen.Count == senders * each, "all messages were accounted for");
            Sys.EventStream.Unsubscribe(letters);
        }
    }

    private IInternalActorRef Suspended(Props props)
    {
        var actor = (IInternalActorRef)Sys.ActorOf(props);
        actor.SendSystemMessage(new Suspend());
        var mailbox = ((ActorCell)((ActorRefWithCell)actor).Underlying).Mailbox;
        Assert.True(SpinWait.SpinUntil(mailbox.IsSuspended, Deadline));
        return actor;
    }

    private static async Task<object> QueueOf(IActorRef actor)
    {
        await actor.Ask<ActorIdentity>(new Identify(1), Deadline);
        return ((ActorCell)((ActorRefWithCell)actor).Underlying).Mailbox.MessageQueue;
    }

    public sealed class ByLength(Settings settings, Config config) : UnboundedStablePriorityMailbox(settings, config)
    {
        protected override int PriorityGenerator(object message) => message is string text ? text.Length : int.MaxValue;
    }

    private sealed class Forwarding(IActorRef target) : UntypedActor
    {
        protected override void OnReceive(object message) => target.Tell(message);
    }

    private sealed class Stashing : UntypedActorWithStash
    {
        protected override void OnReceive(object message) => Stash.Stash();
    }

    private sealed class Threads : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(Environment.CurrentManagedThreadId);
    }

    private sealed class Seen
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void Add() => Interlocked.Increment(ref _count);
    }

    private sealed class Tallying(Seen seen) : ReceiveActor
    {
        protected override void PreStart() => Become(() =>
        {
            Receive<int>(_ => seen.Add());
            Receive<DeadLetter>(letter => letter.Message is int, _ => seen.Add());
            ReceiveAny(_ => { });
        });
    }
}
