using Akka.Actor;

namespace Engine.Tests.Actor;

public class SupervisionSpec : ActorSpec
{
    [Fact]
    public async Task A_restart_runs_the_hooks_in_order_and_tells_them_why()
    {
        var (child, hooks) = await Supervised(_ => Directive.Restart);
        await hooks.Expect("PreStart");
        child.Tell("fail");
        await hooks.Expect("PreRestart fail on fail", "PostStop", "PostRestart fail", "PreStart");
        Assert.Equal("alive", await child.Ask<string>("?", Deadline));
    }

    [Fact]
    public async Task A_resumed_actor_keeps_its_state()
    {
        var (child, hooks) = await Supervised(_ => Directive.Resume);
        child.Tell("remember");
        child.Tell("fail");
        Assert.Equal(1, await child.Ask<int>("how many", Deadline));
        await hooks.Expect("PreStart");
        await hooks.ExpectNothingBefore("end");
    }

    [Fact]
    public async Task A_restarted_actor_has_lost_its_state_but_not_its_mailbox()
    {
        var (child, _) = await Supervised(_ => Directive.Restart);
        child.Tell("remember");
        child.Tell("fail");
        child.Tell("remember");
        child.Tell("remember");
        Assert.Equal(2, await child.Ask<int>("how many", Deadline));
    }

    [Fact]
    public async Task A_stopped_actor_is_gone()
    {
        var (child, hooks) = await Supervised(_ => Directive.Stop);
        var watcher = NewProbe();
        watcher.Watch(child);
        child.Tell("fail");
        Assert.Equal(child, (await watcher.Next<Terminated>()).ActorRef);
        await hooks.Expect("PreStart", "PostStop");
    }

    [Fact]
    public async Task More_restarts_than_allowed_stop_the_actor()
    {
        var (child, _) = await Supervised(_ => Directive.Restart, maxRetries: 2);
        var watcher = NewProbe();
        watcher.Watch(child);
        child.Tell("fail");
        child.Tell("fail");
        Assert.Equal("alive", await child.Ask<string>("?", Deadline));
        child.Tell("fail");
        await watcher.Next<Terminated>();
    }

    [Fact]
    public async Task An_escalated_failure_is_the_parents_own()
    {
        var probe = NewProbe();
        var strategy = new OneForOneStrategy(e =>
        {
            probe.Ref.Tell(e.Message, ActorRefs.NoSender);
            return Directive.Restart;
        });
        var grandparent = Sys.ActorOf(Props.Create(() => new Supervisor(strategy)));
        var parent = await grandparent.Ask<IActorRef>(
            Props.Create(() => new Supervisor(new OneForOneStrategy(_ => Directive.Escalate))), Deadline);
        var child = await parent.Ask<IActorRef>(Props.Create(() => new Child(NewProbe().Ref)), Deadline);
        var watcher = NewProbe();
        watcher.Watch(child);
        child.Tell("fail");
        await probe.Expect("fail");
        // The parent restarts, and its default hook stops its children.
        Assert.Equal(child, (await watcher.Next<Terminated>()).ActorRef);
        Assert.IsAssignableFrom<IActorRef>(await parent.Ask(Props.Create(() => new Child(probe.Ref)), Deadline));
    }

    [Fact]
    public async Task All_for_one_treats_the_siblings_alike()
    {
        var first = NewProbe();
        var second = NewProbe();
        var parent = Sys.ActorOf(Props.Create(() => new Supervisor(new AllForOneStrategy(_ => Directive.Restart))));
        var one = await parent.Ask<IActorRef>(Props.Create(() => new Child(first.Ref)), Deadline);
        await parent.Ask<IActorRef>(Props.Create(() => new Child(second.Ref)), Deadline);
        one.Tell("fail");
        await first.Expect("PreStart", "PreRestart fail on fail");
        await second.Expect("PreStart", "PreRestart fail on ", "PostStop", "PostRestart fail", "PreStart");
    }

    [Fact]
    public async Task While_a_parent_is_suspended_its_children_wait()
    {
        using var judged = new ManualResetEventSlim();
        var strategy = new OneForOneStrategy(_ =>
        {
            judged.Wait(Deadline);
            return Directive.Resume;
        });
        var grandparent = Sys.ActorOf(Props.Create(() => new Supervisor(strategy)));
        var parent = await grandparent.Ask<IActorRef>(
            Props.Create(() => new Supervisor(SupervisorStrategy.DefaultStrategy)), Deadline);
        var child = await parent.Ask<IActorRef>(Props.Create(() => new Child(NewProbe().Ref)), Deadline);
        parent.Tell(new InvalidOperationException("parent fails"));
        await Eventually(() => ((LocalActorRef)child).Cell.Mailbox.IsSuspended(), "the child was suspended");
        var answer = child.Ask<string>("?", Deadline);
        Assert.False(answer.IsCompleted);
        judged.Set();
        Assert.Equal("alive", await answer);
    }

    [Fact]
    public async Task An_actor_that_cannot_be_made_is_stopped()
    {
        var watcher = NewProbe();
        var actor = Sys.ActorOf(Props.Create(() => new NeverMade()));
        watcher.Watch(actor);
        Assert.Equal(actor, (await watcher.Next<Terminated>()).ActorRef);
    }

