using System.Text;
using AkkaRaft.Core.Sessions;

namespace AkkaRaft.Core.Tests.Sessions;

/// <summary>Exactly once, by session and sequence (dissertation, section 6.3).</summary>
public sealed class SessionTableTests
{
    private static readonly SessionId Session = new(3);
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly SessionTable<string> _table = new();
    private readonly List<string> _applied = [];

    public SessionTableTests() => _table.Open(Session, Timeout);

    [Fact]
    public void A_command_that_comes_twice_applies_once_and_gets_the_first_answer()
    {
        Assert.Equal("a1", Apply(_table, 1, 0, "a"));
        Assert.Equal("a1", Apply(_table, 1, 0, "a"));

        Assert.Equal(["a"], _applied);
    }

    [Fact]
    public void Commands_of_a_pipeline_may_arrive_in_any_order()
    {
        Assert.Equal("c1", Apply(_table, 3, 0, "c"));
        Assert.Equal("a2", Apply(_table, 1, 0, "a"));
        Assert.Equal("b3", Apply(_table, 2, 0, "b"));
        Assert.Equal("c1", Apply(_table, 3, 0, "c"));

        Assert.Equal(["c", "a", "b"], _applied);
    }

    [Fact]
    public void An_answer_is_kept_until_it_is_acknowledged_and_the_command_never_applies_again()
    {
        Apply(_table, 1, 0, "a");
        Apply(_table, 2, 1, "b");

        Assert.Equal("Forgotten", Apply(_table, 1, 0, "a"));
        Assert.Equal("b2", Apply(_table, 2, 1, "b"));
        Assert.Equal([2], _table.Capture().Sessions[0].Answers.Keys);
    }

    [Fact]
    public void A_late_copy_does_not_take_an_acknowledgement_back()
    {
        Apply(_table, 1, 0, "a");
        Apply(_table, 2, 0, "b");
        Apply(_table, 3, 2, "c");

        Assert.Equal("Forgotten", Apply(_table, 2, 0, "b"));
        Assert.Equal(2, _table.Capture().Sessions[0].Acknowledged);
    }

    [Fact]
    public void A_command_cannot_acknowledge_itself()
    {
        Assert.Equal("a1", Apply(_table, 1, long.MaxValue, "a"));
        Assert.Equal("a1", Apply(_table, 1, long.MaxValue, "a"));
    }

    [Fact]
    public void A_gap_that_was_acknowledged_is_never_filled()
    {
        Apply(_table, 5, 4, "e");

        Assert.Equal("Forgotten", Apply(_table, 3, 0, "c"));
        Assert.Equal(["e"], _applied);
    }

    [Fact]
    public void No_more_answers_are_kept_than_the_limit()
    {
        for (var sequence = 1; sequence <= SessionLimits.MaxUnacknowledged; sequence++)
        {
            Apply(_table, sequence, 0, "x");
        }

        Assert.Equal("TooFarAhead", Apply(_table, SessionLimits.MaxUnacknowledged + 1, 0, "y"));
        Assert.Equal(SessionLimits.MaxUnacknowledged, _table.Capture().Sessions[0].Answers.Count);
        Assert.Equal("y8193", Apply(_table, SessionLimits.MaxUnacknowledged + 1, 1, "y"));
    }

    [Fact]
    public void A_jump_of_the_acknowledgement_forgets_all_answers()
    {
        Apply(_table, 1, 0, "a");
        Apply(_table, 7, 0, "g");
        Apply(_table, 1_000_000_000_000, 999_999_999_999, "z");

        Assert.Equal([1_000_000_000_000], _table.Capture().Sessions[0].Answers.Keys);
    }

    [Fact]
    public void A_session_that_is_idle_for_longer_than_its_timeout_expires()
    {
        _table.AdvanceTime(TimeSpan.FromHours(1));
        _table.AdvanceTime(Timeout);
        Assert.True(_table.IsOpen(Session));

        _table.AdvanceTime(TimeSpan.FromTicks(1));

        Assert.Equal("Expired", Apply(_table, 1, 0, "a"));
        Assert.Equal(0, _table.Count);
        Assert.Empty(_applied);
    }

    [Fact]
    public void A_command_keeps_its_session_alive_even_when_it_came_before()
    {
        Apply(_table, 1, 0, "a");
        _table.AdvanceTime(Timeout);
        _table.AdvanceTime(Timeout);
        Apply(_table, 1, 0, "a");
        _table.AdvanceTime(Timeout);
        _table.AdvanceTime(Timeout);

        Assert.True(_table.IsOpen(Session));
    }

