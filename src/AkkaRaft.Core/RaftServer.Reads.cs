namespace AkkaRaft.Core;

// Linearizable reads by ReadIndex (dissertation, section 6.4): a quorum answers a round that began after the read came, so no later leader
// can have committed anything by then that this server does not know. With a lease the round may have begun before the read came, as long
// as no voter would elect another yet (section 6.4.1).
public sealed partial class RaftServer
{
    private readonly ReadQueue _reads = new();

    /// <summary>When each heartbeat's round was begun, as far as no quorum has answered it. Only with lease reads.</summary>
    private readonly Queue<(long HeartbeatSequence, TimeSpan SentAt)> _leaseRounds = new();

    /// <summary>Until then no other server can lead, if clocks keep to the allowed drift.</summary>
    private TimeSpan _leaseUntil;

    /// <summary>Another server was told to campaign in this lead: voters will not wait for the lease to end.</summary>
    private bool _leaseIsOff;

    /// <summary>Whether the leader knows what is committed: not before an entry of its own term is (step 1 of section 6.4).</summary>
    private bool HasCommittedInItsTerm => CommitIndex >= _firstOwnIndex;

    private bool HasLease =>
        Options.LeaseReads
        && HasCommittedInItsTerm
        && !_leaseIsOff
        && (_now < _leaseUntil || (Has(RaftFault.LeaseWithoutBound) && _leaseUntil > TimeSpan.Zero));

    private void OnRead(PendingRead read)
    {
        if (HasLease || Has(RaftFault.ReadWithoutQuorum))
        {
            AnswerRead(read, CommitIndex);
            return;
        }

        if (_reads.Count >= Options.MaxPendingReads)
        {
            if (read.Request is { } request)
            {
                Reject(request, RejectionReason.Overloaded);
            }

            return;
        }

        _reads.Add(read);
        if (HasCommittedInItsTerm && !_reads.AnyOutstanding)
        {
            BeginReadRound();
        }
    }

    /// <summary>A server asks for the index that its own reads have to wait for.</summary>
    private void OnReadIndexRequest(ReadIndexRequest request)
    {
        if (PeerOf(request.From) is not null)
        {
            OnRead(new PendingRead(null, request.From, request.ReadContext));
        }
    }

    private void AnswerRead(PendingRead read, LogIndex readIndex)
    {
        if (read.Request is { } request)
        {
            Emit(new Serve(request, readIndex));
        }
        else if (read.From is { } from)
        {
            Post(new ReadIndexReply(Id, from, CurrentTerm, read.ReadContext, readIndex));
        }
    }

    /// <summary>
    /// Begins a round for all reads that wait. A read needs a round that began after it came, so it never joins one that is out.
    /// </summary>
    private void BeginReadRound()
    {
        _reads.Begin(++_heartbeatSequence, CommitIndex);
        SendHeartbeats();
        ServeConfirmedReads();
    }

    private void ServeConfirmedReads()
    {
        if (Role != RaftRole.Leader || (!_reads.AnyOutstanding && _leaseRounds.Count == 0))
        {
            return;
        }

        var answered = Quorum.Reached(
            QuorumConfiguration, this, static (server, id) => id == server.Id ? server._heartbeatSequence : server.PeerOf(id)?.AnsweredSequence ?? 0);
        ExtendLease(answered);
        while (_reads.TryDequeue(answered, out var batch))
        {
            foreach (var read in batch.Reads)
            {
                AnswerRead(read, batch.ReadIndex);
            }
        }

        if (_reads.AnyWaiting && !_reads.AnyOutstanding && HasCommittedInItsTerm)
        {
            BeginReadRound();
        }
    }

    /// <summary>With lease reads each heartbeat is a round of its own, whose beginning is remembered.</summary>
    private void BeginLeaseRound()
    {
        if (Options.LeaseReads)
        {
            _leaseRounds.Enqueue((++_heartbeatSequence, _now));
        }
    }

    /// <summary>
    /// A quorum that has answered a round refuses to elect another for an election timeout from then on, by its own clocks, which may run
    /// fast where this one runs slow.
    /// </summary>
    private void ExtendLease(long answeredSequence)
    {
        while (_leaseRounds.TryPeek(out var round) && round.HeartbeatSequence <= answeredSequence)
        {
            _leaseRounds.Dequeue();
            var length = Options.ElectionTimeoutMin * ((1 - Options.MaxClockDrift) / (1 + Options.MaxClockDrift));
            _leaseUntil = round.SentAt + length;
        }
    }
}
