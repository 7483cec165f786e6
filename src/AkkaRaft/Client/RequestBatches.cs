namespace AkkaRaft.Client;

/// <summary>Cuts requests into messages that fit into a frame.</summary>
internal static class RequestBatches
{
    /// <summary>Cuts by number and by bytes; a request larger than the limit stands alone.</summary>
    public static IEnumerable<IReadOnlyList<ClientRequest>> Cut(IReadOnlyList<ClientRequest> requests, int maxRequests, int maxBytes)
    {
        var batch = new List<ClientRequest>();
        var sizeBytes = 0;
        foreach (var request in requests)
        {
            if (batch.Count > 0 && (batch.Count >= maxRequests || sizeBytes + request.SizeBytes > maxBytes))
            {
                yield return batch;
                batch = [];
                sizeBytes = 0;
            }

            batch.Add(request);
            sizeBytes += request.SizeBytes;
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }
}
