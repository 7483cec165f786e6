using Akka.Actor;
using Akka.Pattern;
using Akka.TestKit;
using Engine.Tests.TestKit;

namespace Engine.Tests.Services;

public class PatternSpec : Akka.TestKit.Xunit2.TestKit
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);

    public PatternSpec() : base(Patience.Config)
    {
    }

    [Fact]
    public async Task A_breaker_opens_after_failures_in_a_row_and_then_fails_at_once()
    {
        var breaker = Breaker(2, Long, Long);
        await Assert.ThrowsAsync<InvalidOperationException>(() => breaker.Instance.WithCircuitBreaker(Fails));
        Assert.Equal(1, breaker.Instance.CurrentFailureCount);
        await breaker.Instance.WithCircuitBreaker(() => Task.CompletedTask);
        Assert.Equal(0, breaker.Instance.CurrentFailureCount);

        await Assert.ThrowsAsync<InvalidOperationException>(() => breaker.Instance.WithCircuitBreaker(Fails));
        Assert.Throws<InvalidOperationException>(
            () => breaker.Instance.WithSyncCircuitBreaker(() => throw new InvalidOperationException()));

        AwaitCondition(() => breaker.OpenLatch.IsSet);
        Assert.True(breaker.Instance.IsOpen);
        var refusal = Assert.Throws<OpenCircuitException>(() => breaker.Instance.WithSyncCircuitBreaker(() => 1));
        Assert.InRange(refusal.RemainingDuration, TimeSpan.FromTicks(1), Long);
        breaker.Instance.Succeed();
        Assert.True(breaker.Instance.IsOpen);
    }

    [Fact]
    public async Task An_open_breaker_lets_one_call_try_after_a_while()
    {
        var breaker = Breaker(1, Long, Short);
        breaker.Instance.Fail();
        Assert.IsType<UserCalledFailException>(breaker.Instance.LastCaughtException);
        AwaitCondition(() => breaker.Instance.IsHalfOpen);

        var trying = new TaskCompletionSource<int>();
        var first = breaker.Instance.WithCircuitBreaker(() => trying.Task);
        await Assert.ThrowsAsync<OpenCircuitException>(() => breaker.Instance.WithCircuitBreaker(() => Task.FromResult(2)));
        trying.SetResult(1);

        Assert.Equal(1, await first);
        Assert.True(breaker.Instance.IsClosed);
        AwaitCondition(() => breaker.HalfOpenLatch.IsSet && breaker.ClosedLatch.IsSet);
    }

    [Fact]
    public async Task A_call_that_takes_too_long_counts_as_failed()
    {
        var breaker = Breaker(1, Short, Long);
        var never = new TaskCompletionSource();

        await Assert.ThrowsAsync<TimeoutException>(() => breaker.Instance.WithCircuitBreaker(() => never.Task));

        Assert.True(breaker.Instance.IsOpen);
        never.SetException(new InvalidOperationException("late"));
    }

    [Fact]
    public async Task What_failed_is_tried_again_as_often_as_said()
    {
        var calls = 0;
        Task<int> SucceedsAt(int call) => ++calls == call ? Task.FromResult(calls) : throw new InvalidOperationException($"{calls}");

        Assert.Equal(3, await RetrySupport.Retry(() => SucceedsAt(3), 2));
        calls = 0;
        Assert.Equal(2, await RetrySupport.Retry(() => SucceedsAt(2), 5, Short, Sys.Scheduler));
        calls = 0;
        var last = await Assert.ThrowsAsync<InvalidOperationException>(
            () => RetrySupport.Retry(() => SucceedsAt(9), 2, TimeSpan.FromMilliseconds(1), Short, 1, Sys.Scheduler));
        Assert.Equal("3", last.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_backoff_supervisor_starts_its_child_again_and_counts(bool onFailure)
    {
        var child = Props.Create(() => new Child(TestActor));
        var options = onFailure
            ? Backoff.OnFailure(child, "child", Short, 10 * Short, 0.2)
            : Backoff.OnStop(child, "child", Short, 10 * Short, 0.2).WithDefaultStoppingStrategy();
        var supervisor = Sys.ActorOf(BackoffSupervisor.Props(options.WithManualReset()));
        var first = CurrentChild(supervisor)!;
        supervisor.Tell("hello");
        ExpectMsg("hello");
        Watch(first);

        first.Tell("fail");

        ExpectTerminated(first);
        AwaitCondition(() => CurrentChild(supervisor) is { } second && !second.Equals(first));
        Assert.Equal(1, RestartCount(supervisor));
        supervisor.Tell("reset");
        AwaitCondition(() => RestartCount(supervisor) == 0);
    }

    [Fact]
    public void A_backoff_supervisor_gives_up_after_its_retries_and_answers_while_there_is_no_child()
    {
        var child = Props.Create(() => new Child(TestActor));
        var supervisor = Sys.ActorOf(BackoffSupervisor.Props(
            Backoff.OnFailure(child, "child", Long, Long, 0.2, 1).WithReplyWhileStopped("not now")));
        Watch(supervisor);
        supervisor.Tell("fail");
        AwaitCondition(() => CurrentChild(supervisor) is null);

        supervisor.Tell("hello");
        ExpectMsg("not now");
        supervisor.Tell(BackoffSupervisor.StartChild.Instance);
        AwaitCondition(() => CurrentChild(supervisor) is not null);
        supervisor.Tell("fail");

        ExpectTerminated(supervisor);
    }

    [Theory]
    [InlineData(0, 5, 7, 5)]
    [InlineData(2, 5, 7, 7)]
    [InlineData(2, 5, 700, 20)]
    [InlineData(int.MaxValue, 800_000_000, 800_000_000, 800_000_000)]
    public void The_delay_doubles_up_to_its_limit(int restarts, int minSeconds, int maxSeconds, int expectedSeconds) =>
        Assert.Equal(
            TimeSpan.FromSeconds(expectedSeconds),
            BackoffSupervisor.CalculateDelay(restarts, TimeSpan.FromSeconds(minSeconds), TimeSpan.FromSeconds(maxSeconds), 0));

    private IActorRef? CurrentChild(IActorRef supervisor)
    {
        supervisor.Tell(BackoffSupervisor.GetCurrentChild.Instance);
        return FishForMessage<BackoffSupervisor.CurrentChild>(_ => true).Ref;
    }

    private int RestartCount(IActorRef supervisor)
    {
        supervisor.Tell(BackoffSupervisor.GetRestartCount.Instance);
        return FishForMessage<BackoffSupervisor.RestartCount>(_ => true).Count;
    }

    private static Task Fails() => Task.FromException(new InvalidOperationException("on purpose"));

    private TestBreaker Breaker(int maxFailures, TimeSpan callTimeout, TimeSpan resetTimeout) =>
        new(CircuitBreaker.Create(Sys.Scheduler, maxFailures, callTimeout, resetTimeout));

    private sealed class Child : ReceiveActor
    {
        public Child(IActorRef test)
        {
            Receive<string>(text => text == "fail", _ => Fail());
            Receive<string>(text => text == "reset", _ => Context.Parent.Tell(BackoffSupervisor.Reset.Instance));
            ReceiveAny(test.Forward);
        }

        private static void Fail() => throw new InvalidOperationException("on purpose");
    }
}
