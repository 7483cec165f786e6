using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit;
using Akka.TestKit.TestActors;
using Xunit.Sdk;

namespace Engine.Tests.TestKit;

public class EventFilterSpec : Akka.TestKit.Xunit2.TestKit
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100);

    public EventFilterSpec() : base("akka.loglevel = DEBUG" + Patience.Config)
    {
    }

    [Fact]
    public void An_expected_event_is_found_by_any_form_of_its_text()
    {
        EventFilter.Info("hello there").ExpectOne(() => Log.Info("hello {0}", "there"));
        EventFilter.Info(start: "hello").ExpectOne(() => Log.Info("hello there"));
        EventFilter.Warning(contains: "lo th").ExpectOne(() => Log.Warning("hello there"));
        EventFilter.Debug(new Regex("h.*e$")).ExpectOne(() => Log.Debug("hello there"));
        EventFilter.Error().ExpectOne(() => Log.Error("whatever"));
        EventFilter.Custom<Info>(info => info.LogClass == GetType()).ExpectOne(() => Log.Info("mine"));
    }

    [Fact]
    public void An_event_is_found_by_its_source()
    {
        var actor = Sys.ActorOf(Props.Create<Talker>(), "talker");

        EventFilter.Info("hi", source: actor.Path.ToString()).ExpectOne(() => actor.Tell("hi"));
        EventFilter.Info("hi", source: "/user/talker").ExpectOne(() => actor.Tell("hi"));
    }

    [Fact]
    public void An_exception_is_found_by_its_type_and_text()
    {
        var failure = new InvalidOperationException("it broke", new ArgumentException("at the core"));

        EventFilter.Exception<InvalidOperationException>().ExpectOne(() => Log.Error(failure, "failed"));
        EventFilter.Exception<InvalidOperationException>("it broke").ExpectOne(() => Log.Error(failure, "failed"));
        EventFilter.Exception(typeof(ArgumentException), checkInnerExceptions: true).ExpectOne(() => Log.Error(failure, "failed"));
        Assert.Throws<TrueException>(() =>
            EventFilter.Exception<ArgumentException>().ExpectOne(Short, () => Log.Error(failure, "failed")));
    }

    [Fact]
    public void Too_few_and_too_many_are_told_apart()
    {
        var tooFew = Assert.Throws<TrueException>(() => EventFilter.Info("x").Expect(2, Short, () => Log.Info("x")));
        var tooMany = Assert.Throws<TrueException>(() => EventFilter.Info("x").ExpectOne(() =>
        {
            Log.Info("x");
            Log.Info("x");
            AwaitListener();
        }));

        Assert.Contains("timeout", tooFew.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("too many", tooMany.Message);
        EventFilter.Info("x").Expect(0, Short, () => Log.Info("y"));
    }

    [Fact]
    public async Task Filters_can_be_chained_and_awaited()
    {
        await EventFilter.Info("a").And.Warning("b").ExpectAsync(2, async () =>
        {
            await Task.Yield();
            Log.Info("a");
            Log.Info("c");
            Log.Warning("b");
        });
    }

    [Fact]
    public void Dead_letters_are_found_by_what_they_hold()
    {
        var gone = Watch(Sys.ActorOf(BlackHoleActor.Props));
        Sys.Stop(gone);
        ExpectTerminated(gone);

        EventFilter.DeadLetter().ExpectOne(() => gone.Tell("lost"));
        EventFilter.DeadLetter<string>().ExpectOne(() => gone.Tell("lost"));
        EventFilter.DeadLetter<string>(text => text == "lost").ExpectOne(() => gone.Tell("lost"));
    }

    private void AwaitListener() => EventFilter.Debug("end").ExpectOne(() => Log.Debug("end"));

    private sealed class Talker : ReceiveActor
    {
        public Talker()
        {
            var log = Context.GetLogger();
            Receive<string>(text => log.Info(text));
        }
    }
}
