using Akka.Actor;
using Akka.Event;

namespace Engine.Tests.Actor;

public class BehaviourSpec : ActorSpec
{
    [Fact]
    public async Task The_first_handler_whose_type_and_predicate_fit_gets_the_message()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Picky()));
        Assert.Equal("small 1", await actor.Ask<string>(1, Deadline));
        Assert.Equal("medium 7", await actor.Ask<string>(7, Deadline));
        Assert.Equal("large 70", await actor.Ask<string>(70, Deadline));
        Assert.Equal("list of 2", await actor.Ask<string>(new[] { 1, 2 }, Deadline));
        Assert.Equal("anything True", await actor.Ask<string>(true, Deadline));
    }

    [Fact]
    public async Task A_message_without_a_handler_is_published_as_unhandled()
    {
        var probe = NewProbe();
        Sys.EventStream.Subscribe(probe.Ref, typeof(UnhandledMessage));
        var actor = Sys.ActorOf(Props.Create(() => new OnlyStrings()));
        actor.Tell(42, probe.Ref);
        var unhandled = await probe.Next<UnhandledMessage>();
        Assert.Equal(42, unhandled.Message);
        Assert.Equal(actor, unhandled.Recipient);
    }

    [Fact]
    public async Task Behaviours_replace_one_another_or_stack()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Moody()));
        Assert.Equal("calm", await actor.Ask<string>("?", Deadline));
        actor.Tell("annoy");
        Assert.Equal("angry", await actor.Ask<string>("?", Deadline));
        actor.Tell("sing");
        Assert.Equal("singing", await actor.Ask<string>("?", Deadline));
        actor.Tell("stop");
        Assert.Equal("angry", await actor.Ask<string>("?", Deadline));
        actor.Tell("calm down");
        Assert.Equal("calm", await actor.Ask<string>("?", Deadline));
    }

    [Fact]
    public async Task A_restart_begins_with_the_first_behaviour()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Moody()));
        actor.Tell("annoy");
        actor.Tell("fail");
        Assert.Equal("calm", await actor.Ask<string>("?", Deadline));
    }

    [Fact]
    public async Task Handlers_can_only_be_added_while_constructing_or_becoming()
    {
        var actor = Sys.ActorOf(Props.Create(() => new AddsHandlersLate()));
        Assert.IsType<InvalidOperationException>(await actor.Ask<object>("now", Deadline));
    }

    [Fact]
    public async Task Nothing_can_be_handled_behind_a_handler_for_everything()
    {
        var probe = NewProbe();
        var parent = Sys.ActorOf(Props.Create(() => new Parent(Props.Create(() => new AddsBehindAny()), probe.Ref)));
        var failure = await probe.Next<ActorInitializationException>();
        Assert.IsType<InvalidOperationException>(failure.GetBaseException());
    }

    [Fact]
    public Task An_actor_cannot_be_made_with_new() =>
        OutsideOfActors(() => Assert.Throws<ActorInitializationException>(() => new OnlyStrings()));

    private sealed class Picky : ReceiveActor
    {
        public Picky()
        {
            Receive<int>(i => i < 5, i => Sender.Tell($"small {i}"));
            Receive<int>(i =>
            {
                if (i >= 10)
                    return false;
                Sender.Tell($"medium {i}");
                return true;
            });
            Receive<int>(i => Sender.Tell($"large {i}"));
            Receive<IReadOnlyCollection<int>>(list => Sender.Tell($"list of {list.Count}"));
            ReceiveAny(o => Sender.Tell($"anything {o}"));
        }
    }

    private sealed class OnlyStrings : ReceiveActor
    {
        public OnlyStrings() => Receive<string>(_ => { });
    }

    private sealed class Moody : ReceiveActor
    {
        public Moody()
        {
            Receive<string>(s => s == "?", _ => Sender.Tell("calm"));
            Receive<string>(s => s == "annoy", _ => Become(Angry));
        }

        private void Angry()
        {
            Receive<string>(s => s == "?", _ => Sender.Tell("angry"));
            Receive<string>(s => s == "sing", _ => BecomeStacked(Singing));
            Receive<string>(s => s == "calm down", _ => UnbecomeStacked());
            Receive<string>(s => s == "fail", _ => throw new InvalidOperationException("furious"));
        }

        private void Singing()
        {
            Receive<string>(s => s == "?", _ => Sender.Tell("singing"));
            Receive<string>(s => s == "stop", _ => UnbecomeStacked());
        }
    }

    private sealed class AddsHandlersLate : ReceiveActor
    {
        public AddsHandlersLate() => Receive<string>(_ =>
        {
            try
            {
                Receive<int>(_ => { });
            }
            catch (InvalidOperationException e)
            {
                Sender.Tell(e);
            }
        });
    }

    private sealed class AddsBehindAny : ReceiveActor
    {
        public AddsBehindAny()
        {
            ReceiveAny(_ => { });
            Receive<string>(_ => { });
        }
    }

    private sealed class Parent(Props child, IActorRef failures) : UntypedActor
    {
        protected override void PreStart() => Context.ActorOf(child);

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(e =>
        {
            failures.Tell(e);
            return Directive.Stop;
        });

        protected override void OnReceive(object message) => Unhandled(message);
    }
}
