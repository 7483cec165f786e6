using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>The simulated disk does what a real one may do, and no more.</summary>
public class DiskTests
{
    private static readonly byte[] Content = [1, 2, 3, 4, 5, 6];
    private readonly List<JournalRecord> _durable = [];

    [Fact]
    public void What_was_synced_outlives_a_power_loss()
    {
        for (var seed = 0UL; seed < 50; seed++)
        {
            var disk = DiskWithSynced(3, seed);
            disk.TryWrite(4, Term(4));
            disk.TryStartSync(0, out _);
            disk.TryWrite(5, Term(5));

            disk.PowerLost();

            Assert.NotEqual(Recovery.Corrupt, disk.Recover(out var records));
            Assert.Equal([1L, 2, 3], records.Take(3).Select(record => record.Sequence));
            Assert.True(records.Count <= 4);
        }
    }

    [Fact]
    public void A_killed_process_may_leave_what_was_not_synced()
    {
        var counts = new HashSet<int>();
        for (var seed = 0UL; seed < 50; seed++)
        {
            var disk = DiskWithSynced(1, seed);
            disk.TryWrite(2, Term(2));
            disk.TryStartSync(0, out _);

            disk.ProcessKilled();

            disk.Recover(out var records);
            counts.Add(records.Count);
        }

        Assert.Equal([1, 2], counts.Order());
    }

    [Fact]
    public void Writes_that_wait_share_the_next_fsync()
    {
        var disk = new SimulatedDisk(new SimulationRandom(1));
        disk.TryWrite(1, Term(1));
        Assert.True(disk.TryStartSync(0, out _));
        disk.TryWrite(2, Term(2));
        disk.TryWrite(3, Term(3));
        Assert.False(disk.TryStartSync(0, out _));

        disk.FinishSync(_durable);
        Assert.Equal([1L], _durable.Select(record => record.Sequence));
        Assert.True(disk.TryStartSync(0, out _));
        disk.FinishSync(_durable);
        Assert.Equal([2L, 3], _durable.Select(record => record.Sequence));
    }

    [Fact]
    public void A_torn_end_is_cut_off()
    {
        var disk = DiskWithSynced(2, 1);
        disk.TearNext();

        Assert.Equal(Recovery.TornEndCutOff, disk.Recover(out var records));
        Assert.Equal(2, records.Count);
    }

    [Fact]
    public void A_flipped_bit_is_noticed_wherever_it_is()
    {
        for (var seed = 0UL; seed < 50; seed++)
        {
            var disk = DiskWithSynced(3, seed);

            Assert.True(disk.TryFlipBit());

            Assert.True(disk.IsDamaged);
            Assert.Equal(Recovery.Corrupt, disk.Recover(out _));
        }
    }

    [Fact]
    public void A_full_disk_takes_nothing_and_a_failed_fsync_promises_nothing()
    {
        var disk = new SimulatedDisk(new SimulationRandom(1)) { IsFull = true };
        Assert.False(disk.TryWrite(1, Term(1)));

        disk.IsFull = false;
        disk.TryWrite(1, Term(1));
        disk.TryStartSync(0, out _);
        disk.NextSyncFails = true;

        Assert.False(disk.FinishSync(_durable));
        Assert.Empty(_durable);
    }

    [Fact]
    public void A_stalled_disk_answers_when_it_is_over()
    {
        var disk = new SimulatedDisk(new SimulationRandom(1));
        disk.StallUntil(Duration.Second);
        disk.TryWrite(1, Term(1));

        disk.TryStartSync(0, out var doneAt);

        Assert.True(doneAt > Duration.Second);
    }

    [Fact]
    public void A_snapshot_that_was_not_renamed_is_gone_or_whole_when_the_process_goes()
    {
        var counts = new HashSet<int>();
        for (var seed = 0UL; seed < 50; seed++)
        {
            var disk = new SimulatedDisk(new SimulationRandom(seed));
            disk.BeginSnapshot(Snapshot(3), Content);

            disk.ProcessKilled();

            Assert.All(disk.Snapshots, file => Assert.True(file.IsWhole));
            counts.Add(disk.Snapshots.Count);
        }

        Assert.Equal([0, 1], counts.Order());
    }

    [Fact]
    public void Parts_that_are_not_what_was_sent_make_no_snapshot()
    {
        var disk = new SimulatedDisk(new SimulationRandom(1));
        disk.StorePart(0, Content.AsSpan(0, 4));
        disk.StorePart(0, Content.AsSpan(0, 2));
        disk.StorePart(2, Content.AsSpan(2));
        Assert.True(disk.EndParts(Snapshot(3)));

        disk.StorePart(0, Content.AsSpan(1));
        Assert.False(disk.EndParts(Snapshot(4)));
        Assert.Equal(3, Assert.Single(disk.Snapshots).Snapshot.LastIncludedIndex.Value);
    }

    [Fact]
    public void A_trimmed_journal_keeps_the_record_of_the_oldest_snapshot_and_all_entries_behind_it()
    {
        var disk = new SimulatedDisk(new SimulationRandom(1));
        Write(disk, 1, Entry(1), Entry(2));
        Write(disk, 2, Entry(3));
        Write(disk, 3, new SnapshotRecorded(Snapshot(2), Installed: false));
        Write(disk, 4, Entry(4));

        disk.Trim(new LogIndex(2), Snapshot(2));

        disk.Recover(out var records);
        Assert.Equal([2L, 3, 4], records.Select(record => record.Sequence));
    }

    private static SnapshotMetadata Snapshot(long index) => new(
        new LogIndex(index), new Term(1), ClusterConfiguration.Empty, Content.Length, SnapshotFile.ChecksumOf(Content));

    private static EntriesAppended Entry(long index) => new([new LogEntry(new LogIndex(index), new Term(1), NoOp.Instance)]);

    private void Write(SimulatedDisk disk, long sequence, params RaftEvent[] events)
    {
        disk.TryWrite(sequence, events);
        disk.TryStartSync(0, out _);
        disk.FinishSync(_durable);
    }

    private SimulatedDisk DiskWithSynced(int records, ulong seed)
    {
        var disk = new SimulatedDisk(new SimulationRandom(seed));
        for (var i = 1; i <= records; i++)
        {
            disk.TryWrite(i, Term(i));
            disk.TryStartSync(0, out _);
            disk.FinishSync(_durable);
        }

        return disk;
    }

    private static IReadOnlyList<RaftEvent> Term(long term) => [new TermAndVote(new Term(term), null)];
}
