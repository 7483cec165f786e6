using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

// What is written, and when it is durable.
internal sealed partial class SimulatedServer
{
    private void OnDiskSynced()
    {
        if (!Disk.FinishSync(_synced))
        {
            Stop("its fsync failed", _random.Between(100 * Duration.Millisecond, 500 * Duration.Millisecond));
            return;
        }

        foreach (var record in _synced)
        {
            foreach (var written in record.Events)
            {
                NoteDurable(written);
            }
        }

        var upTo = _synced[^1].Sequence;
        if (Process == ProcessState.Running)
        {
            StartSync();
        }

        Receive(new SimulatedEvent(EventKind.Persisted, Index, Life, null, upTo));
    }

    private void StartSync()
    {
        if (Disk.TryStartSync(_world.Now, out var doneAt))
        {
            _world.Schedule(doneAt, new SimulatedEvent(EventKind.DiskSynced, Index, Life, null, ++_sync));
        }
    }

    private void NoteDurable(RaftEvent written)
    {
        NoteTermAndVote(written);
        Follow(DurableLog, written);
    }

    private void NoteTermAndVote(RaftEvent written)
    {
        if (written is TermAndVote vote)
        {
            DurableTerm = vote.CurrentTerm;
            DurableVote = vote.VotedFor;
        }
    }

    private static void Follow(SimulatedLog log, RaftEvent written)
    {
        switch (written)
        {
            case EntriesAppended appended:
                log.Replace(appended.Entries);
                break;
            case SnapshotRecorded { Installed: true } recorded:
                log.Install(recorded.Snapshot);
                break;
        }
    }

    private RaftEvent Remembered(RaftEvent written) =>
        written is TermAndVote vote && (_world.CoreFaults & RaftFault.ForgetVoteAtRestart) != 0 ? vote with { VotedFor = null } : written;
}
