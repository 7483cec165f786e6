using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>A seed says everything: two runs of it are the same, byte for byte.</summary>
public class DeterminismTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(42)]
    [InlineData(1400)]
    public void Two_runs_of_a_seed_give_the_same_trace(ulong seed)
    {
        var (one, lines) = TraceOf(seed);
        var (other, otherLines) = TraceOf(seed);

        Assert.True(lines > 1000);
        Assert.Equal(lines, otherLines);
        Assert.Equal(one, other);
    }

    [Fact]
    public void Two_seeds_give_two_traces() => Assert.NotEqual(TraceOf(1).Hash, TraceOf(2).Hash);

    [Fact]
    public void A_trace_changes_nothing()
    {
        var settings = new RunSettings { Seed = 7, SafetyTime = 10 * Duration.Second };
        using var trace = new Trace(10);

        var traced = Run.Of(settings, trace);
        var plain = Run.Of(settings);

        Assert.Equal(plain.Statistics.Steps, traced.Statistics.Steps);
        Assert.Equal(plain.EndedAt, traced.EndedAt);
    }

    [Fact]
    public void The_random_numbers_are_those_of_xoshiro()
    {
        // The first numbers of xoshiro256** from the state that splitmix64 makes of 0.
        var random = new SimulationRandom(0);

        Assert.Equal(11091344671253066420UL, random.NextULong());
        Assert.Equal(13793997310169335082UL, random.NextULong());
        Assert.Equal(1900383378846508768UL, random.NextULong());
    }

    [Fact]
    public void Events_come_by_time_and_then_in_the_order_of_scheduling()
    {
        var queue = new EventQueue();
        var random = new SimulationRandom(5);
        var expected = new List<(long Time, int Order)>();
        for (var i = 0; i < 2000; i++)
        {
            var time = random.Below(50);
            expected.Add((time, i));
            queue.Add(time, new SimulatedEvent(EventKind.Message, i));
        }

        foreach (var (time, order) in expected.OrderBy(each => each.Time).ThenBy(each => each.Order))
        {
            Assert.Equal(order, queue.Take(out var at).Target);
            Assert.Equal(time, at);
        }

        Assert.Equal(0, queue.Count);
    }

    private static (string Hash, long Lines) TraceOf(ulong seed)
    {
        using var trace = new Trace(10);
        Run.Of(new RunSettings { Seed = seed, SafetyTime = 20 * Duration.Second }, trace);
        return (trace.Hash(), trace.LineCount);
    }
}
