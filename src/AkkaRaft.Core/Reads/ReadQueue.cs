namespace AkkaRaft.Core;

/// <summary>A read that waits at a leader: a client's here, or another server's that will answer its own clients.</summary>
/// <param name="Request">The client's request, or null.</param>
/// <param name="From">The server that asks, or null.</param>
/// <param name="ReadContext">That server's number for it.</param>
internal readonly record struct PendingRead(RequestId? Request, ServerId? From, long ReadContext);

/// <summary>Reads that wait at a leader (dissertation, section 6.4). Those that come while a heartbeat is outstanding share the next one.</summary>
internal sealed class ReadQueue
{
    private readonly Queue<ReadBatch> _outstanding = new();
    private List<PendingRead> _waiting = [];
    private int _outstandingCount;

    /// <summary>Reads that one heartbeat confirms together.</summary>
    /// <param name="HeartbeatSequence">The sequence of the heartbeat that was sent for them.</param>
    /// <param name="ReadIndex">The leader's commit index when it was sent.</param>
    /// <param name="Reads">The reads.</param>
    public readonly record struct ReadBatch(long HeartbeatSequence, LogIndex ReadIndex, List<PendingRead> Reads);

    /// <summary>All reads that have no answer yet.</summary>
    public int Count => _outstandingCount + _waiting.Count;

    /// <summary>Whether reads wait for a heartbeat to be sent.</summary>
    public bool AnyWaiting => _waiting.Count > 0;

    /// <summary>Whether reads wait for a heartbeat to be answered.</summary>
    public bool AnyOutstanding => _outstanding.Count > 0;

    /// <summary>Takes a read, which waits for the next heartbeat.</summary>
    public void Add(PendingRead read) => _waiting.Add(read);

    /// <summary>Has all waiting reads share a heartbeat.</summary>
    public void Begin(long sequence, LogIndex readIndex)
    {
        _outstanding.Enqueue(new ReadBatch(sequence, readIndex, _waiting));
        _outstandingCount += _waiting.Count;
        _waiting = [];
    }

    /// <summary>Gives the oldest batch if a quorum has answered its heartbeat or a later one.</summary>
    public bool TryDequeue(long answeredSequence, out ReadBatch batch)
    {
        if (!_outstanding.TryPeek(out batch) || batch.HeartbeatSequence > answeredSequence)
        {
            return false;
        }

        _outstanding.Dequeue();
        _outstandingCount -= batch.Reads.Count;
        return true;
    }

    /// <summary>Gives up all reads and names them, in the order in which they came.</summary>
    public IReadOnlyList<PendingRead> Drain()
    {
        List<PendingRead> reads = [.. _outstanding.SelectMany(batch => batch.Reads), .. _waiting];
        _outstanding.Clear();
        _outstandingCount = 0;
        _waiting = [];
        return reads;
    }
}
