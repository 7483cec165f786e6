using Akka.Actor;
using Akka.Event;

namespace Engine.Tests.Actor;

public class TellAndAskSpec : ActorSpec
{
    [Fact]
    public async Task Messages_of_one_sender_arrive_in_the_order_they_were_sent()
    {
        var probe = NewProbe();
        for (var i = 0; i < 1000; i++)
            probe.Ref.Tell(i, ActorRefs.NoSender);
        for (var i = 0; i < 1000; i++)
            Assert.Equal(i, await probe.Next());
    }

    [Fact]
    public async Task No_message_of_many_senders_is_lost_or_doubled()
    {
        const int senders = 8, each = 20_000;
        var done = new TaskCompletionSource<int>();
        var counter = Sys.ActorOf(Props.Create(() => new Counter(senders * each, done)));
        await Task.WhenAll(Enumerable.Range(0, senders).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < each; i++)
                counter.Tell(i, ActorRefs.NoSender);
        })));
        Assert.Equal(senders * each, await done.Task.WaitAsync(Deadline));
    }

    [Fact]
    public async Task A_forwarded_message_keeps_its_first_sender()
    {
        var probe = NewProbe();
        var echo = Sys.ActorOf(Props.Create(() => new Echo()));
        var forwarder = Sys.ActorOf(Props.Create(() => new Forwarder(echo)));
        forwarder.Tell("hello", probe.Ref);
        await probe.Expect("hello");
        Assert.Equal(echo, probe.LastSender);
    }

    [Fact]
    public async Task An_answer_ends_the_question_with_its_type()
    {
        var echo = Sys.ActorOf(Props.Create(() => new Echo()));
        Assert.Equal(7, await echo.Ask<int>(7, Deadline));
        Assert.Equal("text", await echo.Ask("text", Deadline));
        var wrong = await Assert.ThrowsAsync<ArgumentException>(() => echo.Ask<int>("text", Deadline));
        Assert.Contains("expected message of type [System.Int32]", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_can_name_who_is_to_be_answered()
    {
        var answerer = Sys.ActorOf(Props.Create(() => new AnswersTheNamed()));
        Assert.Equal("for you", await answerer.Ask<string>(me => me, Deadline, CancellationToken.None));
    }

    [Fact]
    public async Task A_failure_as_an_answer_fails_the_question()
    {
        var echo = Sys.ActorOf(Props.Create(() => new Echo()));
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(
            () => echo.Ask<string>(new Status.Failure(new InvalidOperationException("no")), Deadline));
        Assert.Equal("no", thrown.Message);
    }

    [Fact]
    public async Task Without_an_answer_the_question_times_out_or_is_cancelled()
    {
        var silent = NewProbe().Ref;
        await Assert.ThrowsAsync<AskTimeoutException>(() => silent.Ask("?", TimeSpan.FromMilliseconds(20)));
        using var cancelled = new CancellationTokenSource();
        var question = silent.Ask("?", cancelled.Token);
        cancelled.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => question);
    }

    [Fact]
    public async Task The_asker_lives_under_temp_until_it_is_answered()
    {
        var probe = NewProbe();
        var question = probe.Ref.Ask<string>("?", Deadline);
        await probe.Expect("?");
        var asker = probe.LastSender;
        Assert.Equal("temp", asker.Path.Parent.Name);
        Assert.Same(asker, ((ExtendedActorSystem)Sys).Provider.ResolveActorRef(asker.Path.ToString()));
        asker.Tell("!", ActorRefs.NoSender);
        Assert.Equal("!", await question);
        await Eventually(
            () => ((ExtendedActorSystem)Sys).Provider.ResolveActorRef(asker.Path.ToString()) is EmptyLocalActorRef,
            "the asker was gone");
    }

    [Fact]
    public async Task A_piped_task_sends_its_result_or_its_failure()
    {
        var probe = NewProbe();
        await Task.FromResult(42).PipeTo(probe.Ref);
        await probe.Expect(42);
        await Task.FromException<int>(new InvalidOperationException("broken")).PipeTo(probe.Ref);
        Assert.Equal("broken", (await probe.Next<Status.Failure>()).Cause.Message);
        await Task.CompletedTask.PipeTo(probe.Ref, success: () => "done");
        await probe.Expect("done");
    }

    [Fact]
    public async Task What_is_sent_to_a_stopped_actor_becomes_a_dead_letter()
    {
        var letters = NewProbe();
        Sys.EventStream.Subscribe(letters.Ref, typeof(DeadLetter));
        var echo = Sys.ActorOf(Props.Create(() => new Echo()));
        Assert.True(await echo.GracefulStop(Deadline));
        echo.Tell("too late", letters.Ref);
        var letter = await letters.Next<DeadLetter>();
        Assert.Equal("too late", letter.Message);
        Assert.Equal(echo, letter.Recipient);
        Assert.Equal(letters.Ref, letter.Sender);
    }

    [Fact]
    public void A_message_must_not_be_null()
    {
        var echo = Sys.ActorOf(Props.Create(() => new Echo()));
        Assert.Throws<InvalidMessageException>(() => echo.Tell(null!, ActorRefs.NoSender));
    }

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message);
    }

    private sealed class Forwarder(IActorRef target) : UntypedActor
    {
        protected override void OnReceive(object message) => target.Forward(message);
    }

    private sealed class AnswersTheNamed : ReceiveActor
    {
        public AnswersTheNamed() => Receive<IActorRef>(named => named.Tell("for you"));
    }

    private sealed class Counter : ReceiveActor
    {
        public Counter(int expected, TaskCompletionSource<int> done)
        {
            var count = 0;
            Receive<int>(_ =>
            {
                if (++count == expected)
                    done.SetResult(count);
            });
        }
    }
}
