using Akka.Actor;

namespace Engine.Tests.Actor;

public class SupervisionStormSpec : ActorSpec
{
    /// <summary>
    /// Every suspension needs its resumption, whatever crosses it on the way: one that is missing leaves an actor mute for ever, one
    /// too many lets it run while its parent is still deciding.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task After_a_storm_of_failures_every_actor_of_the_tree_answers(int seed)
    {
        var actors = new List<IActorRef>();
        var root = Sys.ActorOf(Props.Create(() => new Node(seed)));
        await Grow(root, depth: 2, actors);

        var random = new Random(seed);
        for (var i = 0; i < 3_000; i++)
        {
            var actor = actors[random.Next(actors.Count)];
            if (random.Next(3) == 0)
                actor.Tell(new Fail((Directive)random.Next(3)));
            else
                actor.Tell("hello", ActorRefs.NoSender);
        }

        foreach (var actor in actors)
            Assert.Equal("alive", await actor.Ask<string>("ping", Deadline));
        Assert.All(actors, a => Assert.False(((IInternalActorRef)a).IsTerminated));
        Assert.True(await root.GracefulStop(Deadline));
        Assert.All(actors, a => Assert.True(((IInternalActorRef)a).IsTerminated));
    }

    [Fact]
    public async Task Actors_that_are_stopped_in_the_middle_of_a_storm_all_end()
    {
        for (var round = 0; round < 10; round++)
        {
            var actors = new List<IActorRef>();
            var root = Sys.ActorOf(Props.Create(() => new Node(round)));
            await Grow(root, depth: 2, actors);
            var random = new Random(round);
            for (var i = 0; i < 300; i++)
                actors[random.Next(actors.Count)].Tell(new Fail((Directive)random.Next(3)));
            Assert.True(await root.GracefulStop(Deadline));
            Assert.All(actors, a => Assert.True(((IInternalActorRef)a).IsTerminated));
        }
    }

    private static async Task Grow(IActorRef node, int depth, List<IActorRef> actors)
    {
        actors.Add(node);
        for (var i = 0; depth > 0 && i < 3; i++)
            await Grow(await node.Ask<IActorRef>("child", Deadline), depth - 1, actors);
    }

    private sealed record Fail(Directive Directive);

    private sealed class Failed(Directive directive) : Exception
    {
        public Directive Directive { get; } = directive;
    }

    private sealed class Node(int seed) : UntypedActor
    {
        protected override SupervisorStrategy SupervisorStrategy() => seed % 2 == 0
            ? new OneForOneStrategy(-1, -1, Decide, loggingEnabled: false)
            : new AllForOneStrategy(-1, -1, Decide, loggingEnabled: false);

        protected override void PreRestart(Exception reason, object message)
        {
            // Keeps its children: they are restarted with it.
        }

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case Fail fail:
                    throw new Failed(fail.Directive);
                case "child":
                    Sender.Tell(Context.ActorOf(Props.Create(() => new Node(seed + 1))));
                    break;
                case "ping":
                    Sender.Tell("alive");
                    break;
            }
        }

        private static Directive Decide(Exception e) => e is Failed failed ? failed.Directive : Directive.Restart;
    }
}
