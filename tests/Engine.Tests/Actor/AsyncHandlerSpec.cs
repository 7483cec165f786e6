using Akka.Actor;
using Akka.Dispatch;

namespace Engine.Tests.Actor;

public class AsyncHandlerSpec : ActorSpec
{
    [Fact]
    public async Task Messages_wait_until_an_asynchronous_handler_has_ended()
    {
        var gate = new TaskCompletionSource();
        var probe = NewProbe();
        var actor = Sys.ActorOf(Props.Create(() => new Awaiting(gate.Task, probe.Ref)));
        actor.Tell("await");
        actor.Tell("second");
        await probe.Expect("before");
        await probe.ExpectNothingBefore("still waiting");
        gate.SetResult();
        await probe.Expect("after", "second");
    }

    [Fact]
    public async Task Self_Sender_and_context_are_the_same_after_the_wait()
    {
        var actor = Sys.ActorOf(Props.Create(() => new KeepsItsContext()));
        for (var i = 0; i < 100; i++)
            Assert.Equal(actor, await actor.Ask<IActorRef>(i, Deadline));
    }

    [Fact]
    public async Task A_failure_behind_a_wait_is_supervised_with_its_message()
    {
        var probe = NewProbe();
        var actor = Sys.ActorOf(Props.Create(() => new FailsLater(probe.Ref)));
        actor.Tell("one");
        actor.Tell("two");
        await probe.Expect("restarting for one: later", "restarting for two: later");
    }

    [Fact]
    public async Task A_handler_that_completes_at_once_fails_at_once()
    {
        var probe = NewProbe();
        var actor = Sys.ActorOf(Props.Create(() => new FailsAtOnce(probe.Ref)));
        actor.Tell("one");
        await probe.Expect("restarting for one: at once");
        Assert.Equal("alive", await actor.Ask<string>(42, Deadline));
    }

    [Fact]
    public async Task An_actor_may_stop_while_its_handler_waits()
    {
        var gate = new TaskCompletionSource();
        var probe = NewProbe();
        var actor = Sys.ActorOf(Props.Create(() => new Awaiting(gate.Task, probe.Ref)));
        actor.Tell("await");
        await probe.Expect("before");
        probe.Watch(actor);
        Sys.Stop(actor);
        Assert.Equal(actor, (await probe.Next<Terminated>()).ActorRef);
        gate.SetResult();
        await probe.ExpectNothingBefore("the rest never runs");
    }

    [Fact]
    public async Task Untyped_actors_run_tasks_too_and_stash_behind_a_wait()
    {
        var actor = Sys.ActorOf(Props.Create(() => new StashesLater()));
        var answer = actor.Ask<string>("first", Deadline);
        actor.Tell("release");
        Assert.Equal("first", await answer);
    }

    [Fact]
    public async Task An_actor_asks_another_within_its_handler()
    {
        var other = Sys.ActorOf(Props.Create(() => new KeepsItsContext()));
        var asker = Sys.ActorOf(Props.Create(() => new Asking(other)));
        Assert.Equal(other, await asker.Ask<IActorRef>("go", Deadline));
    }

    [Fact]
    public Task Tasks_run_only_within_an_actor() => OutsideOfActors(
        () => Assert.Throws<InvalidOperationException>(() => ActorTaskScheduler.RunTask(() => Task.CompletedTask)));

    private sealed class Awaiting : ReceiveActor
    {
        public Awaiting(Task gate, IActorRef probe)
        {
            ReceiveAsync<string>(s => s == "await", async _ =>
            {
                probe.Tell("before");
                await gate;
                probe.Tell("after");
            });
            ReceiveAny(probe.Tell);
        }
    }

    private sealed class KeepsItsContext : ReceiveActor
    {
        public KeepsItsContext() => ReceiveAnyAsync(async _ =>
        {
            var (self, sender) = (Self, Sender);
            await Task.Yield();
            Assert.Same(self, Self);
            Assert.Same(sender, Sender);
            await Task.Delay(1);
            Assert.Same(sender, Context.Sender);
            Sender.Tell(Context.Self);
        });
    }

    private sealed class FailsLater(IActorRef probe) : UntypedActor
    {
        protected override void PreRestart(Exception reason, object message) =>
            probe.Tell($"restarting for {message}: {reason.Message}");

        protected override void OnReceive(object message) => RunTask(async () =>
        {
            await Task.Yield();
            throw new InvalidOperationException("later");
        });
    }

    private sealed class FailsAtOnce : ReceiveActor
    {
        private readonly IActorRef _probe;

        public FailsAtOnce(IActorRef probe)
        {
            _probe = probe;
            ReceiveAsync<string>(_ => throw new InvalidOperationException("at once"));
            ReceiveAsync<int>(_ =>
            {
                Sender.Tell("alive");
                return Task.CompletedTask;
            });
        }

        protected override void PreRestart(Exception reason, object message) =>
            _probe.Tell($"restarting for {message}: {reason.Message}");
    }

    private sealed class StashesLater : UntypedActorWithStash
    {
        private bool _released;

        protected override void OnReceive(object message) => RunTask(async () =>
        {
            await Task.Yield();
            if (message is "release")
            {
                _released = true;
                Stash.UnstashAll();
            }
            else if (_released)
            {
                Sender.Tell(message);
            }
            else
            {
                Stash.Stash();
            }
        });
    }

    private sealed class Asking : ReceiveActor
    {
        public Asking(IActorRef other) =>
            ReceiveAnyAsync(async _ => Sender.Tell(await other.Ask<IActorRef>("who", Deadline)));
    }
}
