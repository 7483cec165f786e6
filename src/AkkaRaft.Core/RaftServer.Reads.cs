namespace AkkaRaft.Core;

// Linearizable reads by ReadIndex (dissertation, section 6.4): a quorum answers a round that began after the read came, so no later leader
// can have committed anything by then that this server does not know.
public sealed partial class RaftServer
{
    private readonly ReadQueue _reads = new();

    /// <summary>Whether the leader knows what is committed: not before an entry of its own term is (step 1 of section 6.4).</summary>
    private bool HasCommittedInItsTerm => CommitIndex >= _firstOwnIndex;

    private void OnRead(Read read)
    {
        if (Has(RaftFault.ReadWithoutQuorum))
        {
            Emit(new Serve(read.Request, CommitIndex));
            return;
        }

        if (_reads.Count >= Options.MaxPendingReads)
        {
            Reject(read.Request, RejectionReason.Overloaded);
            return;
        }

        _reads.Add(read.Request);
        if (HasCommittedInItsTerm && !_reads.AnyOutstanding)
        {
            BeginReadRound();
        }
    }

    /// <summary>
    /// Begins a round for all reads that wait. A read needs a round that began after it came, so it never joins one that is out.
    /// </summary>
    private void BeginReadRound()
    {
        _reads.Begin(++_round, CommitIndex);
        SendHeartbeats();
        ServeConfirmedReads();
    }

    private void ServeConfirmedReads()
    {
        if (!_reads.AnyOutstanding)
        {
            return;
        }

        var answered = Quorum.Reached(
            Configuration, this, static (server, id) => id == server.Id ? server._round : server.PeerOf(id)?.AnsweredRound ?? 0);
        while (_reads.TryTake(answered, out var batch))
        {
            foreach (var request in batch.Requests)
            {
                Emit(new Serve(request, batch.ReadIndex));
            }
        }

        if (_reads.AnyWaiting && !_reads.AnyOutstanding)
        {
            BeginReadRound();
        }
    }
}
