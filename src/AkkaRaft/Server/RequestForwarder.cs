using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>Forwards clients' requests to the leader. Those of one client within a step share a message.</summary>
internal sealed class RequestForwarder(RaftSettings settings, IServerPort server, PeerDirectory directory)
{
    private readonly Dictionary<(ServerId Leader, IActorRef Client), Batch> _batches = [];

    public void AddProposal(ServerId leader, IActorRef client, ClientRequest request) => BatchOf(leader, client).Proposals.Add(request);

    public void AddQuery(ServerId leader, IActorRef client, ClientRequest request) => BatchOf(leader, client).Queries.Add(request);

    /// <summary>Forwards a request that is sent alone.</summary>
    public void Forward(ServerId leader, IActorRef client, Func<Forwarding, ClientMessage> request) =>
        directory.Tell(leader, server.Configuration, request(To(leader)), client, server.Now);

    /// <summary>Sends what was batched in a step.</summary>
    public void EndStep()
    {
        if (_batches.Count == 0)
        {
            return;
        }

        var (maxRequests, maxBytes) = (settings.Protocol.MaxBatchEntries, settings.Protocol.MaxBatchBytes);
        foreach (var ((leader, client), (proposals, queries)) in _batches)
        {
            foreach (var batch in RequestBatches.Cut(proposals, maxRequests, maxBytes))
            {
                Forward(leader, client, forwarding => new ProposeRequests(forwarding, batch));
            }

            foreach (var batch in RequestBatches.Cut(queries, maxRequests, maxBytes))
            {
                Forward(leader, client, forwarding => new QueryRequests(forwarding, batch));
            }
        }

        _batches.Clear();
    }

    private Forwarding To(ServerId leader) => new(settings.ClusterId, settings.ServerId, leader);

    private Batch BatchOf(ServerId leader, IActorRef client)
    {
        if (!_batches.TryGetValue((leader, client), out var batch))
        {
            batch = new Batch([], []);
            _batches.Add((leader, client), batch);
        }

        return batch;
    }

    private sealed record Batch(List<ClientRequest> Proposals, List<ClientRequest> Queries);
}
