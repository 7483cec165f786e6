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
    public void A_journal_that_was_never_trimmed_begins_behind_the_snapshot_before_the_last()
    {
        var state = Completed(
            new Bootstrapped(Members(3)),
            new EntriesAppended(Log(1, 1, 1, 1, 1, 1)),
            Taken(2),
            Taken(4),
            new EntriesAppended(LogFrom(7, 1)));

        Assert.Equal((I(2), I(7), 5), (state.LastIncludedIndex, state.LastIndex, state.Entries.Count));
        Assert.Equal([SnapshotAt(2), SnapshotAt(4)], state.Snapshots);
    }

    [Fact]
    public void A_trimmed_journal_begins_in_the_middle_of_the_log_and_a_snapshot_further_on_covers_what_is_missing()
    {
        var state = Completed(new EntriesAppended(LogFrom(5, 1, 1)), Taken(5), new TermAndVote(T(1), S2), Taken(6));

        Assert.Equal((I(5), I(6), false), (state.LastIncludedIndex, state.LastIndex, state.IsEmpty));
        Assert.Equal((T(1), S2), (state.CurrentTerm, state.VotedFor));
    }

    [Fact]
    public void Or_with_the_snapshot_itself()
    {
        var state = Completed(Taken(5), new EntriesAppended(LogFrom(6, 1)));

        Assert.Equal((I(5), I(6)), (state.LastIncludedIndex, state.LastIndex));
    }

    [Fact]
    public void A_journal_whose_head_is_missing_and_whose_snapshot_does_not_cover_it_is_refused()
    {
        Assert.Throws<InvariantViolationException>(() => Completed(new EntriesAppended(LogFrom(5, 1, 1))));
        Assert.Throws<InvariantViolationException>(() => Completed(new EntriesAppended(LogFrom(5, 1, 1)), Taken(3)));
    }

    [Fact]
    public void A_snapshot_of_entries_that_the_journal_never_had_is_refused()
    {
        Assert.Throws<InvariantViolationException>(() => Replayed(new Bootstrapped(Members(3)), new EntriesAppended(Log(1, 1)), Taken(3)));
    }

    [Fact]
    public void When_the_last_snapshot_cannot_be_read_the_one_before_takes_its_place_as_the_log_reaches_back_to_it()
    {
        var state = Completed(new Bootstrapped(Members(3)), new EntriesAppended(Log(1, 1, 1, 1, 1, 1)), Taken(2), Taken(4));

        Assert.True(state.FallBack());
        Assert.Equal((SnapshotAt(2), I(2), I(6)), (state.Snapshot, state.LastIncludedIndex, state.LastIndex));
        Assert.False(state.FallBack());
    }

    [Fact]
    public void A_snapshot_from_the_leader_replaces_the_log()
    {
        var state = Completed(
            new Bootstrapped(Members(3)), new EntriesAppended(Log(1, 1, 1)), Installed(9), new EntriesAppended(LogFrom(10, 1)));

        Assert.Equal((I(9), I(10)), (state.LastIncludedIndex, state.LastIndex));
    }

    /// <summary>Once the journal could not be replayed: the snapshot ahead of the installed one seemed to be the log's base.</summary>
    [Fact]
    public void A_log_that_an_installed_snapshot_replaced_does_not_reach_back_to_the_snapshot_before()
    {
        var state = Completed(new Bootstrapped(Members(3)), new EntriesAppended(Log(1, 1, 1)), Taken(2), Installed(9));

        Assert.Equal((I(9), I(9)), (state.LastIncludedIndex, state.LastIndex));
        Assert.Equal(SnapshotAt(9), Assert.Single(state.Snapshots));
        Assert.False(state.FallBack());
    }

    /// <summary>
    /// Once the record said only that the snapshot came from the leader. With the entry at its index trimmed, the journal could not tell
    /// that what followed was to stay, and acknowledged entries were gone.
    /// </summary>
    [Fact]
    public void What_followed_a_snapshot_from_the_leader_stays_when_the_head_of_the_journal_is_gone()
    {
        var scene = Harness.Scene.ModernFollower();
        var snapshot = Snapshot(2, 1, Members(3), size: 1);
        scene.Receive(new InstallSnapshot(S2, S1, T(1), snapshot, 0, new byte[1], HeartbeatSequence: 1));
        scene.Receive(scene.Append(S2, 0, 0, Log(1, 1)));
        var behind = scene.Receive(scene.Append(S2, 2, 1, LogFrom(3, 1, 1))).Written<EntriesAppended>();
        var record = scene.Step(new SnapshotReceived(scene.Now, snapshot)).Written<SnapshotRecorded>();

        var state = Completed([.. behind, .. record]);

        Assert.Equal((I(2), I(4)), (state.LastIncludedIndex, state.LastIndex));
    }

    /// <summary>Once such a journal was refused.</summary>
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

        Assert.Equal(new LogIndex(8), state.LastIncludedIndex);
        Assert.Equal(LogAt(9, 2), state.Entries);
    }

    /// <summary>Once the damaged snapshot was what the log was cut behind.</summary>
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
        Assert.Equal(new LogIndex(3), state.LastIncludedIndex);
    }

    private static LogEntry[] LogAt(long index, long term) => [new LogEntry(I(index), T(term), NoOp.Instance)];

    private static SnapshotMetadata SnapshotAt(long index) => Snapshot(index, 1, Members(3));

    private static SnapshotRecorded Taken(long index) => new(SnapshotAt(index), Installed: false);

    private static SnapshotRecorded Installed(long index) => new(SnapshotAt(index), Installed: true);

    private static PersistentState Replayed(params RaftEvent[] events)
    {
        var state = new PersistentState();
        Array.ForEach(events, state.Replay);
        return state;
    }

    private static PersistentState Completed(params RaftEvent[] events)
    {
        var state = Replayed(events);
        state.Complete();
        return state;
    }
}
