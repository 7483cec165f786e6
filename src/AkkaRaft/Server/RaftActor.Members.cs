using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>Changes of members: a leader looks at a new one before it takes it in.</summary>
internal sealed partial class RaftActor
{
    private readonly Dictionary<RequestId, PendingMemberChange> _memberChanges = [];

    /// <summary>The change whose candidates are being looked at; there is one at a time.</summary>
    private MemberInspection? _inspection;

    private long _lastProbe;

    /// <summary>Takes a change of members of a client's, or of a server's that passes it on.</summary>
    private void OnChangeMembers(ChangeMembersRequest request)
    {
        if (!MayCome(request))
        {
            return;
        }

        var change = new PendingMemberChange(Sender, request.Id, request.Changes, request.Forwarding is not null);
        var id = new RequestId(++_lastRequest);
        _memberChanges.Add(id, change);
        RaftMember[] candidates = [.. change.Changes.Select(MemberChecks.Candidate).OfType<RaftMember>()];
        if (candidates.Length == 0 || Server.Role != RaftRole.Leader)
        {
            Handle(new ChangeMembers(Now, id, change.Changes, change.Forwarded));
        }
        else if (_inspection is not null)
        {
            RefuseMemberChange(id, RejectionReason.ChangeInProgress, "the candidates of another change are being looked at");
        }
        else if (candidates.Select(WhyNoAddress).FirstOrDefault(why => why is not null) is { } why)
        {
            RefuseMemberChange(id, RejectionReason.InvalidChange, why);
        }
        else
        {
            Inspect(id, candidates);
        }
    }

    private string? WhyNoAddress(RaftMember candidate) => MemberChecks.WhyNoAddress(candidate, _peers.Members(Server.Configuration));

    private void Inspect(RequestId id, RaftMember[] candidates)
    {
        _inspection = new MemberInspection(
            id, candidates.ToDictionary(_ => ++_lastProbe), [], Now + _settings.MemberProbeTimeout);
        AskCandidates(_inspection);
    }

    /// <summary>Asks those that have not answered, again and again: a question to a node that is starting gets lost.</summary>
    private void AskCandidates(MemberInspection inspection)
    {
        foreach (var (number, candidate) in inspection.Candidates.Where(pair => !inspection.Answers.ContainsKey(pair.Value.Id)))
        {
            Context.ActorSelection(candidate.ContactPath).Tell(new MemberProbe(number), Self);
        }

        Timers.StartSingleTimer(
            nameof(AskCandidatesAgain), new AskCandidatesAgain(inspection.Request), _settings.Protocol.ElectionTimeoutMax);
    }

    private void OnAskCandidatesAgain(AskCandidatesAgain again)
    {
        if (_inspection is not { } inspection || inspection.Request != again.Request)
        {
            return;
        }

        if (Now >= inspection.Deadline || Server.Role != RaftRole.Leader)
        {
            EndInspection(inspection);
        }
        else
        {
            AskCandidates(inspection);
        }
    }

    private void OnProbeAnswer(MemberProbeAnswer answer)
    {
        if (_inspection is { } inspection && inspection.Candidates.TryGetValue(answer.Number, out var candidate))
        {
            inspection.Answers[candidate.Id] = answer;
            if (inspection.Answers.Count == inspection.Candidates.Count)
            {
                EndInspection(inspection);
            }
        }
    }

    private void EndInspection(MemberInspection inspection)
    {
        _inspection = null;
        var change = _memberChanges[inspection.Request];
        var status = Server.Status();
        if (Server.Role == RaftRole.Leader)
        {
            foreach (var refused in change.Changes.Where(one => MemberChecks.Candidate(one) is not null))
            {
                var answer = inspection.Answers.GetValueOrDefault(refused.Id);
                if (MemberChecks.WhyRefused(refused, answer, _settings.ClusterId, status) is { } why)
                {
                    RefuseMemberChange(inspection.Request, RejectionReason.InvalidChange, why);
                    return;
                }
            }
        }

        MemberChange[] named = [.. change.Changes.Select(one =>
            one is AddMember add && inspection.Answers.TryGetValue(add.Id, out var answer)
                ? add with { Incarnation = answer.Incarnation }
                : one)];
        Handle(new ChangeMembers(Now, inspection.Request, [.. named, .. AddressesThatTheLogLacks(named)], change.Forwarded));
    }

    /// <summary>A new member knows none of the others' settings: with it the addresses of all go into the log.</summary>
    private IEnumerable<MemberChange> AddressesThatTheLogLacks(MemberChange[] changes)
    {
        var configuration = Server.Configuration;
        return changes.Any(change => change is AddMember)
            ? from member in _peers.Members(configuration)
              where member.Address.Length > 0 && !configuration.Addresses.ContainsKey(member.Id)
                  && !Array.Exists(changes, change => change.Id == member.Id)
              select new MoveMember(member.Id, member.Address)
            : [];
    }

    private void RefuseMemberChange(RequestId id, RejectionReason reason, string detail)
    {
        _memberChanges.Remove(id, out var change);
        _log.RefusedMemberChange(CurrentTerm, detail);
        Fail(change!.Client, change.Id, new Rejected(CurrentTerm, Server.Leader, reason) { Detail = detail });
        _answers.Flush(CurrentTerm, Self);
    }

    private void PassOn(PendingMemberChange change, ServerId leader) =>
        _peers.Tell(
            leader,
            Server.Configuration,
            new ChangeMembersRequest(new Forwarding(_settings.ClusterId, _settings.ServerId, leader), change.Id, change.Changes),
            change.Client,
            Now);

    /// <summary>Says what this server is, once its data directory's name is on disk: a name that could change helps nobody.</summary>
    private void AnswerProbe(MemberProbe probe)
    {
        if (!_isNamed)
        {
            return;
        }

        Sender.Tell(new MemberProbeAnswer(probe.Number, _settings.ClusterId, _settings.ServerId)
        {
            Incarnation = _incarnation,
            Version = _settings.Protocol.Version,
            LastLogIndex = Server.LastLogIndex,
            IsWaiting = !Server.Configuration.Members.Any(),
        });
    }

    /// <param name="Request">The change.</param>
    /// <param name="Candidates">Who is asked, by the number of the question.</param>
    /// <param name="Answers">What they said, by the candidates' names.</param>
    /// <param name="Deadline">How long they have time to answer.</param>
    private sealed record MemberInspection(
        RequestId Request,
        Dictionary<long, RaftMember> Candidates,
        Dictionary<ServerId, MemberProbeAnswer> Answers,
        TimeSpan Deadline);

    /// <summary>The candidates of a change have had some time to answer.</summary>
    private sealed record AskCandidatesAgain(RequestId Request);
}
