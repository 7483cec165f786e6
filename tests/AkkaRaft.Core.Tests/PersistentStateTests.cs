using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

public class PersistentStateTests
{
    [Fact]
    public void Replaying_a_journal_gives_term_vote_members_and_log_back()
    {
        var state = Replayed(
            new Bootstrapped(Members(3)), new TermAndVote(T(1), S2), new EntriesAppended(Log(1, 1)), new TermAndVote(T(2), null),
            new EntriesAppended(LogFrom(3, 2)));

        Assert.Equal((T(2), null, Members(3)), (state.CurrentTerm, state.VotedFor, state.Bootstrap));
        Assert.Equal(Log(1, 1, 2), state.Entries);
    }

    [Fact]
    public void Entries_replace_what_stood_at_their_place_and_behind() =>
        Assert.Equal(Log(1, 3), Replayed(new EntriesAppended(Log(1, 2, 2, 2)), new EntriesAppended(LogFrom(2, 3))).Entries);

    [Fact]
    public void A_journal_with_a_gap_a_falling_term_two_votes_or_members_twice_is_refused()
    {
        Assert.Throws<InvariantViolationException>(() => Replayed(new TermAndVote(T(2), S2), new TermAndVote(T(2), S3)));
        Assert.Throws<InvariantViolationException>(() => Replayed(new TermAndVote(T(2), S2), new TermAndVote(T(2), null)));
        Assert.Throws<InvariantViolationException>(() => Replayed(new EntriesAppended(Log(1)), new EntriesAppended(LogFrom(3, 1))));
        Assert.Throws<InvariantViolationException>(() => Replayed(new TermAndVote(T(2), null), new TermAndVote(T(1), null)));
        Assert.Throws<InvariantViolationException>(() => Replayed(new Bootstrapped(Members(3)), new Bootstrapped(Members(3))));
        Assert.Throws<InvariantViolationException>(() => Replayed(new EntriesAppended([])));
    }

    [Fact]
    public void An_installed_snapshot_covers_what_is_missing_ahead_of_it_whatever_snapshot_was_before()
    {
        var state = Replayed(
            new Bootstrapped(Members(3)), new TermAndVote(T(1), null), new EntriesAppended(Log(1, 1, 1)),
            new SnapshotRecorded(SnapshotOf(2), Installed: false), new SnapshotRecorded(SnapshotOf(9), Installed: true));

        state.Complete();

        Assert.Equal((new LogIndex(9), new LogIndex(9)), (state.BaseIndex, state.LastIndex));
        Assert.False(state.FallBack());
    }

    private static SnapshotMetadata SnapshotOf(long index) => new(new LogIndex(index), T(1), Members(3), 1, "");

    private static PersistentState Replayed(params RaftEvent[] events)
    {
        var state = new PersistentState();
        Array.ForEach(events, state.Replay);
        return state;
    }

    /// <summary>Once the journal could not be replayed: the snapshot ahead of the installed one seemed to be what the log builds on.</summary>
    [Fact]
    public void A_log_that_an_installed_snapshot_replaced_does_not_reach_back_to_the_snapshot_before()
    {
        var state = new PersistentState();
        state.Replay(new Bootstrapped(ClusterConfiguration.Of(new ServerId("n1"))));
        state.Replay(new EntriesAppended([new LogEntry(new LogIndex(1), new Term(1), NoOp.Instance)]));
        state.Replay(new SnapshotRecorded(SnapshotAt(1), Installed: false));
        state.Replay(new SnapshotRecorded(SnapshotAt(9), Installed: true));

        state.Complete();

        Assert.Equal(new LogIndex(9), state.BaseIndex);
        Assert.Equal(SnapshotAt(9), Assert.Single(state.Snapshots));
        Assert.False(state.FallBack());
    }

    /// <summary>Once such a journal was refused: the simulation's seed 153 found a server that could not start again.</summary>
    [Fact]
    public void A_trimmed_journal_may_begin_with_entries_that_were_replaced_from_further_ahead()
    {
        var state = new PersistentState();
        state.Replay(new EntriesAppended(LogAt(9, 1)));
        state.Replay(new SnapshotRecorded(SnapshotAt(5), Installed: false));
        state.Replay(new EntriesAppended(LogAt(7, 2)));
        state.Replay(new EntriesAppended(LogAt(8, 2)));
        state.Replay(new SnapshotRecorded(SnapshotAt(8) with { LastIncludedTerm = new Term(2) }, Installed: false));
        state.Replay(new EntriesAppended(LogAt(9, 2)));
        state.Replay(new SnapshotRecorded(SnapshotAt(9) with { LastIncludedTerm = new Term(2) }, Installed: false));

        state.Complete();

        Assert.Equal(new LogIndex(8), state.BaseIndex);
        Assert.Equal(LogAt(9, 2), state.Entries);
    }

    /// <summary>Once the damaged snapshot was what the log was cut behind: seed 5296 of the simulation.</summary>
    [Fact]
    public void A_snapshot_that_was_taken_after_a_later_one_could_not_be_read_takes_its_place()
    {
        var state = new PersistentState();
        state.Replay(new Bootstrapped(ClusterConfiguration.Of(new ServerId("n1"))));
        for (var index = 1; index <= 9; index++)
        {
            state.Replay(new EntriesAppended(LogAt(index, 1)));
        }

        state.Replay(new SnapshotRecorded(SnapshotAt(3), Installed: false));
        state.Replay(new SnapshotRecorded(SnapshotAt(8), Installed: false));
        state.Replay(new SnapshotRecorded(SnapshotAt(6), Installed: false));

        state.Complete();

        Assert.Equal([SnapshotAt(3), SnapshotAt(6)], state.Snapshots);
        Assert.Equal(new LogIndex(3), state.BaseIndex);
    }

    private static LogEntry[] LogAt(long index, long term) => [new LogEntry(new LogIndex(index), new Term(term), NoOp.Instance)];

    private static SnapshotMetadata SnapshotAt(long index) =>
        new(new LogIndex(index), new Term(1), ClusterConfiguration.Of(new ServerId("n1")), 10, "");
}
