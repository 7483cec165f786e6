using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>Batches proposals: those that are in the mailbox together share one input, one write and one round.</summary>
internal sealed class ProposalBatcher(
    RaftSettings settings, IServerPort server, ProposalValidator validator, ClientReplies replies, RequestForwarder forwarder)
{
    private readonly List<(IActorRef Client, ClientRequest Request, bool Forwarded)> _batch = [];

    /// <summary>Proposals that the core has not answered.</summary>
    private readonly Dictionary<RequestId, PendingProposal> _pending = [];

    /// <summary>Adds proposals to the batch.</summary>
    /// <returns>How many proposals the batch has.</returns>
    public int Add(ProposeRequests requests, IActorRef client)
    {
        foreach (var request in requests.Requests)
        {
            _batch.Add((client, request, requests.Forwarding is not null));
        }

        return _batch.Count;
    }

    /// <summary>
    /// Submits the batch to the core. Proposals are validated only here, in the role that decides on them: a server that has become leader
    /// since they arrived must not append what it has not read.
    /// </summary>
    public void Submit()
    {
        if (_batch.Count == 0)
        {
            return;
        }

        var proposals = new List<Proposal>(_batch.Count);
        foreach (var (client, request, forwarded) in _batch)
        {
            if (!validator.Validate(request, out var decoded, out var why))
            {
                replies.Refuse(client, request.Id, why);
                continue;
            }

            var id = server.NextRequest();
            _pending.Add(id, new PendingProposal(client, request, decoded));
            proposals.Add(new Proposal(id, EntryOf(request), forwarded));
        }

        _batch.Clear();
        server.Step(new Propose(server.Now, proposals));
    }

    /// <summary>Removes a proposal that the core has answered; null when there is none of that number.</summary>
    public PendingProposal? Take(RequestId id) => _pending.Remove(id, out var proposal) ? proposal : null;

    public bool Forward(RequestId id, ServerId leader)
    {
        if (Take(id) is not { } proposal)
        {
            return false;
        }

        forwarder.AddProposal(leader, proposal.Client, proposal.Request);
        return true;
    }

    private EntryPayload EntryOf(ClientRequest request)
    {
        switch (request.Session)
        {
            case SessionOpening opening:
                return new OpenSession(opening.Timeout, new SessionId(settings.NewId()));
            case SessionClosing closing:
                return new CloseSession(closing.SessionId);
        }

        var command = new Command(request.Payload.SerializerId, request.Payload.Manifest, request.Payload.Data);
        return request.Session is SessionStep step
            ? new SessionCommand(step.SessionId, step.Sequence, step.Acknowledged, command)
            : command;
    }
}
