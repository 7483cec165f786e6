namespace AkkaRaft.Core;

/// <summary>
/// Linearizable reads by ReadIndex (dissertation, section 6.4): a quorum answers a heartbeat that was sent after the read came, so no later
/// leader can have committed anything by then that this one does not know. With a lease the heartbeat may have been sent before the read
/// came, as long as no voter would elect another yet (section 6.4.1).
/// </summary>
internal sealed class LeaderReads(
    ServerState state,
    ProgressTracker progress,
    Replicator replicator,
    ProposalTracker proposals,
    SnapshotKeeper keeper,
    HeartbeatSequence sequence)
{
    private readonly ReadQueue _queue = new();

    /// <summary>When each heartbeat was sent, as far as no quorum has answered it. Only with lease reads.</summary>
    private readonly Queue<(long Sequence, TimeSpan SentAt)> _leaseHeartbeats = new();

    /// <summary>Until then no other server can lead, if clocks keep to the allowed drift.</summary>
    private TimeSpan _leaseUntil;

    /// <summary>Another server was told to campaign in this leadership: voters will not wait for the lease to end.</summary>
    private bool _leaseIsOff;

    private bool HasLease => state.Options.LeaseReads
        && proposals.HasCommittedInItsTerm
        && !_leaseIsOff
        && state.Rules.LeaseRuns(state.Now, _leaseUntil);

    /// <summary>Takes a read: answers it at once with a lease, refuses it at the bound, or has it wait for a heartbeat.</summary>
    public void OnRead(PendingRead read)
    {
        if (state.Rules.MayAnswerAtOnce(HasLease))
        {
            Answer(read, state.Commits.CommitIndex);
        }
        else if (_queue.Count < state.Options.MaxPendingReads)
        {
            _queue.Add(read);
            SendHeartbeatsIfReadsWait();
        }
        else if (read.Request is { } request)
        {
            state.Reject(request, RejectionReason.Overloaded);
        }
    }

    /// <summary>The heartbeat timer has fired: the heartbeats serve the reads that wait, too.</summary>
    public void OnHeartbeatTimer()
    {
        if (_queue.AnyWaiting && proposals.HasCommittedInItsTerm)
        {
            SendHeartbeatsForReads();
        }
        else
        {
            SendHeartbeats();
            ServeConfirmed();
        }
    }

    /// <summary>
    /// Sends heartbeats for the reads that wait, unless some are outstanding. A read needs one sent after it came, so it never joins those.
    /// </summary>
    public void SendHeartbeatsIfReadsWait()
    {
        if (_queue.AnyWaiting && !_queue.AnyOutstanding && proposals.HasCommittedInItsTerm)
        {
            SendHeartbeatsForReads();
        }
    }

    /// <summary>A member has answered: renews the lease, and answers the reads whose heartbeat a quorum has answered.</summary>
    public void ServeConfirmed()
    {
        if (!_queue.AnyOutstanding && _leaseHeartbeats.Count == 0)
        {
            return;
        }

        var answered = progress.QuorumSequence;
        ExtendLease(answered);
        while (_queue.TryDequeue(answered, out var batch))
        {
            foreach (var read in batch.Reads)
            {
                Answer(read, batch.ReadIndex);
            }
        }

        SendHeartbeatsIfReadsWait();
    }

    /// <summary>Ends the lease for the rest of the leadership.</summary>
    public void EndLease() => _leaseIsOff = state.Rules.LeaseEndsWithTransfer;

    /// <summary>The leadership is over: no read can be answered here any more.</summary>
    public void Abandon()
    {
        _leaseHeartbeats.Clear();
        foreach (var read in _queue.Drain())
        {
            if (read.Request is { } request)
            {
                state.Reject(request, state.Term.Leader is null ? RejectionReason.NoLeaderKnown : RejectionReason.NotLeader);
            }
        }
    }

    private void SendHeartbeatsForReads()
    {
        _queue.Begin(sequence.Next(), state.Commits.CommitIndex);
        SendHeartbeats();
        ServeConfirmed();
    }

    private void SendHeartbeats()
    {
        if (state.Options.LeaseReads)
        {
            _leaseHeartbeats.Enqueue((sequence.Next(), state.Now));
        }

        keeper.ReplaceUnreadable();
        replicator.SendHeartbeats();
    }

    private void Answer(PendingRead read, LogIndex readIndex)
    {
        if (read.Request is { } request)
        {
            state.Step.Emit(new Serve(request, readIndex));
        }
        else if (read.From is { } from)
        {
            state.Outbox.Post(new ReadIndexReply(state.Id, from, state.Term.CurrentTerm, read.ReadContext, readIndex));
        }
    }

    /// <summary>
    /// A quorum that has answered a heartbeat refuses to elect another leader for an election timeout from then on, by its own clocks, which
    /// may run fast where this one runs slow.
    /// </summary>
    private void ExtendLease(long answeredSequence)
    {
        while (_leaseHeartbeats.TryPeek(out var heartbeat) && heartbeat.Sequence <= answeredSequence)
        {
            _leaseHeartbeats.Dequeue();
            var drift = state.Options.MaxClockDrift;
            _leaseUntil = heartbeat.SentAt + (state.Options.ElectionTimeoutMin * ((1 - drift) / (1 + drift)));
        }
    }
}
