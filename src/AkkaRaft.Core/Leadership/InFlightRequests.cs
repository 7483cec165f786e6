namespace AkkaRaft.Core;

/// <summary>Requests with entries that were sent and are not answered.</summary>
internal sealed class InFlightRequests
{
    /// <summary>The last index of each request, and its bytes. Only in <see cref="ProgressState.Replicate"/>.</summary>
    private readonly Queue<(LogIndex Last, long Bytes)> _requests = new();

    private long _bytes;

    /// <summary>A probe was sent, and nothing has been answered since.</summary>
    public bool HasProbe { get; set; }

    /// <summary>Whether no request is outstanding.</summary>
    public bool IsEmpty => _requests.Count == 0;

    /// <summary>Whether another request fits into the window; one always does.</summary>
    public bool HasRoom(int maxRequests, long maxBytes) =>
        _requests.Count < maxRequests && (_bytes < maxBytes || _requests.Count == 0);

    /// <summary>Notes a request that was sent.</summary>
    public void Add(LogIndex last, long bytes)
    {
        _requests.Enqueue((last, bytes));
        _bytes += bytes;
    }

    /// <summary>Notes that the follower has all up to an index.</summary>
    public void AnsweredUpTo(LogIndex matchIndex)
    {
        while (_requests.TryPeek(out var oldest) && oldest.Last <= matchIndex)
        {
            _bytes -= _requests.Dequeue().Bytes;
        }
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _requests.Clear();
        _bytes = 0;
        HasProbe = false;
    }
}
