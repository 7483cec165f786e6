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
}
