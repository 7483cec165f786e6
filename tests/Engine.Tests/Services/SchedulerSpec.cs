using System.Diagnostics;
using Akka.Actor;
using Akka.TestKit;
using Engine.Tests.TestKit;

namespace Engine.Tests.Services;

public class SchedulerSpec : Akka.TestKit.Xunit2.TestKit
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(30);

    public SchedulerSpec() : base(Patience.Config)
    {
    }

    private IAdvancedScheduler Advanced => Sys.Scheduler.Advanced;

    [Fact]
    public void Nothing_runs_before_its_time()
    {
        var clock = Stopwatch.StartNew();
        foreach (var delay in new[] { 0, 1, 7, 25, 90 })
            Sys.Scheduler.ScheduleTellOnce(delay, TestActor, delay, TestActor);

        foreach (var expected in new[] { 0, 1, 7, 25, 90 })
        {
            ExpectMsg(expected);
            Assert.True(clock.Elapsed >= TimeSpan.FromMilliseconds(expected), $"{expected} ms came after {clock.Elapsed}");
        }
    }

    [Fact]
    public void A_delay_longer_than_a_turn_of_the_wheel_waits_for_its_own_turn()
    {
        using var scheduler = new HashedWheelTimerScheduler(
            Akka.Configuration.ConfigurationFactory.ParseString("akka.scheduler.ticks-per-wheel = 4").WithFallback(Sys.Settings.Config),
            Sys.Log);
        var clock = Stopwatch.StartNew();

        ((ITellScheduler)scheduler).ScheduleTellOnce(TimeSpan.FromMilliseconds(200), TestActor, "late", TestActor);

        ExpectMsg("late");
        Assert.True(clock.Elapsed >= TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public void What_repeats_keeps_its_pace_and_stops_when_cancelled()
    {
        var cancelable = Sys.Scheduler.ScheduleTellRepeatedlyCancelable(TimeSpan.Zero, Moment, TestActor, "tick", TestActor);
        var clock = Stopwatch.StartNew();
        for (var i = 0; i <= 5; i++) ExpectMsg("tick");
        Assert.True(clock.Elapsed >= 4 * Moment);

        cancelable.Cancel();
        ReceiveWhile<string>(_ => true, TimeSpan.FromSeconds(3), 3 * Moment);

        ExpectNoMsg(3 * Moment);
    }

    [Fact]
    public void What_was_cancelled_before_does_not_run()
    {
        var cancelable = new Cancelable(Sys.Scheduler);
        Advanced.ScheduleOnce(Moment, () => TestActor.Tell("never"), cancelable);
        cancelable.Cancel();
        Advanced.ScheduleOnce(Moment, () => TestActor.Tell("nor this"), Cancelable.CreateCanceled());
        Advanced.ScheduleOnce(2 * Moment, () => TestActor.Tell("end"));

        ExpectMsg("end");
    }

    [Fact]
    public void An_action_that_fails_is_not_repeated()
    {
        var runs = 0;
        Advanced.ScheduleRepeatedly(TimeSpan.Zero, TimeSpan.FromMilliseconds(1), () =>
        {
            runs++;
            throw new InvalidOperationException("on purpose");
        });
        Advanced.ScheduleOnce(Moment, () => TestActor.Tell("end"));

        ExpectMsg("end");
        Assert.Equal(1, runs);
    }

    [Fact]
    public void Negative_delays_and_empty_intervals_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Advanced.ScheduleOnce(-1, () => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Advanced.ScheduleRepeatedly(-1, 1, () => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Advanced.ScheduleRepeatedly(1, 0, () => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sys.Scheduler.ScheduleTellOnce(-1, TestActor, 1, TestActor));
    }

    [Fact]
    public void After_the_end_nothing_is_taken()
    {
        var scheduler = new HashedWheelTimerScheduler(Sys.Settings.Config, Sys.Log);
        scheduler.Dispose();

        Assert.Throws<SchedulerException>(() => ((IActionScheduler)scheduler).ScheduleOnce(TimeSpan.Zero, () => { }));
    }

    [Fact]
    public void Many_threads_may_schedule_at_once()
    {
        var latch = CreateTestLatch(10_000);

        Parallel.For(0, 10_000, i => Advanced.ScheduleOnce(i % 50, latch.CountDown));

        latch.Ready(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Linked_cancelables_follow()
    {
        var first = new Cancelable(Sys.Scheduler);
        var linked = Cancelable.CreateLinkedCancelable(Sys.Scheduler, first, new Cancelable(Sys.Scheduler));
        Assert.False(linked.IsCancellationRequested);

        first.CancelAfter(10);

        AwaitCondition(() => linked.IsCancellationRequested);
        Assert.True(linked.Token.IsCancellationRequested);
    }
}
