using Akka.Actor;

namespace Engine.Tests.Actor;

public class SerializeMessagesSpec : ActorSpec
{
    public SerializeMessagesSpec()
        : base("akka.actor.serialize-messages = on, akka.actor.serialize-creators = on")
    {
    }

    [Fact]
    public async Task A_message_is_copied_through_its_serializer()
    {
        var probe = NewProbe();
        var letter = new Letter { Text = "hello" };
        probe.Ref.Tell(letter);
        var received = await probe.Next<Letter>();
        Assert.NotSame(letter, received);
        Assert.Equal("hello", received.Text);
    }

    [Fact]
    public async Task A_message_that_asks_not_to_be_is_passed_as_it_is()
    {
        var probe = NewProbe();
        var ticket = new Ticket();
        probe.Ref.Tell(ticket);
        Assert.Same(ticket, await probe.Next());
    }

    [Fact]
    public async Task References_come_through_as_the_same_actor()
    {
        var probe = NewProbe();
        probe.Ref.Tell(new Letter { From = probe.Ref });
        Assert.Equal(probe.Ref, (await probe.Next<Letter>()).From);
    }

    [Fact]
    public async Task The_systems_own_messages_go_through_as_well()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Patient()), "patient");
        Assert.Equal(actor, await Sys.ActorSelection("/user/pat*").ResolveOne(Deadline));
        Assert.Equal("tick", await actor.Ask<string>("timer", Deadline));
        Sys.Stop(actor);
        Assert.True(await actor.WatchAsync().WaitAsync(Deadline));
        var killed = Sys.ActorOf(Props.Create(() => new Patient()));
        killed.Tell(Kill.Instance);
        Assert.True(await killed.WatchAsync().WaitAsync(Deadline));
        Assert.True(await Sys.ActorOf(Props.Create(() => new Patient())).GracefulStop(Deadline));
    }

    [Fact]
    public async Task A_creators_arguments_are_tried_only_where_it_may_go_elsewhere()
    {
        using var unserializable = new ManualResetEventSlim();
        var local = Sys.ActorOf(Props.Create(() => new Holder(unserializable)));
        Assert.Equal("held", await local.Ask<string>("?", Deadline));
    }

    public sealed class Letter
    {
        public string? Text { get; set; }

        public IActorRef? From { get; set; }
    }

    private sealed class Ticket : INoSerializationVerificationNeeded
    {
    }

    private sealed class Patient : ReceiveActor, IWithTimers
    {
        public Patient()
        {
            IActorRef asker = ActorRefs.Nobody;
            Receive<string>(s => s == "timer", _ =>
            {
                asker = Sender;
                Timers.StartSingleTimer("T", "tick", TimeSpan.FromMilliseconds(1));
            });
            Receive<string>(s => asker.Tell(s));
        }

        public ITimerScheduler Timers { get; set; } = null!;
    }

    private sealed class Holder(object held) : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(held is null ? "nothing" : "held");
    }
}
