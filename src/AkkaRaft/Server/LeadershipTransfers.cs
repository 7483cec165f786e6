using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>Clients' requests for another leader; they leave nothing in the log.</summary>
internal sealed class LeadershipTransfers(IServerPort server, ClientReplies replies, RequestForwarder forwarder)
{
    private readonly Dictionary<RequestId, PendingTransfer> _pending = [];

    public void Submit(TransferRequest request, IActorRef client)
    {
        var id = server.NextRequest();
        _pending.Add(id, new PendingTransfer(client, request.Id, request.Target));
        server.Step(new TransferLeadership(server.Now, id, request.Target, request.Forwarding is not null));
    }

    public void Complete(RequestId id)
    {
        if (_pending.Remove(id, out var transfer))
        {
            replies.Complete(transfer.Client, transfer.Id);
        }
    }

    /// <returns>Whether the request is a transfer.</returns>
    public bool Fail(RequestId id, RequestFailure failure)
    {
        if (!_pending.Remove(id, out var transfer))
        {
            return false;
        }

        replies.Fail(transfer.Client, transfer.Id, failure);
        return true;
    }

    /// <returns>Whether the request is a transfer.</returns>
    public bool Forward(RequestId id, ServerId leader)
    {
        if (!_pending.Remove(id, out var transfer))
        {
            return false;
        }

        forwarder.Forward(leader, transfer.Client, forwarding => new TransferRequest(forwarding, transfer.Id, transfer.Target));
        return true;
    }

    /// <summary>A request that waits for its outcome on this server.</summary>
    /// <param name="Client">Whom to answer.</param>
    /// <param name="Id">The client's number for it.</param>
    /// <param name="Target">The next leader, or null for the voter that is placed best.</param>
    private sealed record PendingTransfer(IActorRef Client, long Id, ServerId? Target);
}