    [Fact]
    public void A_closed_session_takes_no_command_and_another_is_not_disturbed()
    {
        _table.Open(new SessionId(4), Timeout);
        _table.Close(Session);
        _table.Close(new SessionId(99));

        Assert.Equal("Expired", Apply(_table, 1, 0, "a"));
        Assert.True(_table.IsOpen(new SessionId(4)));
    }

    [Fact]
    public void Sessions_count_for_themselves()
    {
        var other = new SessionId(4);
        _table.Open(other, Timeout);

        Assert.Equal("a1", Apply(_table, 1, 0, "a"));
        Assert.Equal("b2", Apply(_table, 1, 0, "b", other));
    }

    [Fact]
    public void Beyond_the_limit_the_session_that_was_idle_for_longest_ends()
    {
        for (var i = 1; i < SessionLimits.MaxSessions; i++)
        {
            _table.Open(new SessionId(3 + i), Timeout);
        }

        _table.AdvanceTime(TimeSpan.FromSeconds(1));
        Apply(_table, 1, 0, "a");
        Apply(_table, 1, 0, "b", new SessionId(5));
        _table.Open(new SessionId(1_000_000), Timeout);

        Assert.True(_table.IsOpen(Session));
        Assert.False(_table.IsOpen(new SessionId(4)));
        Assert.Equal(SessionLimits.MaxSessions, _table.Count);
    }

    [Fact]
    public void A_capture_stays_as_it_was()
    {
        Apply(_table, 1, 0, "a");
        Apply(_table, 2, 0, "b");
        var capture = _table.Capture();
        Apply(_table, 3, 1, "c");
        _table.AdvanceTime(Timeout);
        _table.AdvanceTime(2 * Timeout);

        Assert.Equal(0, _table.Count);
        Assert.Equal(TimeSpan.Zero, capture.ReplicatedTime);
        var session = Assert.Single(capture.Sessions);
        Assert.Equal(0, session.Acknowledged);
        Assert.Equal([1, 2], session.Answers.Keys.Order());
    }

    [Fact]
    public void Scenario_21_a_restored_table_knows_what_was_applied_before_the_snapshot()
    {
        Apply(_table, 1, 0, "a");
        _table.AdvanceTime(TimeSpan.FromSeconds(40));
        Apply(_table, 2, 0, "b");
        var restored = new SessionTable<string>(_table.Capture());

        Assert.Equal("a1", Apply(restored, 1, 0, "a"));
        Assert.Equal("b2", Apply(restored, 2, 0, "b"));
        Assert.Equal("c3", Apply(restored, 3, 1, "c"));
        Assert.Equal("Forgotten", Apply(restored, 1, 0, "a"));
        Assert.Equal(["a", "b", "c"], _applied);
        Assert.Equal(TimeSpan.FromSeconds(40), restored.ReplicatedTime);
    }

    [Fact]
    public void A_restored_table_expires_as_the_first_one_does()
    {
        _table.AdvanceTime(Timeout / 2);
        _table.AdvanceTime(Timeout / 2);
        var restored = new SessionTable<string>(_table.Capture());
        restored.AdvanceTime(Timeout / 2);
        Assert.True(restored.IsOpen(Session));

        restored.AdvanceTime(TimeSpan.FromTicks(1));

        Assert.False(restored.IsOpen(Session));
    }

    [Fact]
    public void A_restored_table_does_not_change_what_it_was_made_from()
    {
        Apply(_table, 1, 0, "a");
        var capture = _table.Capture();

        Apply(new SessionTable<string>(capture), 2, 1, "b");

        Assert.Equal([1], capture.Sessions[0].Answers.Keys);
    }

    private string Apply(SessionTable<string> table, long sequence, long acknowledged, string text, SessionId? session = null)
    {
        var command = new SessionCommand(
            session ?? Session, sequence, acknowledged, new Command(4, "", Encoding.UTF8.GetBytes(text)));
        var verdict = table.Judge(command, out var answer);
        if (verdict == SessionVerdict.Answered)
        {
            return answer!;
        }

        if (verdict != SessionVerdict.New)
        {
            return verdict.ToString();
        }

        _applied.Add(text);
        answer = $"{text}{_applied.Count}";
        table.Keep(command, answer);
        return answer;
    }
}
