using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>What recovery found in a journal's file.</summary>
internal enum Recovery
{
    Whole,

    /// <summary>The last record was torn, and was cut off.</summary>
    TornEndCutOff,

    /// <summary>A record is not what was written: the server must not start.</summary>
    Corrupt,
}

/// <summary>
/// A server's journal on a disk. Writes go to the file's cached pages and count as durable only when an fsync is done; several that wait
/// share one. A killed process leaves what is in the cache, a power loss takes what was not synced, whole or in part.
/// </summary>
internal sealed partial class SimulatedDisk(SimulationRandom random)
{
    private readonly List<JournalRecord> _file = [];
    private readonly List<JournalRecord> _waiting = [];
    private int _syncedRecords;
    private long _stalledUntil;

    /// <summary>Names the data directory: drawn anew when it is made anew.</summary>
    public long Incarnation { get; private set; } = random.Between(1, long.MaxValue - 1);

    /// <summary>The usual time of an fsync.
    public long MeanLatency { get; set; } = 2 * Duration.Millisecond;

    /// <summary>How much slower than usual it is.</summary>
    public double Slowness { get; set; } = 1;

    /// <summary>Not a byte can be written.</summary>
    public bool IsFull { get; set; }

    /// <summary>There is so little room that the server is to take nothing more, and still enough for what it must write.</summary>
    public bool IsLow { get; set; }

    public bool IsSyncing { get; private set; }

    /// <summary>The next fsync fails.</summary>
    public bool NextSyncFails { get; set; }

    /// <summary>A bit has flipped, and what it was in may be gone by now: the journal may still name it.</summary>
    public bool WasDamaged { get; private set; }

    public bool IsDamaged => _file.Exists(record => record.IsCorrupt) || _snapshots.Exists(file => !file.IsWhole);

    /// <summary>Puts a journal there before the server's first life.</summary>
    public void Prepare(params IReadOnlyList<RaftEvent> events)
    {
        _file.Add(new JournalRecord(0, events));
        _syncedRecords = _file.Count;
    }

    /// <summary>Another disk with what is durable on this one.</summary>
    public SimulatedDisk Copy()
    {
        var copy = new SimulatedDisk(random.Fork()) { Incarnation = Incarnation, MeanLatency = MeanLatency };
        copy._file.AddRange(_file.Take(_syncedRecords));
        copy._snapshots.AddRange(_snapshots);
        copy._syncedRecords = _syncedRecords;
        return copy;
    }

    /// <summary>An empty disk takes its place.</summary>
    public void Wipe()
    {
        Forget();
        _file.Clear();
        _snapshots.Clear();
        _syncedRecords = 0;
        Incarnation = random.Between(1, long.MaxValue - 1);
    }

    /// <summary>Takes a write; false when there is no room.</summary>
    public bool TryWrite(long sequence, IReadOnlyList<RaftEvent> events)
    {
        if (IsFull)
        {
            return false;
        }

        _waiting.Add(new JournalRecord(sequence, events));
        return true;
    }

    /// <summary>Starts an fsync of all that waits, unless one is under way; says when it will be done.</summary>
    public bool TryStartSync(long now, out long doneAt)
    {
        doneAt = 0;
        if (IsSyncing || _waiting.Count == 0)
        {
            return false;
        }

        IsSyncing = true;
        _file.AddRange(_waiting);
        _waiting.Clear();
        doneAt = Math.Max(now, _stalledUntil) + (MeanLatency / 4) + (long)(random.Exponential(MeanLatency) * Slowness);
        return true;
    }

    /// <summary>The fsync under way is done; false when it failed. Gives the records that have become durable.</summary>
    public bool FinishSync(List<JournalRecord> durable)
    {
        IsSyncing = false;
        durable.Clear();
        if (NextSyncFails)
        {
            NextSyncFails = false;
            return false;
        }

        durable.AddRange(_file.GetRange(_syncedRecords, _file.Count - _syncedRecords));
        _syncedRecords = _file.Count;
        return true;
    }

    /// <summary>An fsync that begins now is done no earlier than that.</summary>
    public void StallUntil(long time) => _stalledUntil = time;

    /// <summary>The process is gone. What it had not handed over is lost, and the last write may have got there in part.</summary>
    public void ProcessKilled()
    {
        Forget();
        if (random.Chance(0.5))
        {
            KeepSomeUnsynced();
        }
    }

    /// <summary>The power is gone, and with it what was not synced: all of it, or all behind some record, which may be torn.</summary>
    public void PowerLost()
    {
        Forget();
        if (random.Chance(0.5))
        {
            _file.RemoveRange(_syncedRecords, _file.Count - _syncedRecords);
        }
        else
        {
            KeepSomeUnsynced();
        }
    }

    /// <summary>A write that had begun when the process went is on the disk in part.</summary>
    public void TearNext()
    {
        var torn = new JournalRecord(0, [new TermAndVote(Term.Zero, null)]);
        torn.Tear(random);
        _file.Add(torn);
    }

    /// <summary>A bit flips in a record that was durable, or in a snapshot.</summary>
    public bool TryFlipBit()
    {
        WasDamaged = true;
        if (_snapshots.Count > 0 && random.Chance(0.5))
        {
            random.Pick(_snapshots).FlipBit(random);
            return true;
        }

        if (_syncedRecords == 0)
        {
            return false;
        }

        _file[random.Below(_syncedRecords)].FlipBit(random);
        return true;
    }

    /// <summary>Reads the file from the start and syncs what it keeps; gives the records unless one is corrupt.</summary>
    public Recovery Recover(out IReadOnlyList<JournalRecord> records)
    {
        var isTorn = _file.Count > 0 && _file[^1].IsTorn;
        if (isTorn)
        {
            _file.RemoveAt(_file.Count - 1);
        }

        records = _file;
        if (_file.Exists(record => record.IsTorn || record.IsCorrupt))
        {
            return Recovery.Corrupt;
        }

        _syncedRecords = _file.Count;
        return isTorn ? Recovery.TornEndCutOff : Recovery.Whole;
    }

    private void Forget()
    {
        _waiting.Clear();
        IsSyncing = false;
        NextSyncFails = false;
        LeaveUnfinishedFiles();
    }

    private void KeepSomeUnsynced()
    {
        var unsynced = _file.Count - _syncedRecords;
        if (unsynced == 0)
        {
            return;
        }

        var kept = _syncedRecords + random.Below(unsynced + 1);
        if (kept < _file.Count && random.Chance(0.5))
        {
            _file[kept].Tear(random);
            kept++;
        }

        _file.RemoveRange(kept, _file.Count - kept);
    }
}
