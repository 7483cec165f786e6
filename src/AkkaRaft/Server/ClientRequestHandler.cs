using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>Takes clients' requests, and routes what the core answers to the requests that wait for it.</summary>
internal sealed class ClientRequestHandler(
    RaftSettings settings, IServerPort server, MessageFilter filter, ClientReplies replies, RequestForwarder forwarder, RequestKinds kinds)
{
    private bool _submitIsDue;

    /// <summary>The changes of members.</summary>
    public MemberChanges Members => kinds.Members;

    /// <summary>The time entries.</summary>
    public ReplicatedTime Time => kinds.Time;

    public void OnProposals(ProposeRequests requests, IActorRef client)
    {
        if (Validate(requests, client))
        {
            SubmitLater(kinds.Proposals.Add(requests, client));
        }
    }

    public void OnQueries(QueryRequests requests, IActorRef client)
    {
        if (Validate(requests, client))
        {
            SubmitLater(kinds.Queries.Add(requests, client));
        }
    }

    public void OnTransfer(TransferRequest request, IActorRef client)
    {
        if (Validate(request, client))
        {
            kinds.Transfers.Submit(request, client);
        }
    }

    public void OnMemberChange(ChangeMembersRequest request, IActorRef client)
    {
        if (Validate(request, client))
        {
            kinds.Members.Submit(request, client);
        }
    }

    /// <summary>Refuses a request, as the server stops.</summary>
    public void RefuseAsStopping(ClientMessage message, IActorRef client)
    {
        if (!Validate(message, client))
        {
            return;
        }

        foreach (var id in message.Ids)
        {
            replies.Refuse(client, id, RejectionReason.ShuttingDown);
        }

        replies.Flush();
    }

    /// <summary>Submits the batched proposals and queries to the core.</summary>
    public void Submit()
    {
        _submitIsDue = false;
        kinds.Proposals.Submit();
        kinds.Queries.Submit();
    }

    /// <summary>Committed entries, each with the proposal of a client of this server's that it answers.</summary>
    public EntryToApply[] Prepare(IReadOnlyList<CommittedEntry> entries)
    {
        var result = new EntryToApply[entries.Count];
        for (var i = 0; i < result.Length; i++)
        {
            var (entry, request) = entries[i];
            result[i] = new EntryToApply(entry, request is { } id && !kinds.Time.End(id, entered: true) ? TakeProposal(id) : null);
        }

        return result;
    }

    /// <summary>The queries of a read that is to be served.</summary>
    public List<PendingQuery> TakeQueries(RequestId id) => kinds.Queries.Take(id);

    public void Complete(RequestId id) => kinds.Transfers.Complete(id);

    public void Fail(RequestId id, RequestFailure failure)
    {
        if (kinds.Time.End(id, entered: failure is Indeterminate))
        {
            return;
        }

        if (TakeProposal(id) is { } proposal)
        {
            replies.Fail(proposal.Client, proposal.Request.Id, failure);
        }
        else if (!kinds.Transfers.Fail(id, failure))
        {
            kinds.Queries.Fail(id, failure);
        }
    }

    public void Forward(RequestId id, ServerId leader)
    {
        if (!kinds.Proposals.Forward(id, leader) && !kinds.Transfers.Forward(id, leader) && !kinds.Members.Forward(id, leader))
        {
            kinds.Queries.Forward(id, leader);
        }
    }

    /// <summary>Sends what was batched in a step.</summary>
    public void EndStep()
    {
        replies.EndStep();
        forwarder.EndStep();
    }

    private PendingProposal? TakeProposal(RequestId id) => kinds.Proposals.Take(id)
        ?? (kinds.Members.Take(id) is { } change
            ? new PendingProposal(change.Client, new ClientRequest(change.Id, Payload.None), null)
            : null);

    /// <summary>Submits behind all requests that are in the mailbox, or at once when a batch is full.</summary>
    private void SubmitLater(int batched)
    {
        if (batched >= settings.Protocol.MaxBatchEntries)
        {
            Submit();
        }
        else if (!_submitIsDue)
        {
            _submitIsDue = true;
            server.Self.Tell(SubmitRequests.Instance);
        }

        replies.Flush();
    }

    /// <summary>Whether a message is for this cluster, and comes from a member where it is forwarded.</summary>
    private bool Validate(ClientMessage message, IActorRef client)
    {
        if (message.ClusterId.Length > 0 && message.ClusterId != settings.ClusterId)
        {
            foreach (var id in message.Ids)
            {
                replies.Refuse(
                    client, id, RejectionReason.WrongCluster, $"it is of '{settings.ClusterId}', and the client of '{message.ClusterId}'");
            }

            replies.Flush();
            return false;
        }

        // The sender is the client, so its address says nothing of the server that has forwarded the requests.
        return message.Forwarding is not { } forwarding
            || filter.AcceptsFrom(forwarding.ClusterId, forwarding.From, forwarding.To, sender: null, mayBeStranger: false);
    }
}

/// <summary>The kinds of requests that the core answers.</summary>
internal sealed record RequestKinds(
    ProposalBatcher Proposals, QueryBatcher Queries, LeadershipTransfers Transfers, MemberChanges Members, ReplicatedTime Time);
