using AkkaRaft.TestKit.Linearizability;

namespace AkkaRaft.Specs.Linearizability;

/// <summary>Histories whose verdict is known, small enough to be judged by hand.</summary>
public class KnownHistoriesSpec
{
    [Fact]
    public void An_empty_history_is_linearizable() => AssertGood(new RegisterHistory());

    [Fact]
    public void A_read_sees_what_was_written_before_it() =>
        AssertGood(new RegisterHistory().Write("a", "1", 0, 10).Read("b", "1", 20, 30));

    [Fact]
    public void A_read_during_a_write_may_see_either_value() =>
        AssertGood(new RegisterHistory()
            .Write("a", "1", 0, 10).Write("a", "2", 20, 60)
            .Read("b", "1", 25, 35).Read("b", "2", 40, 50));

    [Fact]
    public void Two_writes_at_a_time_may_take_effect_in_either_order() =>
        AssertGood(new RegisterHistory()
            .Write("a", "1", 0, 50).Write("b", "2", 0, 50)
            .Read("c", "2", 60, 70).Read("c", "2", 80, 90));

    [Fact]
    public void A_write_of_the_value_that_is_there_may_still_have_to_come_behind_another() =>
        AssertGood(new RegisterHistory()
            .Write("a", "1", 0, 10).Write("b", "2", 20, 60).Write("c", "1", 20, 60)
            .Read("d", "1", 70, 80));

    [Fact]
    public void A_write_without_an_answer_may_take_effect_long_after() =>
        AssertGood(new RegisterHistory()
            .Write("a", "1", 0, null).Read("b", null, 10, 20).Write("b", "2", 30, 40)
            .Read("c", "2", 50, 60).Read("c", "1", 70, 80));

    [Fact]
    public void A_write_without_an_answer_may_never_take_effect() =>
        AssertGood(new RegisterHistory().Write("a", "1", 0, null).Read("b", null, 10, 20).Read("b", null, 100, 200));

    [Fact]
    public void Writes_without_an_answer_explain_a_read_only_in_a_chain() =>
        AssertGood(new RegisterHistory()
            .Set("a", null, "1", true, 0, null).Set("b", "1", "2", true, 0, null).Set("c", "2", "3", true, 0, null)
            .Read("d", "3", 10, 20));

    [Fact]
    public void A_compare_and_set_succeeds_for_one_of_two() =>
        AssertGood(new RegisterHistory()
            .Write("a", "0", 0, 5).Set("a", "0", "1", true, 10, 30).Set("b", "0", "2", false, 10, 30).Read("c", "1", 40, 50));

    [Fact]
    public void A_discarded_operation_explains_nothing()
    {
        var story = new RegisterHistory().Write("a", "1", 0, null).Read("b", "1", 10, 20);
        Assert.True(story.Check().IsLinearizable);

        story.History.Discard(story.History.Operations[0]);

        AssertBad(story, story.History.Operations[0].Number);
    }

    [Fact]
    public void Keys_are_judged_apart()
    {
        var story = new RegisterHistory()
            .Write("a", "1", 0, 10, "x").Write("a", "2", 20, 30, "y").Read("b", "1", 40, 50, "x").Read("b", null, 60, 70, "y");

        var result = AssertBad(story, 4);

        Assert.Equal("y", result.Key);
    }

    [Fact]
    public void A_stale_read_is_found() =>
        AssertBad(new RegisterHistory().Write("a", "1", 0, 10).Write("a", "2", 20, 30).Read("b", "1", 40, 50), 3);

    [Fact]
    public void A_lost_write_is_found() =>
        AssertBad(new RegisterHistory().Write("a", "1", 0, 10).Read("b", null, 20, 30), 2);

    [Fact]
    public void A_phantom_value_is_found() =>
        AssertBad(new RegisterHistory().Write("a", "1", 0, 10).Read("b", "7", 20, 30), 2);

    [Fact]
    public void A_value_read_before_anyone_asks_for_it_is_found() =>
        AssertBad(new RegisterHistory().Read("b", "1", 0, 10).Write("a", "1", 20, null), 1);

    [Fact]
    public void Reads_that_go_back_in_time_are_found() =>
        AssertBad(new RegisterHistory()
            .Write("a", "1", 0, 10).Write("a", "2", 20, 90)
            .Read("b", "2", 30, 40).Read("c", "1", 50, 60), 4);

    [Fact]
    public void A_split_where_each_side_sees_its_own_writes_is_found() =>
        AssertBad(new RegisterHistory()
            .Write("left", "1", 0, 10).Write("right", "2", 0, 10)
            .Read("left", "1", 20, 30).Read("right", "2", 40, 50).Read("left", "1", 60, 70), 4);

    [Fact]
    public void Two_compare_and_sets_that_both_won_are_found() =>
        AssertBad(new RegisterHistory()
            .Write("a", "0", 0, 5).Set("a", "0", "1", true, 10, 30).Set("b", "0", "2", true, 10, 30), 3);

    [Fact]
    public void An_unanswered_write_that_takes_effect_twice_is_found() =>
        AssertBad(new RegisterHistory()
            .Write("a", "1", 0, null).Read("b", "1", 10, 20).Write("b", "2", 30, 40).Read("b", "2", 50, 60).Read("b", "1", 70, 80), 5);

    [Fact]
    public void A_search_that_is_cut_short_says_that_it_is_undecided()
    {
        var story = new RegisterHistory();
        for (var i = 0; i < 12; i++)
        {
            story.Set($"client{i}", $"{i}", $"{i + 1}", true, 0, 10);
        }

        var result = LinearizabilityChecker.Check(new RegisterModel(), story.Write("z", "0", 0, null).History.Operations, maxSteps: 5);

        Assert.Equal(Verdict.Undecided, result.Verdict);
    }

    private static void AssertGood(RegisterHistory story)
    {
        var result = story.Check();
        Assert.True(result.IsLinearizable, result.Explain());
    }

    private static LinearizabilityResult<RegisterInput, RegisterOutput> AssertBad(RegisterHistory story, params int[] unexplained)
    {
        var result = story.Check();
        Assert.Equal(Verdict.NotLinearizable, result.Verdict);
        Assert.Equal(unexplained, result.Unexplained.Select(operation => operation.Operation.Number));
        return result;
    }
}
