using Akka.Actor;

namespace Engine.Tests.Actor;

public class StashAndTimersSpec : ActorSpec
{
    public StashAndTimersSpec()
        : base("roomy { stash-capacity = 2, mailbox-type = \"Akka.Dispatch.UnboundedDequeBasedMailbox, Akka\" }, alias = roomy")
    {
    }

    [Fact]
    public async Task Stashed_messages_come_back_in_order_ahead_of_the_others()
    {
        var probe = NewProbe();
        var actor = Sys.ActorOf(Props.Create(() => new Stashing(probe.Ref)));
        foreach (var message in new[] { "a", "b", "c", "open", "d" })
            actor.Tell(message);
        await probe.Expect("a", "b", "c", "d");
    }

    [Fact]
    public async Task A_message_is_stashed_once_only()
    {
        var actor = Sys.ActorOf(Props.Create(() => new StashesTwice()));
        Assert.IsType<IllegalActorStateException>(await actor.Ask<object>("twice", Deadline));
    }

    [Fact]
    public async Task A_full_stash_refuses_more()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Bounded()).WithStashCapacity(2));
        Assert.Equal("1 of 2", await actor.Ask<string>("x", Deadline));
        Assert.Equal("2 of 2, full", await actor.Ask<string>("y", Deadline));
        Assert.IsType<StashOverflowException>(await actor.Ask<object>("z", Deadline));
    }

    [Fact]
    public async Task The_capacity_comes_from_the_mailbox_or_the_dispatcher()
    {
        var byMailbox = Sys.ActorOf(Props.Create(() => new Bounded()).WithMailbox("roomy"));
        Assert.Equal("1 of 2", await byMailbox.Ask<string>("x", Deadline));
        var byDispatcher = Sys.ActorOf(Props.Create(() => new Bounded()).WithDispatcher("alias"));
        Assert.Equal("1 of 2", await byDispatcher.Ask<string>("x", Deadline));
        var neither = Sys.ActorOf(Props.Create(() => new Bounded()));
        Assert.Equal("1 of -1", await neither.Ask<string>("x", Deadline));
    }

    [Fact]
    public async Task What_is_stashed_survives_a_restart()
    {
        var probe = NewProbe();
        var actor = Sys.ActorOf(Props.Create(() => new Stashing(probe.Ref)));
        actor.Tell("kept");
        actor.Tell("fail");
        actor.Tell("open");
        await probe.Expect("kept");
    }

    [Fact]
    public async Task A_single_timer_fires_once_and_a_periodic_one_until_it_is_cancelled()
    {
        var probe = NewProbe();
        var actor = Sys.ActorOf(Props.Create(() => new Timed(probe.Ref)));
        actor.Tell("single");
        await probe.Expect("tick 1");
        Assert.Empty(await actor.Ask<object[]>("active", Deadline));
        actor.Tell("periodic");
        await probe.Expect("tick 2", "tick 2", "tick 2");
        Assert.Equal(["T"], await actor.Ask<object[]>("active", Deadline));
        actor.Tell("cancel");
        Assert.Empty(await actor.Ask<object[]>("active", Deadline));
    }

    [Fact]
    public async Task A_timer_that_was_set_anew_drops_what_it_had_sent_already()
    {
        var probe = NewProbe();
        using var gate = new ManualResetEventSlim();
        var actor = Sys.ActorOf(Props.Create(() => new Timed(probe.Ref)));
        actor.Tell("single");
        actor.Tell(gate);
        var mailbox = ((ActorCell)((ActorRefWithCell)actor).Underlying).Mailbox;
        await Eventually(() => mailbox.HasMessages, "the timer's message waited in the mailbox");
        gate.Set();
        await probe.Expect("tick 2");
        await probe.ExpectNothingBefore("end");
    }

    [Fact]
    public async Task Timers_end_with_the_instance_that_set_them()
    {
        var probe = NewProbe();
        var actor = Sys.ActorOf(Props.Create(() => new Timed(probe.Ref)));
        actor.Tell("slow");
        actor.Tell("fail");
        await probe.Expect("active at restart: False");
        Assert.Empty(await actor.Ask<object[]>("active", Deadline));
    }

    [Fact]
    public async Task Timers_can_be_set_while_constructing()
    {
        var probe = NewProbe();
        Sys.ActorOf(Props.Create(() => new TimedFromTheStart(probe.Ref)));
        await probe.Expect("started");
    }

    [Fact]
    public async Task An_idle_actor_gets_its_receive_timeout_and_a_message_puts_it_off()
    {
        var probe = NewProbe();
        var actor = Sys.ActorOf(Props.Create(() => new Idle(probe.Ref)));
        actor.Tell(TimeSpan.FromMilliseconds(50));
        await probe.Expect("idle", "idle");
        actor.Tell("off");
        Assert.Equal("none", await actor.Ask<string>("timeout", Deadline));
    }

    [Fact]
    public async Task Some_messages_do_not_put_the_receive_timeout_off()
    {
        var probe = NewProbe();
        var actor = Sys.ActorOf(Props.Create(() => new Idle(probe.Ref)));
        actor.Tell(TimeSpan.FromMilliseconds(200));
        using var stop = new CancellationTokenSource();
        var pokes = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                actor.Tell(new Poke());
                await Task.Yield();
            }
        });
        await probe.Expect("idle");
        await stop.CancelAsync();
        await pokes;
    }

    private sealed record Poke : INotInfluenceReceiveTimeout;

    private sealed class Stashing : ReceiveActor, IWithUnboundedStash
    {
        public Stashing(IActorRef probe)
        {
            Receive<string>(s => s == "fail", _ => throw new InvalidOperationException("fail"));
            Receive<string>(s => s == "open", _ =>
            {
                Become(() => ReceiveAny(probe.Tell));
                Stash.UnstashAll();
            });
            ReceiveAny(_ => Stash.Stash());
        }

        public IStash Stash { get; set; } = null!;
    }

    private sealed class StashesTwice : UntypedActorWithUnboundedStash
    {
        protected override void OnReceive(object message)
        {
            Stash.Stash();
            try
            {
                Stash.Stash();
            }
            catch (IllegalActorStateException e)
            {
                Sender.Tell(e);
            }
        }
    }

    private sealed class Bounded : UntypedActorWithStash
    {
        protected override void OnReceive(object message)
        {
            try
            {
                Stash.Stash();
                Sender.Tell($"{Stash.Count} of {Stash.Capacity}{(Stash.IsFull ? ", full" : "")}");
            }
            catch (StashOverflowException e)
            {
                Sender.Tell(e);
            }
        }
    }

    private sealed class Timed : ReceiveActor, IWithTimers
    {
        private readonly IActorRef _probe;

        public Timed(IActorRef probe)
        {
            _probe = probe;
            Receive<string>(s => s == "single", _ => Timers.StartSingleTimer("T", "tick 1", TimeSpan.FromMilliseconds(10)));
            Receive<string>(s => s == "periodic", _ => Timers.StartPeriodicTimer("T", "tick 2", TimeSpan.FromMilliseconds(10)));
            Receive<string>(s => s == "slow", _ => Timers.StartSingleTimer("T", "never", Deadline));
            Receive<string>(s => s == "cancel", _ => Timers.Cancel("T"));
            Receive<string>(s => s == "active", _ => Sender.Tell(Timers.ActiveTimers.ToArray()));
            Receive<string>(s => s == "fail", _ => throw new InvalidOperationException("fail"));
            Receive<ManualResetEventSlim>(gate =>
            {
                gate.Wait(Deadline);
                Timers.StartSingleTimer("T", "tick 2", TimeSpan.FromMilliseconds(10));
            });
            ReceiveAny(probe.Tell);
        }

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreRestart(Exception reason, object message) =>
            _probe.Tell($"active at restart: {Timers.IsTimerActive("T")}");
    }

    private sealed class TimedFromTheStart : ReceiveActor, IWithTimers
    {
        public TimedFromTheStart(IActorRef probe)
        {
            Timers.StartSingleTimer("T", "started", TimeSpan.FromMilliseconds(1));
            ReceiveAny(probe.Tell);
        }

        public ITimerScheduler Timers { get; set; } = null!;
    }

    private sealed class Idle : ReceiveActor
    {
        public Idle(IActorRef probe)
        {
            Receive<TimeSpan>(timeout => Context.SetReceiveTimeout(timeout));
            Receive<ReceiveTimeout>(_ => probe.Tell("idle"));
            Receive<string>(s => s == "off", _ => SetReceiveTimeout(null));
            Receive<string>(_ => Sender.Tell(Context.ReceiveTimeout?.ToString() ?? "none"));
            Receive<Poke>(_ => { });
        }
    }
}
