using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>The simulated disk does what a real one may do, and no more.</summary>
public class DiskTests
{
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
