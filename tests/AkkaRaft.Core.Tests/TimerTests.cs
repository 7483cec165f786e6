using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

public class TimerTests
{
    [Fact]
    public void A_heartbeat_moves_the_deadline_and_sets_no_timer()
    {
        var scene = Scene.FollowerOf(S2, term: 1);
        scene.Pass(150);

        scene.Receive(scene.Append(S2, 0, 0, Nothing)).ShouldBe("to s2: match 0, term 1");
    }

    [Fact]
    public void A_timer_that_fires_ahead_of_the_deadline_is_set_for_the_rest()
    {
        var scene = Scene.FollowerOf(S2, term: 1);
        scene.Pass(150);
        scene.Receive(scene.Append(S2, 0, 0, Nothing));
        scene.Pass(50);

        var effects = scene.Step(new TimerElapsed(scene.Now, RaftTimer.Election));
        Assert.Equal([new SetTimer(RaftTimer.Election, TimeSpan.FromMilliseconds(150))], effects);

        scene.Pass(150);
        Assert.Equal("PreCandidate in term 1, leader none", EffectText.Of(scene.Step(new TimerElapsed(scene.Now, RaftTimer.Election))[0]));
    }

    [Fact]
    public void A_timer_that_fires_a_moment_early_is_not_lost()
    {
        var scene = Scene.Follower(term: 1);
        scene.Pass(199.9);

        scene.Step(new TimerElapsed(scene.Now, RaftTimer.Election)).ShouldBe("timer Election");
        Assert.Equal(RaftRole.Follower, scene.Server.Role);
    }

    [Fact]
    public void Time_that_goes_back_is_not_believed()
    {
        var scene = Scene.FollowerOf(S2, term: 1);
        scene.Pass(200);
        scene.Step(new TimerElapsed(TimeSpan.Zero, RaftTimer.Heartbeat)).ShouldBe();

        Assert.Equal("PreCandidate in term 1, leader none", EffectText.Of(scene.Step(new TimerElapsed(scene.Now, RaftTimer.Election))[0]));
    }

    [Fact]
    public void Each_wait_is_drawn_anew_between_the_bounds()
    {
        var options = new RaftOptions();
        var waits = Enumerable.Range(0, 200).Select(seed =>
        {
            var server = new RaftServer(S1, Members(3), new PersistentState(), options, (ulong)seed);
            return server.Step(new Started(TimeSpan.Zero)).OfType<SetTimer>().Single().After;
        }).ToList();

        Assert.All(waits, wait => Assert.InRange(wait, options.ElectionTimeoutMin, options.ElectionTimeoutMax));
        Assert.True(waits.Distinct().Count() > 190);
    }

    [Fact]
    public void The_random_numbers_of_a_seed_are_the_same_everywhere()
    {
        var random = new SeededRandom(42);

        Assert.Equal(
            [13679457532755275413, 2949826092126892291, 5139283748462763858], new[] { random.Next(), random.Next(), random.Next() });
    }
}
