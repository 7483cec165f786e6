using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit.TestActors;
using Engine.Tests.TestKit;

namespace Engine.Tests.Services;

public class EventStreamSpec : Akka.TestKit.Xunit2.TestKit
{
    public EventStreamSpec() : base("akka.loglevel = DEBUG" + Patience.Config)
    {
    }

    private interface INote;

    private record Note : INote;

    private sealed record LoudNote : Note;

    private sealed record OtherNote : Note;

    [Fact]
    public void A_subscriber_to_a_type_gets_its_descendants_too()
    {
        var bus = new EventStream(false);
        Assert.True(bus.Subscribe(TestActor, typeof(INote)));
        Assert.False(bus.Subscribe(TestActor, typeof(INote)));

        bus.Publish(new LoudNote());
        bus.Publish("no note");

        ExpectMsg<LoudNote>();
        Assert.False(HasMessages);
    }

    [Fact]
    public void Unsubscribing_from_a_descendant_leaves_the_rest()
    {
        var bus = new EventStream(false);
        bus.Subscribe(TestActor, typeof(Note));

        Assert.True(bus.Unsubscribe(TestActor, typeof(LoudNote)));
        bus.Publish(new LoudNote());
        bus.Publish(new OtherNote());

        ExpectMsg<OtherNote>();
        Assert.True(bus.Unsubscribe(TestActor));
        Assert.False(bus.Unsubscribe(TestActor));
        bus.Publish(new OtherNote());
        Assert.False(HasMessages);
    }

    [Fact]
    public void Who_subscribed_twice_over_gets_an_event_once()
    {
        var bus = new EventStream(false);
        bus.Subscribe(TestActor, typeof(INote));
        bus.Subscribe(TestActor, typeof(Note));

        bus.Publish(new Note());

        ExpectMsg<Note>();
        Assert.False(HasMessages);
    }

    [Fact]
    public void Nobody_subscribes_nobody()
    {
        Assert.Throws<ArgumentNullException>(() => Sys.EventStream.Subscribe(null!, typeof(Note)));
        Assert.Throws<ArgumentNullException>(() => Sys.EventStream.Unsubscribe(null!));
    }

    [Fact]
    public void A_subscriber_that_stops_is_unsubscribed()
    {
        var subscriber = Watch(Sys.ActorOf(BlackHoleActor.Props));
        Sys.EventStream.Subscribe(subscriber, typeof(Note));

        Sys.Stop(subscriber);
        ExpectTerminated(subscriber);

        AwaitCondition(() => !Sys.EventStream.HasSubscriptions(subscriber));
    }

    [Fact]
    public void Loggers_get_their_level_and_above_and_the_level_can_change()
    {
        using var system = ActorSystem.Create("levels", ConfigurationFactory.ParseString(
            $$"""
            akka.loglevel = WARNING
            akka.loggers = ["{{typeof(Recorder).AssemblyQualifiedName}}"]
            """));
        system.EventStream.Publish(new RecordTo(TestActor));
        ExpectMsg("recording");

        system.Log.Info("too low");
        system.Log.Warning("heard {0}", 1);
        Assert.Equal("heard 1", ExpectMsg<Warning>().Message!.ToString());
        Assert.False(Logging.GetLogger(system, "later").IsInfoEnabled);

        system.EventStream.SetLogLevel(LogLevel.InfoLevel);
        system.Log.Info("heard as well");
        system.Log.Debug("too low");
        system.Log.Error(new InvalidOperationException("why"), "broken");
        ExpectMsg<Info>();
        var error = ExpectMsg<Error>();
        Assert.Equal("why", error.Cause!.Message);
        Assert.Contains("why", error.ToString());
        Assert.Equal("ActorSystem(levels)", error.LogSource);
    }

    [Fact]
    public void A_logger_that_cannot_start_does_not_keep_the_system_from_starting()
    {
        using var system = ActorSystem.Create("broken", ConfigurationFactory.ParseString(
            $$"""
            akka.logger-startup-timeout = 50ms
            akka.stdout-loglevel = OFF
            akka.loggers = ["{{typeof(BrokenLogger).AssemblyQualifiedName}}"]
            """));

        Assert.NotNull(system.Log);
    }

    [Fact]
    public async Task Dead_letters_are_logged_up_to_a_number_and_then_not_for_a_while()
    {
        using var system = ActorSystem.Create("letters", ConfigurationFactory.ParseString(
            $$"""
            akka.log-dead-letters = 2
            akka.loggers = ["{{typeof(Recorder).AssemblyQualifiedName}}"]
            """));
        system.EventStream.Publish(new RecordTo(TestActor));
        ExpectMsg("recording");

        await system.ActorSelection("/system/deadLetterListener").ResolveOne(TimeSpan.FromSeconds(10));

        for (var i = 1; i <= 4; i++) system.DeadLetters.Tell(i);

        Assert.StartsWith("Message [Int32]", ExpectMsg<Info>().Message!.ToString());
        var last = ExpectMsg<Info>().Message!.ToString();
        Assert.Contains("[2] dead letters encountered, no more dead letters will be logged in next [00:05:00]", last);
        system.Log.Info("end");
        Assert.Equal("end", ExpectMsg<Info>().Message);
    }

    [Fact]
    public void Unhandled_messages_are_logged_when_asked_for()
    {
        using var system = ActorSystem.Create("unhandled", ConfigurationFactory.ParseString(
            $$"""
            akka.loglevel = DEBUG
            akka.actor.debug.unhandled = on
            akka.loggers = ["{{typeof(Recorder).AssemblyQualifiedName}}"]
            """));
        system.EventStream.Publish(new RecordTo(TestActor));
        ExpectMsg("recording");

        system.EventStream.Publish(new UnhandledMessage(42, system.DeadLetters, system.DeadLetters));

        var text = FishForMessage<Debug>(debug => debug.Message!.ToString()!.StartsWith("Unhandled message from"));
        Assert.EndsWith(": 42", text.Message!.ToString());
    }

    private sealed record RecordTo(IActorRef Target);

    private sealed class Recorder : UntypedActor
    {
        private IActorRef _target = ActorRefs.Nobody;

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case InitializeLogger initialize:
                    initialize.LoggingBus.Subscribe(Self, typeof(RecordTo));
                    Sender.Tell(new LoggerInitialized());
                    break;
                case RecordTo record:
                    _target = record.Target;
                    _target.Tell("recording");
                    break;
                case LogEvent logEvent:
                    _target.Tell(logEvent);
                    break;
            }
        }
    }

    private sealed class BrokenLogger : UntypedActor
    {
        protected override void OnReceive(object message) => throw new InvalidOperationException("broken");
    }
}
