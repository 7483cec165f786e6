using System.Runtime.Serialization;
using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>Clients' requests, from their arrival to the answer, or until they are passed on.</summary>
internal sealed partial class RaftActor
{
    private readonly Dictionary<RequestId, PendingProposal> _proposals = [];
    private readonly Dictionary<RequestId, List<PendingQuery>> _queries = [];
    private readonly List<(IActorRef Client, ClientRequest Request, bool Forwarded)> _gatheredProposals = [];
    private readonly Dictionary<(Consistency Consistency, bool Forwarded), List<PendingQuery>> _gatheredQueries = [];
    private readonly Dictionary<(ServerId Leader, IActorRef Client), ForwardedRequests> _forwarded = [];

    /// <summary>A second and a half at the usual settings.</summary>
    private const int ElectionTimeoutsUntilAllAreHeard = 5;

    private bool _gathering;
    private long _lastRequest;
    private int _waitingQueries;

    /// <summary>
    /// Takes proposals without handing them in yet: those that stand behind them in the mailbox share one input, one write and one round.
    /// </summary>
    private void GatherProposals(ProposeRequests requests)
    {
        if (!MayCome(requests))
        {
            return;
        }

        foreach (var request in requests.Requests)
        {
            _gatheredProposals.Add((Sender, request, requests.Forwarding is not null));
        }

        GatherMore(_gatheredProposals.Count);
    }

    /// <summary>
    /// Hands the gathered proposals in. They are looked at only here, in the role that decides on them: a server that came to lead since
    /// they arrived must not let in what nobody has read.
    /// </summary>
    private void HandInProposals()
    {
        var proposals = new List<Proposal>(_gatheredProposals.Count);
        foreach (var (client, request, forwarded) in _gatheredProposals)
        {
            if (!TryTake(request, out var decoded, out var why))
            {
                Refuse(client, request.Id, why);
                continue;
            }

            var id = new RequestId(++_lastRequest);
            _proposals.Add(id, new PendingProposal(client, request, decoded));
            proposals.Add(new Proposal(id, EntryOf(request), forwarded));
        }

        _gatheredProposals.Clear();
        Handle(new Propose(Now, proposals));
    }

    private EntryPayload EntryOf(ClientRequest request)
    {
        switch (request.Session)
        {
            case SessionOpening opening:
                return new OpenSession(opening.Timeout, new SessionId(_settings.NewId()));
            case SessionClosing closing:
                return new CloseSession(closing.SessionId);
        }

        var command = new Command(request.Payload.SerializerId, request.Payload.Manifest, request.Payload.Data);
        return request.Session is SessionStep step
            ? new SessionCommand(step.SessionId, step.Sequence, step.Acknowledged, command)
            : command;
    }

    /// <summary>Whether a proposal may be handed in; a server that does not lead looks at none, as the leader will.</summary>
    private bool TryTake(ClientRequest request, out object? decoded, out RejectionReason why)
    {
        decoded = null;
        why = RejectionReason.Unsupported;
        if (Server.Role != RaftRole.Leader)
        {
            return true;
        }

        if (request.Session is SessionOpening or SessionClosing)
        {
            // A member of the first version could not read the entry.
            return AllSpeak(ProtocolVersion.Second, out why);
        }

        why = RejectionReason.Unreadable;
        if (request.Payload.Data.Length > _settings.Protocol.MaxCommandBytes)
        {
            return true;
        }

        return TryDecode(request.Payload, out decoded)
            && (decoded is not IVersionedCommand command || AllSpeak(command.RequiredVersion, out why));
    }

    /// <summary>Whether all members speak a version; which one each does, a new cluster's leader has yet to hear.</summary>
    private bool AllSpeak(int version, out RejectionReason why)
    {
        // Clients go on without a session for a while where sessions are said to be unsupported: not to be said while members are only late.
        var grace = ElectionTimeoutsUntilAllAreHeard * _settings.Protocol.ElectionTimeoutMax;
        why = Now - _leadsSince < grace ? RejectionReason.LeaderNotReady : RejectionReason.Unsupported;
        return Server.Status().ClusterVersion >= version;
    }

    private void GatherQueries(QueryRequests requests)
    {
        if (!MayCome(requests))
        {
            return;
        }

        var kind = (requests.Consistency, requests.Forwarding is not null);
        if (!_gatheredQueries.TryGetValue(kind, out var gathered))
        {
            gathered = [];
            _gatheredQueries.Add(kind, gathered);
        }

        foreach (var request in requests.Requests)
        {
            if (_waitingQueries >= _settings.Protocol.MaxPendingReads)
            {
                Refuse(Sender, request.Id, RejectionReason.Overloaded);
                continue;
            }

            _waitingQueries++;
            gathered.Add(new PendingQuery(Sender, request.Id, request.Payload, request.MaxAnswerBytes));
        }

        GatherMore(gathered.Count);
    }

    private void GatherMore(int count)
    {
        if (count >= _settings.Protocol.MaxBatchEntries)
        {
            HandInRequests();
        }
        else if (!_gathering)
        {
            _gathering = true;
            Self.Tell(RequestsGathered.Instance);
        }

        _answers.Flush(CurrentTerm, Self);
    }

    private void HandInRequests()
    {
        _gathering = false;
        if (_gatheredProposals.Count > 0)
        {
            HandInProposals();
        }

        foreach (var ((consistency, forwarded), queries) in _gatheredQueries)
        {
            if (queries.Count > 0)
            {
                HandInQueries(queries, consistency, forwarded);
            }
        }

        _gatheredQueries.Clear();
    }

