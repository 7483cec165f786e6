namespace AkkaRaft.Core;

// From the commit index to the state machine, on every server (section 5.3).
public sealed partial class RaftServer
{
    /// <summary>Requests that wait for their entries to be committed, by index. Empty unless this server leads.</summary>
    private readonly Queue<(LogIndex Index, RequestId Request)> _requests = new();

    /// <summary>The last entry that was handed to the state machine.</summary>
    private LogIndex _applyIssued;

    /// <summary>Up to here nothing is left to apply, save a snapshot that is being restored: one state, whatever its index.</summary>
    private LogIndex AppliedOrRestored =>
        LogIndex.Max(LastApplied, _restoring.Count == 0 ? LogIndex.Zero : _restoring[^1].LastIncludedIndex);

    /// <summary>The bytes of the entries up to an index that the state machine has not applied.</summary>
    private long UnappliedBytes(LogIndex upTo) => _log.BytesBetween(AppliedOrRestored, upTo);

    private void CommitTo(LogIndex index)
    {
        if (index <= CommitIndex)
        {
            return;
        }

        Require(index <= LastLogIndex, $"{index} cannot be committed");
        CommitIndex = index;
        var next = Has(RaftFault.ApplyTwice) && _applyIssued > LogIndex.Zero ? _applyIssued : _applyIssued.Next;
        while (next <= CommitIndex)
        {
            var last = LogIndex.Min(CommitIndex, next.Previous + Options.MaxBatchEntries);
            Emit(new Apply(TakeCommitted(next, last)));
            next = last.Next;
        }

        _applyIssued = CommitIndex;
        ServeLocalReads();
    }

    private CommittedEntry[] TakeCommitted(LogIndex first, LogIndex last)
    {
        var committed = new CommittedEntry[last - first + 1];
        for (var i = 0; i < committed.Length; i++)
        {
            var entry = _log[first + i];
            if (Role == RaftRole.Leader && entry.Index > _firstOwnIndex)
            {
                _uncommittedBytes -= entry.SizeBytes;
            }

            committed[i] = new CommittedEntry(entry, TakeRequest(entry.Index));
        }

        return committed;
    }

    private RequestId? TakeRequest(LogIndex index) =>
        _requests.TryPeek(out var waiting) && waiting.Index == index ? _requests.Dequeue().Request : null;
}