    [Fact]
    public async Task A_new_instance_that_fails_to_start_fails_again_and_may_succeed_then()
    {
        var failures = NewProbe();
        var strategy = new OneForOneStrategy(e =>
        {
            failures.Ref.Tell(e.GetType().Name, ActorRefs.NoSender);
            return Directive.Restart;
        });
        var parent = Sys.ActorOf(Props.Create(() => new Supervisor(strategy)));
        var starts = new StartCounter();
        var child = await parent.Ask<IActorRef>(Props.Create(() => new StartsAtThirdTry(starts)), Deadline);
        await failures.Expect("ActorInitializationException", "ActorInitializationException");
        Assert.Equal("started after 3", await child.Ask<string>("?", Deadline));
    }

    [Fact]
    public async Task Kill_fails_an_actor_and_a_poison_pill_stops_it_behind_what_it_was_sent_before()
    {
        var (child, hooks) = await Supervised(e => e is ActorKilledException ? Directive.Restart : Directive.Stop);
        child.Tell(Kill.Instance);
        Assert.Equal("alive", await child.Ask<string>("?", Deadline));
        var last = child.Ask<string>("?", Deadline);
        child.Tell(PoisonPill.Instance);
        Assert.Equal("alive", await last);
        await hooks.Expect("PreStart", "PreRestart Kill on <Kill>", "PostStop", "PostRestart Kill", "PreStart", "PostStop");
    }

    [Fact]
    public async Task A_failure_in_PostStop_does_not_keep_an_actor_alive()
    {
        var watcher = NewProbe();
        var actor = Sys.ActorOf(Props.Create(() => new FailsToStop()));
        watcher.Watch(actor);
        actor.Tell(PoisonPill.Instance);
        await watcher.Next<Terminated>();
    }

    [Fact]
    public async Task A_parent_ends_after_its_children_and_names_are_free_again()
    {
        var parent = Sys.ActorOf(Props.Create(() => new Supervisor(SupervisorStrategy.DefaultStrategy)), "family");
        var hooks = NewProbe();
        await parent.Ask<IActorRef>(Props.Create(() => new Child(hooks.Ref)), Deadline);
        Assert.True(await parent.GracefulStop(Deadline));
        await hooks.Expect("PreStart", "PostStop");
        await Eventually(
            () => ((ActorRefWithCell)((ExtendedActorSystem)Sys).Guardian).GetSingleChild("family").IsNobody(), "the name was free");
        Sys.ActorOf(Props.Create(() => new Supervisor(SupervisorStrategy.DefaultStrategy)), "family");
    }

    [Fact]
    public void Names_are_unique_and_well_formed()
    {
        Sys.ActorOf(Props.Empty, "once");
        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(Props.Empty, "once"));
        foreach (var name in new[] { "", "$reserved", "a b", "a/b", "%zz", "ümlaut" })
            Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(Props.Empty, name));
    }

    private async Task<(IActorRef Child, Probe Hooks)> Supervised(Func<Exception, Directive> decider, int maxRetries = -1)
    {
        var hooks = NewProbe();
        var parent = Sys.ActorOf(Props.Create(() => new Supervisor(new OneForOneStrategy(maxRetries, 60_000, decider, false))));
        return (await parent.Ask<IActorRef>(Props.Create(() => new Child(hooks.Ref)), Deadline), hooks);
    }

    private sealed class Supervisor(SupervisorStrategy strategy) : ReceiveActor
    {
        protected override void PreStart()
        {
            base.PreStart();
            Become(() =>
            {
                Receive<Props>(props => Sender.Tell(Context.ActorOf(props)));
                Receive<Exception>(e => Throw(e));
            });
        }

        protected override SupervisorStrategy SupervisorStrategy() => strategy;

        private static void Throw(Exception e) => throw e;
    }

    private sealed class Child(IActorRef hooks) : UntypedActor
    {
        private int _remembered;

        protected override void PreStart() => hooks.Tell("PreStart");

        protected override void PostStop() => hooks.Tell("PostStop");

        protected override void PreRestart(Exception reason, object message)
        {
            hooks.Tell($"PreRestart {reason.Message} on {message}");
            base.PreRestart(reason, message);
        }

        protected override void PostRestart(Exception reason)
        {
            hooks.Tell($"PostRestart {reason.Message}");
            base.PostRestart(reason);
        }

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case "fail":
                    throw new InvalidOperationException("fail");
                case "remember":
                    _remembered++;
                    break;
                case "how many":
                    Sender.Tell(_remembered);
                    break;
                default:
                    Sender.Tell("alive");
                    break;
            }
        }
    }

    private sealed class NeverMade : UntypedActor
    {
        public NeverMade() => throw new InvalidOperationException("no");

        protected override void OnReceive(object message) => Unhandled(message);
    }

    private sealed class StartCounter
    {
        public int Count;
    }

    private sealed class StartsAtThirdTry(StartCounter starts) : UntypedActor
    {
        protected override void PreStart()
        {
            if (++starts.Count < 3)
                throw new InvalidOperationException("not yet");
        }

        protected override void OnReceive(object message) => Sender.Tell($"started after {starts.Count}");
    }

    private sealed class FailsToStop : UntypedActor
    {
        protected override void PostStop() => throw new InvalidOperationException("hurrah");

        protected override void OnReceive(object message) => Unhandled(message);
    }
}
