namespace AkkaRaft.Core;

/// <summary>The proposals of a leadership: how many may be uncommitted, and who waits for which.</summary>
internal sealed class ProposalTracker(ServerState state) : IProposers
{
    /// <summary>Requests that wait for their entries to be committed, by index.</summary>
    private readonly Queue<(LogIndex Index, RequestId Request)> _requests = new();

    /// <summary>Bytes of the leadership's own entries that are not committed.</summary>
    private long _uncommittedBytes;

    /// <summary>The first entry of the leadership. Entries before it are committed only behind it (section 5.4.2).</summary>
    public LogIndex FirstOwnIndex { get; } = state.Log.LastIndex.Next;

    /// <summary>Whether the leader knows what is committed: not before an entry of its own term is (dissertation, section 6.4).</summary>
    public bool HasCommittedInItsTerm => state.Commits.CommitIndex >= FirstOwnIndex;

    /// <summary>Makes entries of proposals, and refuses those that there is no room for.</summary>
    public List<LogEntry> EntriesOf(Propose propose)
    {
        List<LogEntry> entries = new(propose.Proposals.Count);
        var unappliedBytes = state.Commits.UnappliedBytes(state.Log.LastIndex);
        foreach (var proposal in propose.Proposals)
        {
            if (proposal.Payload.SizeBytes > state.Options.MaxCommandBytes)
            {
                state.Reject(proposal.Request, RejectionReason.TooLarge);
                continue;
            }

            if (state.Writes.DiskIsFull)
            {
                state.Reject(proposal.Request, RejectionReason.DiskFull);
                continue;
            }

            var entry = new LogEntry(state.Log.LastIndex + (entries.Count + 1), state.Term.CurrentTerm, proposal.Payload);
            if (!HasRoomFor(entry) || !StateMachineKeepsUp(entry, unappliedBytes))
            {
                state.Reject(proposal.Request, RejectionReason.Overloaded);
                continue;
            }

            entries.Add(entry);
            unappliedBytes += entry.SizeBytes;
            Track(entry, proposal.Request);
        }

        return entries;
    }

    /// <summary>Counts an entry of this leadership, and remembers who waits for it.</summary>
    public void Track(LogEntry entry, RequestId? request)
    {
        _uncommittedBytes += entry.SizeBytes;
        if (request is { } waiting)
        {
            _requests.Enqueue((entry.Index, waiting));
        }
    }

    /// <inheritdoc />
    public RequestId? TakeRequest(LogEntry entry)
    {
        if (entry.Index > FirstOwnIndex)
        {
            _uncommittedBytes -= entry.SizeBytes;
        }

        return _requests.TryPeek(out var waiting) && waiting.Index == entry.Index ? _requests.Dequeue().Request : null;
    }

    /// <summary>The leadership is over: what is in the log may still be committed.</summary>
    public void Abandon()
    {
        while (_requests.TryDequeue(out var waiting))
        {
            state.ReportIndeterminate(waiting.Request);
        }
    }

    /// <summary>Only entries of this leadership count: how many earlier ones are uncommitted, a new leader does not know.</summary>
    private bool HasRoomFor(LogEntry entry) =>
        entry.Index - LogIndex.Max(state.Commits.CommitIndex, FirstOwnIndex.Previous) <= state.Options.MaxUncommittedEntries
        && _uncommittedBytes + entry.SizeBytes <= state.Options.MaxUncommittedBytes;

    /// <summary>
    /// Whether the state machine is not too far behind for an entry. What is committed cannot be taken back, so a proposal that it would
    /// take long to come to is refused here, ahead of the log.
    /// </summary>
    private bool StateMachineKeepsUp(LogEntry entry, long unappliedBytes) =>
        entry.Index - state.Commits.AppliedOrRestored <= state.Options.MaxUnappliedEntries
        && unappliedBytes + entry.SizeBytes <= state.Options.MaxUnappliedBytes;
}
