using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Configs;

namespace Engine.Tests.TestKit;

public class TestSchedulerSpec : Akka.TestKit.Xunit2.TestKit
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public TestSchedulerSpec() : base(TestConfigs.TestSchedulerConfig.WithFallback(ConfigurationFactory.ParseString(Patience.Config)))
    {
    }

    private TestScheduler Time => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void Nothing_happens_before_its_time_and_everything_in_order_when_it_comes()
    {
        Time.ScheduleTellOnce(3 * Second, TestActor, 3, TestActor);
        Time.ScheduleTellOnce(Second, TestActor, 1, TestActor);
        Time.ScheduleTellOnce(Second, TestActor, 2, TestActor);

        Time.Advance(Second - TimeSpan.FromTicks(1));
        Assert.False(HasMessages);
        Time.AdvanceTo(Time.Now + TimeSpan.FromTicks(1));
        Assert.Equal([1, 2], ReceiveN(2));
        Assert.False(HasMessages);
        Time.Advance(2 * Second);
        ExpectMsg(3);
    }

    [Fact]
    public void What_repeats_does_so_until_it_is_cancelled()
    {
        var cancelable = new Cancelable(Sys.Scheduler);
        Time.ScheduleTellRepeatedly(Second, 5 * Second, TestActor, "tick", TestActor, cancelable);

        Time.Advance(Second);
        ExpectMsg("tick");
        for (var i = 0; i < 100; i++)
        {
            Time.Advance(5 * Second);
            ExpectMsg("tick");
        }

        cancelable.Cancel();
        Time.Advance(5 * Second);
        Assert.False(HasMessages);
    }

    [Fact]
    public void Timeouts_of_cancelables_obey_virtual_time()
    {
        var cancelable = new Cancelable(Sys.Scheduler, Second);

        Assert.False(cancelable.IsCancellationRequested);
        Time.Advance(Second);
        Assert.True(cancelable.IsCancellationRequested);
    }

    [Fact]
    public void Time_does_not_go_back() =>
        Assert.Throws<InvalidOperationException>(() => Time.AdvanceTo(Time.Now - Second));
}
