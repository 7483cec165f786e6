using System.Runtime.Serialization;
using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>Clients' requests, from their arrival to the answer, or until they are passed on.</summary>
internal sealed partial class RaftActor
{
    private static readonly Payload NoPayload = new(0, "", default);

    private readonly Dictionary<RequestId, PendingProposal> _proposals = [];
    private readonly Dictionary<RequestId, List<PendingQuery>> _queries = [];
    private readonly List<Proposal> _gatheredProposals = [];
    private readonly List<PendingQuery> _gatheredQueries = [];
    private readonly List<PendingQuery> _gatheredForwardedQueries = [];
    private readonly Dictionary<(ServerId Leader, IActorRef Client), ForwardedRequests> _forwarded = [];

    private bool _gathering;
    private long _lastRequest;
    private int _waitingQueries;

    /// <summary>
    /// Takes proposals without handing them in yet: those that stand behind them in the mailbox share one input, one write and one round.
    /// </summary>
    private void GatherProposals(ProposeRequests requests)
    {
        if (!MayCome(requests.Forwarding))
        {
            return;
        }

        foreach (var request in requests.Requests)
        {
            var decoded = default(object);
            var payload = request.Payload;
            var isTaken = Server.Role == RaftRole.Leader && payload.Data.Length <= _settings.Protocol.MaxCommandBytes;
            if (isTaken && !TryDecode(payload, out decoded))
            {
                Refuse(Sender, request.Id, RejectionReason.Unreadable);
                continue;
            }

            var id = new RequestId(++_lastRequest);
            _proposals.Add(id, new PendingProposal(Sender, request.Id, payload, decoded));
            var command = new Command(payload.SerializerId, payload.Manifest, payload.Data);
            _gatheredProposals.Add(new Proposal(id, command, requests.Forwarding is not null));
        }

        GatherMore(_gatheredProposals.Count);
    }

    private void GatherQueries(QueryRequests requests)
    {
        if (!MayCome(requests.Forwarding))
        {
            return;
        }

        var gathered = requests.Forwarding is null ? _gatheredQueries : _gatheredForwardedQueries;
        foreach (var request in requests.Requests)
        {
            if (_waitingQueries >= _settings.Protocol.MaxPendingReads)
            {
                Refuse(Sender, request.Id, RejectionReason.Overloaded);
                continue;
            }

            _waitingQueries++;
            gathered.Add(new PendingQuery(Sender, request.Id, request.Payload));
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
            Proposal[] proposals = [.. _gatheredProposals];
            _gatheredProposals.Clear();
            Handle(new Propose(Now, proposals));
        }

        HandInQueries(_gatheredQueries, forwarded: false);
        HandInQueries(_gatheredForwardedQueries, forwarded: true);
    }

    private void HandInQueries(List<PendingQuery> gathered, bool forwarded)
    {
        if (gathered.Count == 0)
        {
            return;
        }

        var id = new RequestId(++_lastRequest);
        _queries.Add(id, [.. gathered]);
        gathered.Clear();
        Handle(new Read(Now, id, forwarded));
    }

    private bool MayCome(Forwarding? passedOn)
    {
        if (passedOn is not { } forwarding)
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
            PendingProposal? proposal = null;
            if (request is { } id && !_proposals.Remove(id, out proposal) && _memberChanges.Remove(id, out var change))
            {
                proposal = new PendingProposal(change.Client, change.Id, NoPayload, null);
            }

            result[i] = new EntryToApply(entry, proposal);
        }

        return result;
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
        if (_proposals.Remove(id, out var proposal))
        {
            Fail(proposal.Client, proposal.Id, failure);
            return;
        }

        if (_memberChanges.Remove(id, out var change))
        {
            Fail(change.Client, change.Id, failure);
            return;
        }

        foreach (var query in TakeQueries(id))
        {
            Fail(query.Client, query.Id, failure);
        }
    }

    private void Refuse(IActorRef client, long id, RejectionReason reason) =>
        Fail(client, id, new Rejected(CurrentTerm, Server.Leader, reason));

    private void Fail(IActorRef client, long id, RequestFailure failure)
    {
        var leaderAddress = failure.Leader is { } leader ? _peers.AddressOf(leader, Server.Configuration) : null;
        _answers.Add(client, new FailureAnswer(id, failure, leaderAddress, SilentMembers()), CurrentTerm, Self);
    }

    /// <summary>Passes a request on; what one client asked for within an input shares a message.</summary>
    private void PassOn(RequestId id, ServerId leader)
    {
        if (_proposals.Remove(id, out var proposal))
        {
            ForwardedTo(leader, proposal.Client).Proposals.Add(new ClientRequest(proposal.Id, proposal.Payload));
            return;
        }

        if (_memberChanges.Remove(id, out var change))
        {
            PassOn(change, leader);
            return;
        }

        foreach (var query in TakeQueries(id))
        {
            ForwardedTo(leader, query.Client).Queries.Add(new ClientRequest(query.Id, query.Payload));
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

    private void AnswerStatus(GetStatus getStatus)
    {
        var status = new RaftStatus
        {
            ClusterId = _settings.ClusterId,
            Server = _settings.ServerId,
            Role = Server.Role,
            Term = Server.CurrentTerm,
            LastLogIndex = Server.LastLogIndex,
            CommitIndex = Server.CommitIndex,
            LastApplied = Server.LastApplied,
            Leader = Server.Leader,
            Members = _peers.Members(Server.Configuration),
            SilentMembers = SilentMembers(),
            PendingWrites = _pendingWrites,
            DroppedMessages = _droppedMessages,
        };
        var answer = new StatusAnswer(getStatus.Id, status);
        if (getStatus.WithDigest)
        {
            _stateMachine.Tell(new AddDigest(Sender, answer));
        }
        else
        {
            Sender.Tell(answer);
        }
    }

    /// <summary>Only those who ask the members for something can tell who does not answer.</summary>
    private IReadOnlyList<ServerId> SilentMembers() => Server.Role == RaftRole.Follower
        ? []
        : _peers.SilentSince(Now - (2 * _settings.Protocol.ElectionTimeoutMax), Server.Configuration);
}