    private void HandInQueries(List<PendingQuery> queries, Consistency consistency, bool forwarded)
    {
        var id = new RequestId(++_lastRequest);
        _queries.Add(id, queries);
        Handle(new Read(Now, id, forwarded)
        {
            Consistency = consistency.Kind,
            MaxAge = consistency.MaxAge,
            Index = consistency.Index,
        });
    }

    private bool MayCome(ClientMessage message)
    {
        if (message.ClusterId.Length > 0 && message.ClusterId != _settings.ClusterId)
        {
            foreach (var id in message.Ids)
            {
                Refuse(Sender, id, RejectionReason.WrongCluster, $"it is of '{_settings.ClusterId}', and the client of '{message.ClusterId}'");
            }

            _answers.Flush(CurrentTerm, Self);
            return false;
        }

        if (message.Forwarding is not { } forwarding)
        {
            return true;
        }

        // The sender is the client, so the address says nothing of the server that passed the requests on.
        if (WhyDropped(forwarding.ClusterId, forwarding.From, forwarding.To, sender: null, mayBeStranger: false) is not { } why)
        {
            return true;
        }

        Drop(why);
        return false;
    }

    /// <summary>A command that cannot be read must not enter the log, where it would stop each server that comes to apply it.</summary>
    private bool TryDecode(Payload payload, out object? decoded)
    {
        try
        {
            decoded = _codec.Decode(payload);
            return true;
        }
        catch (SerializationException cause)
        {
            _log.UnreadableProposal(CurrentTerm, cause.Message);
            decoded = null;
            return false;
        }
    }

    private EntryToApply[] Prepare(IReadOnlyList<CommittedEntry> entries)
    {
        var result = new EntryToApply[entries.Count];
        for (var i = 0; i < result.Length; i++)
        {
            var (entry, request) = entries[i];
            result[i] = new EntryToApply(entry, request is { } id ? TakeProposal(id) : null);
        }

        return result;
    }

    private PendingProposal? TakeProposal(RequestId id)
    {
        if (IsTick(id))
        {
            EndTick(entered: true);
            return null;
        }

        if (_proposals.Remove(id, out var proposal))
        {
            return proposal;
        }

        return _memberChanges.Remove(id, out var change)
            ? new PendingProposal(change.Client, new ClientRequest(change.Id, Payload.None), null)
            : null;
    }

    private List<PendingQuery> TakeQueries(RequestId id)
    {
        if (!_queries.Remove(id, out var queries))
        {
            throw new InvariantViolationException($"Nobody has asked the query {id}.");
        }

        _waitingQueries -= queries.Count;
        return queries;
    }

    private void AnswerFailure(RequestId id, RequestFailure failure)
    {
        if (IsTick(id))
        {
            EndTick(entered: failure is Indeterminate);
            return;
        }

        if (TakeProposal(id) is { } proposal)
        {
            Fail(proposal.Client, proposal.Request.Id, failure);
            return;
        }

        if (_transfers.Remove(id, out var transfer))
        {
            Fail(transfer.Client, transfer.Id, failure);
            return;
        }

        foreach (var query in TakeQueries(id))
        {
            Fail(query.Client, query.Id, failure);
        }
    }

    private void Refuse(IActorRef client, long id, RejectionReason reason, string? detail = null) =>
        Fail(client, id, new Rejected(CurrentTerm, Server.Leader, reason) { Detail = detail });

    private void Fail(IActorRef client, long id, RequestFailure failure)
    {
        var leaderAddress = failure.Leader is { } leader ? _peers.AddressOf(leader, Server.Configuration) : null;
        _answers.Add(client, new FailureAnswer(id, failure, leaderAddress, UnresponsiveMembers()), CurrentTerm, Self);
    }

    /// <summary>Passes a request on; what one client asked for within an input shares a message.</summary>
    private void PassOn(RequestId id, ServerId leader)
    {
        if (_proposals.Remove(id, out var proposal))
        {
            ForwardedTo(leader, proposal.Client).Proposals.Add(proposal.Request);
            return;
        }

        if (_transfers.Remove(id, out var transfer))
        {
            PassOn(transfer, leader);
            return;
        }

        if (_memberChanges.Remove(id, out var change))
        {
            PassOn(change, leader);
            return;
        }

        foreach (var query in TakeQueries(id))
        {
            ForwardedTo(leader, query.Client).Queries.Add(
                new ClientRequest(query.Id, query.Payload) { MaxAnswerBytes = query.MaxAnswerBytes });
        }
    }

    private ForwardedRequests ForwardedTo(ServerId leader, IActorRef client)
    {
        if (!_forwarded.TryGetValue((leader, client), out var requests))
        {
            requests = new ForwardedRequests([], []);
            _forwarded.Add((leader, client), requests);
        }

        return requests;
    }

    private void SendForwarded()
    {
        if (_forwarded.Count == 0)
        {
            return;
        }

        foreach (var ((leader, client), (proposals, queries)) in _forwarded)
        {
            var forwarding = new Forwarding(_settings.ClusterId, _settings.ServerId, leader);
            foreach (var batch in RequestBatches.Cut(proposals, _settings.Protocol.MaxBatchEntries, _settings.Protocol.MaxBatchBytes))
            {
                _peers.Tell(leader, Server.Configuration, new ProposeRequests(forwarding, batch), client, Now);
            }

            foreach (var batch in RequestBatches.Cut(queries, _settings.Protocol.MaxBatchEntries, _settings.Protocol.MaxBatchBytes))
            {
                _peers.Tell(leader, Server.Configuration, new QueryRequests(forwarding, batch), client, Now);
            }
        }

        _forwarded.Clear();
    }
}
