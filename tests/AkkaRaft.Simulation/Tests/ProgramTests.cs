using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>What a person who runs the program is shown.</summary>
public sealed class ProgramTests : IDisposable
{
    private readonly StringWriter _output = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void A_clean_seed_says_so()
    {
        Assert.Equal(0, Execute("--seed", "1", "--seconds", "5"));
        Assert.Contains("Seed 1: clean.", _output.ToString());
    }

    [Fact]
    public void A_failing_seed_is_shown_with_the_invariant_the_last_steps_and_how_to_replay_it()
    {
        Assert.Equal(1, Execute("--seed", "1", "--mutation", "AnswerBeforeWrite", "--trace", "5"));

        var shown = _output.ToString();
        Assert.Contains("DurableBeforeAnswer is broken after", shown);
        Assert.Contains("BROKEN DurableBeforeAnswer", shown);
        Assert.Contains("dotnet run --project tests/AkkaRaft.Simulation -- --seed 1 --seconds 60 --mutation AnswerBeforeWrite", shown);
    }

    [Fact]
    public void A_history_that_is_not_linearizable_is_drawn_and_shown_up_to_where_it_breaks()
    {
        var page = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}", "history.html");
        var found = Mutations.Find(RaftFault.LeaseOutlivesTransfer, new RunSettings { Seed = 0 });

        Assert.Equal(1, Execute("--seed", $"{found.Seed}", "--mutation", "LeaseOutlivesTransfer", "--trace", "10", "--timeline", page));

        Assert.Contains("Linearizability is broken", _output.ToString());
        Assert.Contains("is answered: read", _output.ToString().Split("The history is drawn")[0]);
        Assert.Contains("class=\"bad\"", File.ReadAllText(page));
        Directory.Delete(Path.GetDirectoryName(page)!, recursive: true);
    }

    [Fact]
    public void A_scenario_is_played_by_its_name()
    {
        Assert.Equal(0, Execute("--scenario", "figure-8", "--seeds", "2"));
        Assert.Contains("Scenario 11, figure-8: as it must be, with 2 seeds from 1 on.", _output.ToString());
    }

    [Fact]
    public void A_campaign_shows_how_far_it_is_and_runs_one_in_a_hundred_twice()
    {
        Assert.Equal(0, Execute("--seeds", "100", "--seconds", "0.5"));

        var shown = _output.ToString();
        Assert.Contains("100 seeds, ", shown);
        Assert.Contains("states a second", shown);
        Assert.Contains("1 of them run twice with the same trace", shown);
    }

    [Fact]
    public void A_failing_run_is_shrunk_to_a_shorter_one_that_breaks_the_same()
    {
        var failing = Mutations.Find(RaftFault.SkipUpToDateCheck, new RunSettings { Seed = 0 }).Report!;

        var shrunk = new Shrinker(failing, _output).Shrink();

        Assert.Equal(failing.Broken!.Invariant, shrunk.Broken!.Invariant);
        Assert.True(Shrinker.Weight(shrunk) < Shrinker.Weight(failing));
        Assert.Equal(shrunk.EndedAt, Run.Of(shrunk.Settings).EndedAt);
        Assert.Contains("Shrunk in", _output.ToString());
    }

    [Theory]
    [InlineData("--seed")]
    [InlineData("--seed", "x")]
    [InlineData("--servers", "6")]
    [InlineData("--mutation", "Nonsense")]
    [InlineData("--unknown")]
    public void Wrong_use_is_told(params string[] arguments) => Assert.Throws<ArgumentException>(() => CommandLine.Parse(arguments));

    [Fact]
    public void A_replay_command_says_all_that_makes_the_run()
    {
        var settings = new RunSettings
        {
            Seed = 9,
            SafetyTime = 2500 * Duration.Millisecond,
            Servers = 5,
            OnlyFaults = new HashSet<int> { 7, 1 },
            CoreFaults = RaftFault.ApplyTwice,
        };

        var arguments = settings.ReplayCommand.Split(" -- ")[1].Split(' ');

        var line = CommandLine.Parse(arguments);
        Assert.Equal(9UL, line.Seed);
        Assert.Equal(settings.SafetyTime, line.Run.SafetyTime);
        Assert.Equal(5, line.Run.Servers);
        Assert.Equal([1, 7], line.Run.OnlyFaults!.Order());
        Assert.Equal(RaftFault.ApplyTwice, line.Run.CoreFaults);
    }

    private int Execute(params string[] arguments) => Commands.Execute(CommandLine.Parse(arguments), _output);
}
