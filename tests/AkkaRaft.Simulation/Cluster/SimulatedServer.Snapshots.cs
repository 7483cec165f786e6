using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

// Snapshots: taken, sent, stored and restored, all of it off the protocol's way.
internal sealed partial class SimulatedServer
{
    private readonly Queue<StoreSnapshotChunk> _toStore = new();

    /// <summary>Parts that are on their way in are of no use until one begins anew.</summary>
    private bool _receptionHasFailed;

    /// <summary>How long it usually takes to write a snapshot's file.</summary>
    public long MeanSnapshotTime { get; set; } = 5 * Duration.Millisecond;

    /// <summary>Some parts of a snapshot that comes in take long to store.</summary>
    public bool HasSlowStores { get; set; }

    /// <summary>The next snapshot that is taken cannot be written.</summary>
    public bool NextSnapshotFails { get; set; }

    private void Capture(TakeSnapshot asked)
    {
        _world.Invariants.Snapshots.OnTake(this, asked);
        if (NextSnapshotFails || Disk.IsFull)
        {
            NextSnapshotFails = false;
            Schedule(EventKind.SnapshotFailed, Duration.Millisecond);
            return;
        }

        var (snapshot, content) = StateMachine.Capture(withSessions: (_world.CoreFaults & RaftFault.SnapshotWithoutSessions) == 0);
        _world.Invariants.Snapshots.OnTaken(this, snapshot);
        Disk.BeginSnapshot(snapshot, content);
        Schedule(EventKind.SnapshotWritten, Duration.Millisecond + _random.Exponential(MeanSnapshotTime), snapshot);
    }

    private void OnSnapshotWritten(SnapshotMetadata snapshot)
    {
        Disk.EndSnapshot();
        _world.Statistics.SnapshotsTaken++;
        Step(new SnapshotTaken(LocalTime, snapshot));
    }

    private void OnSnapshotFailed(SnapshotMetadata? unreadable) =>
        Step(unreadable is null ? new SnapshotFailed(LocalTime) : new SnapshotUnreadable(LocalTime, unreadable));

    /// <summary>The whole file is looked at ahead of its first part; one that is damaged later is sent as it is.</summary>
    private void SendChunk(SendSnapshotChunk chunk)
    {
        var file = _world.Invariants.Snapshots.FileOf(this, chunk);
        if (chunk.Offset == 0 && !file.IsWhole)
        {
            _world.Statistics.SnapshotsUnreadable++;
            Schedule(EventKind.SnapshotFailed, Duration.Millisecond, chunk.Snapshot);
            return;
        }

        var data = file.Read(chunk.Offset, chunk.Length);
        Send(new InstallSnapshot(Id, chunk.To, chunk.Term, chunk.Snapshot, chunk.Offset, data, chunk.HeartbeatSequence));
    }

    private void StoreChunk(StoreSnapshotChunk chunk)
    {
        _toStore.Enqueue(chunk);
        if (_toStore.Count == 1)
        {
            Schedule(EventKind.ChunkStored, StoreTime());
        }
    }

    private void OnChunkStored()
    {
        var chunk = _toStore.Dequeue();
        if (_toStore.Count > 0)
        {
            Schedule(EventKind.ChunkStored, StoreTime());
        }

        _receptionHasFailed &= chunk.Offset > 0;
        if (_receptionHasFailed)
        {
            return;
        }

        _world.Invariants.Snapshots.OnStore(this, chunk);
        if (Disk.IsFull)
        {
            FailReception(chunk.Snapshot);
            return;
        }

        Disk.StorePart(chunk.Offset, chunk.Data.Span);
        if (!chunk.IsLast)
        {
            Step(new SnapshotChunkStored(LocalTime, chunk.Snapshot, chunk.Offset + chunk.Data.Length));
        }
        else if (Disk.EndParts(chunk.Snapshot))
        {
            _world.Statistics.SnapshotsReceived++;
            Step(new SnapshotReceived(LocalTime, chunk.Snapshot));
        }
        else
        {
            FailReception(chunk.Snapshot);
        }
    }

    /// <summary>Now and then long: a server may hear much before a part of a snapshot is on its disk.</summary>
    private long StoreTime() => (20 * Duration.Microsecond)
        + _random.Exponential(HasSlowStores && _random.Chance(0.05) ? 20 * MeanSnapshotTime : MeanSnapshotTime / 10);

    private void FailReception(SnapshotMetadata snapshot)
    {
        _receptionHasFailed = true;
        Step(new SnapshotReceptionFailed(LocalTime, snapshot));
    }

    private LogIndex? Restore(SnapshotMetadata snapshot)
    {
        if (Disk.Find(snapshot) is not { IsWhole: true } file)
        {
            _world.Invariants.Snapshots.OnUnreadable(this, snapshot);
            Stop($"{snapshot} cannot be read", _random.Between(100 * Duration.Millisecond, 500 * Duration.Millisecond));
            return null;
        }

        _world.Invariants.Snapshots.BeforeRestore(this, snapshot);
        StateMachine.Restore(snapshot, file.Content);
        _world.Statistics.SnapshotsRestored++;
        _world.Invariants.Snapshots.AfterRestore(this, snapshot);
        return snapshot.LastIncludedIndex;
    }

    /// <summary>First the files, and the journal later: the process may die between them.</summary>
    private void StartCompacting(Compact compact)
    {
        _world.Invariants.Snapshots.OnCompact(this, compact);
        Disk.KeepSnapshots(compact.Keep);
        Schedule(EventKind.Trim, _random.Exponential(Disk.MeanLatency), compact);
    }

    private void OnTrim(Compact compact)
    {
        Disk.Trim(compact.UpTo, compact.OldestBase);
        Log.TrimTo(compact.UpTo.Value);
        DurableLog.TrimTo(compact.UpTo.Value);
    }

    /// <summary>
    /// The state that the journal and the snapshots give; null if neither of the last two snapshots can be read, or the journal does not
    /// reach back to the one that can.
    /// </summary>
    private PersistentState? Recover(IReadOnlyList<JournalRecord> records)
    {
        var state = Replay(records);
        while (state.Snapshot is { } newest && Disk.Find(newest) is not { IsWhole: true })
        {
            _world.Trace?.Note($"{Id} cannot read {newest}");
            _world.Invariants.Snapshots.OnUnreadable(this, newest);
            if (!state.FallBack())
            {
                return null;
            }
        }

        var oldest = state.Snapshots.Count == 0 ? null : state.Snapshots[0];
        var configuration = oldest?.Configuration ?? state.Bootstrap ?? _bootstrap;
        Log.Load(state.LastIncludedIndex.Value, oldest?.LastIncludedTerm ?? Term.Zero, configuration, state.Entries);
        DurableLog.Load(Log.LastIncludedIndex, Log.LastIncludedTerm, configuration, state.Entries);
        return state;
    }

    private PersistentState Replay(IReadOnlyList<JournalRecord> records)
    {
        var state = new PersistentState();
        try
        {
            foreach (var written in records.SelectMany(record => record.Events))
            {
                state.Replay(Remembered(written));
                NoteTermAndVote(written);
            }

            state.Complete();
            return state;
        }
        catch (InvariantViolationException failure)
        {
            var journal = string.Join("; ", records.Select(record => string.Join(", ", record.Events.Select(TraceText.Of))));
            throw new InvariantBrokenException("CoreAssertion", $"{Id} cannot replay: {failure.Message} Its journal: {journal}");
        }
    }

    private void Schedule(EventKind kind, long after, object? payload = null) =>
        _world.Schedule(_world.Now + after, new SimulatedEvent(kind, Index, Life, payload));
}
