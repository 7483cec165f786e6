using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>Clients' requests for other members. A leader probes a new member before the change enters the log.</summary>
/// <param name="settings">The settings.</param>
/// <param name="server">The core.</param>
/// <param name="directory">The members' addresses.</param>
/// <param name="replies">Answers clients.</param>
/// <param name="forwarder">Forwards to the leader.</param>
/// <param name="log">Takes the lines.</param>
/// <param name="select">Finds the server at a path.</param>
internal sealed class MemberChanges(
    RaftSettings settings,
    IServerPort server,
    PeerDirectory directory,
    ClientReplies replies,
    RequestForwarder forwarder,
    RaftServerLogger log,
    Func<string, ICanTell> select)
{
    private readonly Dictionary<RequestId, PendingMemberChange> _pending = [];

    /// <summary>The change whose candidates are being probed; there is one at a time.</summary>
    private MemberInspection? _inspection;

    private long _lastProbe;

    public void Submit(ChangeMembersRequest request, IActorRef client)
    {
        var change = new PendingMemberChange(client, request.Id, request.Changes, request.Forwarding is not null);
        var id = server.NextRequest();
        _pending.Add(id, change);
        RaftMember[] candidates = [.. change.Changes.Select(MemberChecks.Candidate).OfType<RaftMember>()];
        if (candidates.Length == 0 || server.Role != RaftRole.Leader)
        {
            server.Step(new ChangeMembers(server.Now, id, change.Changes, change.Forwarded));
        }
        else if (_inspection is not null)
        {
            Refuse(id, RejectionReason.ChangeInProgress, "the candidates of another change are being looked at");
        }
        else if (candidates.Select(WhyNoAddress).FirstOrDefault(why => why is not null) is { } why)
        {
            Refuse(id, RejectionReason.InvalidChange, why);
        }
        else
        {
            _inspection = new MemberInspection(
                id, candidates.ToDictionary(_ => ++_lastProbe), server.Now + settings.MemberProbeTimeout);
            Probe(_inspection);
        }
    }

    /// <summary>Removes a change that the core has answered; null when there is none of that number.</summary>
    public PendingMemberChange? Take(RequestId id) => _pending.Remove(id, out var change) ? change : null;

    /// <returns>Whether the request is a change of members.</returns>
    public bool Forward(RequestId id, ServerId leader)
    {
        if (Take(id) is not { } change)
        {
            return false;
        }

        forwarder.Forward(leader, change.Client, forwarding => new ChangeMembersRequest(forwarding, change.Id, change.Changes));
        return true;
    }

    public void OnProbeAgain(ProbeAgain again)
    {
        if (_inspection is not { } inspection || inspection.Request != again.Request)
        {
            return;
        }

        if (server.Now >= inspection.Deadline || server.Role != RaftRole.Leader)
        {
            End(inspection);
        }
        else
        {
            Probe(inspection);
        }
    }

    public void OnProbeAnswer(MemberProbeAnswer answer)
    {
        if (_inspection is { } inspection && inspection.Take(answer) && inspection.IsComplete)
        {
            End(inspection);
        }
    }

    private string? WhyNoAddress(RaftMember candidate) => MemberChecks.WhyNoAddress(candidate, directory.Members(server.Configuration));

    /// <summary>Probes those that have not answered, again and again: a probe of a node that is starting gets lost.</summary>
    private void Probe(MemberInspection inspection)
    {
        foreach (var (number, candidate) in inspection.Unanswered)
        {
            select(candidate.ContactPath).Tell(new MemberProbe(number), server.Self);
        }

        server.StartTimer(nameof(ProbeAgain), new ProbeAgain(inspection.Request), settings.Protocol.ElectionTimeoutMax);
    }

    private void End(MemberInspection inspection)
    {
        _inspection = null;
        var change = _pending[inspection.Request];
        if (WhyRefused(change, inspection) is { } why)
        {
            Refuse(inspection.Request, RejectionReason.InvalidChange, why);
            return;
        }

        MemberChange[] named = [.. change.Changes.Select(one =>
            one is AddMember add && inspection.AnswerOf(add.Id) is { } answer ? add with { Incarnation = answer.Incarnation } : one)];
        MemberChange[] all = [.. named, .. MissingAddresses(named)];
        server.Step(new ChangeMembers(server.Now, inspection.Request, all, change.Forwarded));
    }

    private string? WhyRefused(PendingMemberChange change, MemberInspection inspection)
    {
        if (server.Role != RaftRole.Leader)
        {
            return null;
        }

        var status = server.Status();
        return change.Changes.Where(one => MemberChecks.Candidate(one) is not null)
            .Select(one => MemberChecks.WhyRefused(one, inspection.AnswerOf(one.Id), settings.ClusterId, status))
            .FirstOrDefault(why => why is not null);
    }

    /// <summary>Addresses that the log lacks. A new member has no settings of the others, so the addresses of all enter the log.</summary>
    private IEnumerable<MemberChange> MissingAddresses(MemberChange[] changes)
    {
        var configuration = server.Configuration;
        return changes.Any(change => change is AddMember)
            ? from member in directory.Members(configuration)
              where member.Address.Length > 0 && !configuration.Addresses.ContainsKey(member.Id)
                  && !Array.Exists(changes, change => change.Id == member.Id)
              select new MoveMember(member.Id, member.Address)
            : [];
    }

    private void Refuse(RequestId id, RejectionReason reason, string detail)
    {
        _pending.Remove(id, out var change);
        log.RefusedMemberChange(server.CurrentTerm, detail);
        replies.Refuse(change!.Client, change.Id, reason, detail);
        replies.Flush();
    }
}

/// <summary>The candidates of a change have had some time to answer.</summary>
internal sealed record ProbeAgain(RequestId Request);
