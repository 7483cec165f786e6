using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>Requests for another leader; their answer leaves nothing in the log.</summary>
internal sealed partial class RaftActor
{
    private readonly Dictionary<RequestId, PendingTransfer> _transfers = [];

    private void OnTransferRequest(TransferRequest request)
    {
        if (!MayCome(request))
        {
            return;
        }

        var id = new RequestId(++_lastRequest);
        _transfers.Add(id, new PendingTransfer(Sender, request.Id, request.Target));
        Handle(new TransferLeadership(Now, id, request.Target, request.Forwarding is not null));
    }

    private void AnswerDone(RequestId id)
    {
        if (_transfers.Remove(id, out var transfer))
        {
            _answers.Add(transfer.Client, new ResultAnswer(transfer.Id, Server.CommitIndex, null), CurrentTerm, Self);
        }
    }

    private void PassOn(PendingTransfer transfer, ServerId leader)
    {
        var forwarding = new Forwarding(_settings.ClusterId, _settings.ServerId, leader);
        var request = new TransferRequest(forwarding, transfer.Id, transfer.Target);
        _peers.Tell(leader, Server.Configuration, request, transfer.Client, Now);
    }

    /// <summary>A request that waits for its outcome on this server.</summary>
    /// <param name="Client">Whom to answer.</param>
    /// <param name="Id">The client's number for it.</param>
    /// <param name="Target">Who is to lead, or null for the one that is placed best.</param>
    private sealed record PendingTransfer(IActorRef Client, long Id, ServerId? Target);
}
