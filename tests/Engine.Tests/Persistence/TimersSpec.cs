using Akka.Actor;
using Akka.Persistence;

namespace Engine.Tests.Persistence;

/// <summary>Timers of a persistent actor.</summary>
public sealed class TimersSpec : IAsyncDisposable
{
    private readonly PersistenceSystem _system = new(PersistenceSystem.InMemory);

    public ValueTask DisposeAsync() => _system.DisposeAsync();

    [Fact]
    public async Task A_timer_that_fires_while_an_event_is_stored_is_not_lost()
    {
        var probe = _system.Probe();
        var actor = _system.System.ActorOf(Props.Create(() => new Timed(probe.Ref)));
        for (var i = 0; i < 20; i++)
        {
            actor.Tell("start");
            await probe.Expect("fired");
        }
    }

    [Fact]
    public async Task A_poison_pill_from_a_timer_stops_the_actor()
    {
        var probe = _system.Probe();
        var actor = _system.System.ActorOf(Props.Create(() => new Timed(probe.Ref)));
        probe.Watch(actor);
        actor.Tell("stop");
        await probe.Expect<Terminated>();
    }

    private sealed class Timed : ReceivePersistentActor, IWithTimers
    {
        public Timed(IActorRef probe)
        {
            Command<string>(text => text == "start", text =>
            {
                Timers.StartSingleTimer("key", "fired", TimeSpan.Zero);
                Persist(new Note(text), _ => { });
            });
            Command<string>(text => text == "stop", _ => Timers.StartSingleTimer("key", PoisonPill.Instance, TimeSpan.Zero));
            CommandAny(message => probe.Tell(message));
        }

        public override string PersistenceId => "timed";

        public ITimerScheduler Timers { get; set; } = null!;
    }
}
