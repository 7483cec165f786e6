using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Internal;
using Akka.TestKit.TestActors;

namespace Engine.Tests.TestKit;

public class TestActorRefSpec : Akka.TestKit.Xunit2.TestKit
{
    public TestActorRefSpec() : base(Patience.Config)
    {
    }

    [Fact]
    public void The_actor_runs_on_the_thread_that_sends_and_can_be_looked_into()
    {
        var actor = ActorOfAsTestActorRef<Keeper>("keeper");

        actor.Tell("kept");

        Assert.Equal("kept", actor.UnderlyingActor.Last);
        Assert.Equal(Environment.CurrentManagedThreadId, actor.UnderlyingActor.Thread);
        Assert.IsType<CallingThreadDispatcher>(((InternalTestActorRef)actor.Ref).Cell.Dispatcher);
        Assert.StartsWith("$$", ActorOfAsTestActorRef<Keeper>().Path.Name);
    }

    [Fact]
    public async Task A_failure_in_Receive_comes_to_the_test()
    {
        var actor = ActorOfAsTestActorRef<Keeper>();

        Assert.Equal("now", Assert.Throws<InvalidOperationException>(() => actor.Receive(new Fail("now"))).Message);
        var later = await Assert.ThrowsAsync<InvalidOperationException>(() => actor.ReceiveAsync(new FailLater("later")));
        Assert.Equal("later", later.Message);
        await actor.ReceiveAsync("fine");
        Assert.Equal("fine", actor.UnderlyingActor.Last);
    }

    [Fact]
    public void It_stops_and_is_watched_as_any_other()
    {
        var actor = new TestActorRef<BlackHoleActor>(Sys, BlackHoleActor.Props, null, "killed");
        Watch(actor);

        actor.Tell(PoisonPill.Instance);

        ExpectTerminated(actor);
        Assert.True(((InternalTestActorRef)actor.Ref).IsTerminated);
    }

    private sealed record Fail(string Text);

    private sealed record FailLater(string Text);

    private sealed class Keeper : ReceiveActor
    {
        public Keeper()
        {
            Receive<string>(text =>
            {
                Last = text;
                Thread = Environment.CurrentManagedThreadId;
            });
            Receive<Fail>(fail => throw new InvalidOperationException(fail.Text));
            ReceiveAsync<FailLater>(async fail =>
            {
                await Task.Yield();
                throw new InvalidOperationException(fail.Text);
            });
        }

        public string? Last { get; private set; }

        public int Thread { get; private set; }
    }
}
