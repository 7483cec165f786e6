using Akka.Actor;
using Akka.Event;
using Akka.TestKit;
using Akka.TestKit.Extensions;
using Akka.TestKit.TestActors;
using Akka.TestKit.Xunit2;

namespace Engine.Tests.TestKit;

public class SystemsAndTasksSpec
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_test_kit_takes_a_system_that_knows_nothing_of_tests()
    {
        var system = ActorSystem.Create("plain");
        using var testKit = new Akka.TestKit.Xunit2.TestKit(system);

        testKit.TestActor.Tell("message");

        Assert.Equal("message", testKit.ExpectMsg<string>());
        Assert.Same(system, testKit.Sys);
        testKit.Shutdown();
        await system.WhenTerminated.ShouldCompleteWithin(Long);
    }

    [Fact]
    public async Task Log_events_are_awaited_as_long_as_the_enclosing_limit_says()
    {
        using var testKit = new Akka.TestKit.Xunit2.TestKit("akka.test.filter-leeway = 1ms");

        await testKit.WithinAsync(Long, async () =>
        {
            var expected = testKit.EventFilter.Info("late").ExpectOneAsync(() => Task.CompletedTask);
            await Task.Delay(Short);
            testKit.Sys.Log.Info("late");
            await expected;
        });
    }

    [Fact]
    public void Factors_make_waiting_longer()
    {
        using var testKit = new Akka.TestKit.Xunit2.TestKit("akka.test.timefactor = 4");

        Assert.Equal(TimeSpan.FromSeconds(4), testKit.Dilated(TimeSpan.FromSeconds(1)));
        Assert.Equal(TimeSpan.FromSeconds(12), testKit.RemainingOrDefault);
        Assert.Equal(Timeout.InfiniteTimeSpan, testKit.Dilated(Timeout.InfiniteTimeSpan));
    }

    [Fact]
    public void Latches_and_barriers_wait_for_all()
    {
        using var testKit = new Akka.TestKit.Xunit2.TestKit(Patience.Config);
        var latch = testKit.CreateTestLatch(2);
        var barrier = testKit.CreateTestBarrier(3);

        Parallel.Invoke(
            () => Pass(latch, barrier),
            () => Pass(latch, barrier),
            () =>
            {
                latch.Ready();
                barrier.Await();
            });

        Assert.True(latch.IsOpen);
        latch.Reset();
        Assert.Throws<TimeoutException>(() => latch.Ready(Short));
        Assert.Throws<TimeoutException>(() => barrier.Await(Short));
    }

    [Fact]
    public async Task Tasks_are_expected_to_complete_or_to_fail()
    {
        var never = new TaskCompletionSource<int>().Task;
        var failed = Task.FromException(new InvalidOperationException("no"));

        Assert.Equal(1, await Task.FromResult(1).ShouldCompleteWithin(Long));
        Assert.Equal("no", (await failed.ShouldThrowWithin<InvalidOperationException>(Long)).Message);
        Assert.False(await never.AwaitWithTimeout(Short));
        await Assert.ThrowsAsync<TimeoutException>(() => never.ShouldCompleteWithin(Short, "it should"));
        await Assert.ThrowsAsync<ArgumentException>(() => Task.CompletedTask.ShouldThrowWithin<InvalidOperationException>(Long));
    }

    [Fact]
    public void Assertions_format_what_they_can()
    {
        var assertions = new XunitAssertions();

        Assert.Contains("{0} left", Failure(() => assertions.Fail("{0} left")));
        Assert.Contains("42 left", Failure(() => assertions.AssertTrue(false, "{0} left", 42)));
        Assert.Contains("Could not string.Format", Failure(() => assertions.AssertFalse(true, "{0} {1}", 42)));
        Assert.Contains("4", Failure(() => assertions.AssertEqual(4, 2, "differ")));
        assertions.AssertEqual(new[] { 1, 2 }, new List<int> { 1, 2 }.ToArray());
        assertions.AssertEqual("a", "b", (_, _) => true);
    }

    [Fact]
    public void The_log_goes_to_the_output_and_a_broken_line_does_not_end_it()
    {
        var output = new CollectedOutput();
        using var testKit = new Akka.TestKit.Xunit2.TestKit("akka.loglevel = INFO" + Patience.Config, output);
        testKit.Sys.EventStream.Subscribe(testKit.TestActor, typeof(Error));

        testKit.Sys.Log.Info("one {0}", 1);
        testKit.Sys.Log.Warning("{0} {4}", "broken");
        testKit.Sys.Log.Error(new InvalidOperationException("cause"), "{0} {4}", "broken too");

        Assert.IsType<FormatException>(testKit.FishForMessage<Error>(error => error.Cause is FormatException).Cause);
        Assert.NotNull(testKit.FishForMessage<Error>(error => error.Cause is AggregateException));
        testKit.Sys.Log.Info("two");
        testKit.AwaitCondition(() => output.Contains("two"));
        Assert.True(output.Contains("one 1"));
    }

    [Fact]
    public async Task Many_kits_may_start_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() =>
        {
            using var testKit = new Akka.TestKit.Xunit2.TestKit(Patience.Config);
            testKit.Sys.ActorOf(ForwardActor.Props(testKit.TestActor)).Tell("hello");
            testKit.ExpectMsg("hello", Long);
        })));
    }

    private static void Pass(TestLatch latch, TestBarrier barrier)
    {
        latch.CountDown();
        barrier.Await();
    }

    private static string Failure(Action action) => Assert.ThrowsAny<Xunit.Sdk.XunitException>(action).Message;

    private sealed class CollectedOutput : Xunit.Abstractions.ITestOutputHelper
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = new();

        public bool Contains(string text) => _lines.Any(line => line.Contains(text, StringComparison.Ordinal));

        public void WriteLine(string message) => _lines.Enqueue(message);

        public void WriteLine(string format, params object[] args) => WriteLine(string.Format(format, args));
    }
}
