using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>What lies in the journal, record by record, as far as it says what may be trimmed.</summary>
internal sealed class JournalExtent
{
    private readonly Queue<EntriesRecord> _entries = new();
    private readonly List<(long SequenceNr, SnapshotMetadata Snapshot)> _snapshots = [];
    private long _lastVote;
    private long _deletedUpTo;

    /// <summary>Up to here records were allowed to go, or went.</summary>
    public long TrimmedUpTo { get; private set; }

    /// <summary>Takes note of a record that is in the journal.</summary>
    public void Note(long sequenceNr, object record)
    {
        switch (record)
        {
            case EntriesAppended { Entries: var entries }:
                _entries.Enqueue(new EntriesRecord(sequenceNr, entries[^1].Index, entries.Sum(entry => (long)entry.SizeBytes)));
                break;
            case TermAndVote:
                _lastVote = sequenceNr;
                break;
            case SnapshotRecorded { Snapshot: var snapshot }:
                // The term and the vote that hold here must stay with it.
                _snapshots.Add((_lastVote > 0 ? _lastVote : sequenceNr, snapshot));
                break;
            case JournalOwner owner:
                TrimmedUpTo = Math.Max(TrimmedUpTo, owner.TrimmedUpTo);
                break;
        }
    }

    /// <summary>The last record that may go with all before it.</summary>
    /// <param name="upTo">Entries up to here are needed no more.</param>
    /// <param name="oldestBase">The record of this snapshot and what follows it stays.</param>
    public long TrimmableUpTo(LogIndex upTo, SnapshotMetadata? oldestBase)
    {
        var first = _snapshots.FindLastIndex(recorded => recorded.Snapshot == oldestBase);
        if (first < 0)
        {
            return TrimmedUpTo;
        }

        var needed = _snapshots[first].SequenceNr;
        foreach (var record in _entries)
        {
            if (record.SequenceNr >= needed || record.Last > upTo)
            {
                needed = Math.Min(needed, record.SequenceNr);
                break;
            }
        }

        return Math.Max(TrimmedUpTo, needed - 1);
    }

    /// <summary>
    /// Takes the next of the records that go out of account: so many that deleting them holds up the journal's writes for a moment only.
    /// </summary>
    /// <param name="upTo">The last record that goes.</param>
    /// <param name="maxRecords">The most records at a time.</param>
    /// <param name="maxBytes">The most bytes of entries at a time.</param>
    /// <returns>The last record of this step, or null when nothing is left.</returns>
    public long? TakeStep(long upTo, int maxRecords, long maxBytes)
    {
        if (upTo <= _deletedUpTo)
        {
            return null;
        }

        var (records, bytes, last) = (0, 0L, 0L);
        while (records < maxRecords && bytes < maxBytes && _entries.TryPeek(out var record) && record.SequenceNr <= upTo)
        {
            _entries.Dequeue();
            records++;
            bytes += record.SizeBytes;
            last = record.SequenceNr;
        }

        _snapshots.RemoveAll(recorded => recorded.SequenceNr <= upTo);
        _deletedUpTo = _entries.TryPeek(out var next) && next.SequenceNr <= upTo ? last : upTo;
        return _deletedUpTo;
    }

    private readonly record struct EntriesRecord(long SequenceNr, LogIndex Last, long SizeBytes);
}
