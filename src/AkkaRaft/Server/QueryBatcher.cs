using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>Batches queries: those of one consistency that are in the mailbox together share one read.</summary>
internal sealed class QueryBatcher(RaftSettings settings, IServerPort server, ClientReplies replies, RequestForwarder forwarder)
{
    private readonly Dictionary<(Consistency Consistency, bool Forwarded), List<PendingQuery>> _batches = [];

    /// <summary>Reads that the core has not answered.</summary>
    private readonly Dictionary<RequestId, List<PendingQuery>> _pending = [];

    private int _waiting;

    /// <summary>Adds queries to their batch; more than the bound are refused.</summary>
    /// <returns>How many queries the batch has.</returns>
    public int Add(QueryRequests requests, IActorRef client)
    {
        var kind = (requests.Consistency, requests.Forwarding is not null);
        if (!_batches.TryGetValue(kind, out var batch))
        {
            batch = [];
            _batches.Add(kind, batch);
        }

        foreach (var request in requests.Requests)
        {
            if (_waiting >= settings.Protocol.MaxPendingReads)
            {
                replies.Refuse(client, request.Id, RejectionReason.Overloaded);
                continue;
            }

            _waiting++;
            batch.Add(new PendingQuery(client, request.Id, request.Payload, request.MaxAnswerBytes));
        }

        return batch.Count;
    }

    /// <summary>Submits the batches to the core.</summary>
    public void Submit()
    {
        foreach (var ((consistency, forwarded), queries) in _batches)
        {
            if (queries.Count > 0)
            {
                Submit(queries, consistency, forwarded);
            }
        }

        _batches.Clear();
    }

    /// <summary>Removes the queries of a read that the core has answered.</summary>
    public List<PendingQuery> Take(RequestId id)
    {
        if (!_pending.Remove(id, out var queries))
        {
            throw new InvariantViolationException($"The read {id} is unknown.");
        }

        _waiting -= queries.Count;
        return queries;
    }

    public void Forward(RequestId id, ServerId leader)
    {
        foreach (var query in Take(id))
        {
            var request = new ClientRequest(query.Id, query.Payload) { MaxAnswerBytes = query.MaxAnswerBytes };
            forwarder.AddQuery(leader, query.Client, request);
        }
    }

    public void Fail(RequestId id, RequestFailure failure)
    {
        foreach (var query in Take(id))
        {
            replies.Fail(query.Client, query.Id, failure);
        }
    }

    private void Submit(List<PendingQuery> queries, Consistency consistency, bool forwarded)
    {
        var id = server.NextRequest();
        _pending.Add(id, queries);
        server.Step(new Read(server.Now, id, forwarded)
        {
            Consistency = consistency.Kind,
            MaxAge = consistency.MaxAge,
            Index = consistency.Index,
        });
    }
}
