using System.Collections;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit;
using Akka.TestKit.TestActors;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Engine.Tests.TestKit;

public class ExpectationSpec : Akka.TestKit.Xunit2.TestKit
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    public ExpectationSpec(ITestOutputHelper output) : base("akka.loglevel = DEBUG" + Patience.Config, output)
    {
    }

    [Fact]
    public void A_test_sends_in_the_name_of_its_test_actor()
    {
        var echo = Sys.ActorOf(SimpleEchoActor.Props());

        echo.Tell("hello");

        Assert.Equal("hello", ExpectMsg("hello"));
        Assert.Equal(echo, LastSender);
    }

    [Fact]
    public async Task It_still_does_after_an_await()
    {
        var echo = Sys.ActorOf(SimpleEchoActor.Props());
        await Task.Delay(1);
        await Task.Yield();

        echo.Tell("hello");

        await ExpectMsgAsync("hello");
        await Task.Yield();
        echo.Tell("again");
        await ExpectMsgAsync<string>(message => message == "again");
    }

    [Fact]
    public void The_test_actor_has_a_message_as_soon_as_it_was_sent()
    {
        TestActor.Tell(1);
        TestActor.Tell(2);

        Assert.True(HasMessages);
        Assert.Equal(1, ReceiveOne(TimeSpan.Zero));
        Assert.Equal(2, PeekOne(TimeSpan.Zero));
        Assert.Equal(2, ReceiveOne(TimeSpan.Zero));
        Assert.Null(ReceiveOne(TimeSpan.Zero));
    }

    [Fact]
    public void Another_message_than_the_expected_one_fails_with_both()
    {
        TestActor.Tell("is");

        var failure = Assert.ThrowsAny<XunitException>(() => ExpectMsg("should be"));

        Assert.Contains("should be", failure.Message);
        Assert.Contains("is", failure.Message);
    }

    [Fact]
    public void A_missing_message_fails_and_names_what_was_awaited()
    {
        var failure = Assert.Throws<TrueException>(() => ExpectMsg<int>(Short, "the answer"));

        Assert.Contains("System.Int32", failure.Message);
        Assert.Contains("the answer", failure.Message);
    }

    [Fact]
    public void An_unexpected_message_is_told()
    {
        TestActor.Tell("surprise");

        var failure = Assert.Throws<FalseException>(() => ExpectNoMsg(Short));

        Assert.Contains("surprise", failure.Message);
    }

    [Fact]
    public void All_of_several_messages_may_come_in_any_order()
    {
        foreach (var message in new[] { "1", "2", "3" }) TestActor.Tell(message);

        Assert.Equal(["1", "2", "3"], ExpectMsgAllOf("3", "1", "2"));
        TestActor.Tell("1");
        TestActor.Tell("other");
        Assert.Throws<TrueException>(() => ExpectMsgAllOf("1", "2"));
        Assert.Throws<TrueException>(() => ExpectMsgAllOf(Short, "1", "2"));
    }

    [Fact]
    public void Receiving_while_leaves_the_first_that_does_not_fit()
    {
        foreach (var message in new object[] { "1", 2, "3", 4.0, 5 }) TestActor.Tell(message);

        Assert.Equal(["1", "2", "3"], ReceiveWhile(message => message is double ? null! : message.ToString()!));

        ExpectMsg(4.0);
        Assert.Equal([5], ReceiveN(1));
    }

    [Fact]
    public async Task Receiving_while_can_skip_other_types()
    {
        foreach (var message in new object[] { "1", 2, "3", "end" }) TestActor.Tell(message);

        var received = new List<string>();
        await foreach (var message in ReceiveWhileAsync<string>(text => text.Length == 1)) received.Add(message);

        Assert.Equal(["1", "3"], received);
        await ExpectMsgAsync("end");
    }

    [Fact]
    public void Fishing_throws_back_what_does_not_fit()
    {
        foreach (var number in new[] { 1, 2, 10, 20 }) TestActor.Tell(number);
        var all = new ArrayList();

        Assert.Equal(10, FishForMessage<int>(number => number >= 10, all));

        Assert.Equal(new[] { 1, 2, 10 }, all.Cast<int>());
        Assert.Throws<TrueException>(() => FishForMessage<int>(number => number > 100, Short));
    }

    [Fact]
    public void Within_limits_all_expectations_in_it()
    {
        Within(TimeSpan.FromSeconds(10), () =>
        {
            Assert.InRange(Remaining, TimeSpan.Zero, TimeSpan.FromSeconds(10));
            TestActor.Tell(1);
            ExpectMsg(1);
        });
        Within(Short, () => ExpectNoMsg());

        Assert.Throws<InvalidOperationException>(() => Remaining);
        Assert.Throws<TrueException>(() => Within(Short, () => ExpectMsg("never")));
    }

    [Fact]
    public async Task Conditions_and_assertions_are_tried_until_they_hold()
    {
        var tries = 0;
        AwaitCondition(() => ++tries == 3, null, TimeSpan.FromMilliseconds(1));
        await AwaitAssertAsync(() => Assert.Equal(6, ++tries), null, TimeSpan.FromMilliseconds(1));

        Assert.Equal(6, tries);
        Assert.False(AwaitConditionNoThrow(() => false, Short));
        Assert.Throws<TrueException>(() => AwaitCondition(() => false, Short));
        Assert.Throws<EqualException>(() => AwaitAssert(() => Assert.Equal(1, tries), Short));
    }

    [Fact]
    public void Who_is_watched_is_expected_to_end()
    {
        var actor = Watch(Sys.ActorOf(BlackHoleActor.Props));

        Sys.Stop(actor);

        Assert.Equal(actor, ExpectTerminated(actor).ActorRef);
    }

    [Fact]
    public void Ignored_messages_do_not_arrive_and_a_pilot_answers()
    {
        IgnoreMessages<int>(number => number < 10);
        TestActor.Tell(1);
        TestActor.Tell(10);
        ExpectMsg(10);
        IgnoreNoMessages();
        TestActor.Tell(1);
        ExpectMsg(1);

        var probe = CreateTestProbe();
        probe.SetAutoPilot(new DelegateAutoPilot((sender, message) =>
        {
            sender.Tell($"re: {message}");
            return AutoPilot.NoAutoPilot;
        }));
        probe.Ref.Tell("first");
        probe.Ref.Tell("second");
        ExpectMsg("re: first");
        probe.ExpectMsg("first");
        probe.ExpectMsg("second");
        ExpectNoMsg(Short);
    }

    [Fact]
    public void A_probe_is_its_actor_and_answers_as_it()
    {
        var probe = CreateTestProbe("stand-in");
        probe.Ref.Tell("question");
        probe.ExpectMsg("question");

        probe.Reply("answer");

        ExpectMsgFrom(probe.Ref, "answer");
        Assert.True(probe.Equals(probe.Ref));
        Assert.True(probe.Ref.Equals(probe));
        Assert.Equal("stand-in", probe.Ref.Path.Name);
        probe.Send(TestActor, "sent");
        ExpectMsg("sent");
        Assert.Equal(probe.Ref, LastSender);
    }

    [Fact]
    public void A_probe_is_watched_and_stopped_as_the_actor_it_is()
    {
        var probe = CreateTestProbe();
        Assert.Single(new HashSet<IActorRef> { probe, probe.Ref });
        probe.Tell("as a reference");
        probe.ExpectMsg<string>((_, sender) => Assert.Equal(TestActor, sender));
        Watch(probe);

        Sys.Stop(probe);

        ExpectTerminated(probe);
    }

    [Fact]
    public async Task A_cancelled_expectation_ends_as_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        var waiting = ExpectMsgAsync<string>(cancellationToken: cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.ThrowsAny<OperationCanceledException>(() => ExpectMsg<string>(cancellationToken: cancellation.Token));
    }

    [Fact]
    public void What_nobody_looked_at_becomes_a_dead_letter()
    {
        var probe = CreateTestProbe();
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        probe.Tell("overlooked");

        Sys.Stop(probe);

        Assert.Equal("overlooked", ExpectMsg<DeadLetter>().Message);
    }

    [Fact]
    public void A_child_is_started_under_the_test_actor_and_judged_as_told()
    {
        var child = ChildActorOf(Props.Create<FailingActor>(), "child", SupervisorStrategy.StoppingStrategy);
        Assert.Equal(TestActor.Path, child.Path.Parent);
        Watch(child);

        child.Tell("fail");

        ExpectTerminated(child);
    }

    private sealed class FailingActor : UntypedActor
    {
        protected override void OnReceive(object message) => throw new InvalidOperationException($"cannot {message}");
    }
}
