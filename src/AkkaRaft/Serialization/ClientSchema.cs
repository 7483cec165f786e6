using System.Runtime.Serialization;
using AkkaRaft.Client;
using AkkaRaft.Core;
using Google.Protobuf;

namespace AkkaRaft.Serialization;

/// <summary>Turns what clients and servers say to each other into its schema and back.</summary>
internal static class ClientSchema
{
    public static IMessage Write(ClientRequests requests)
    {
        var result = new Proto.ClientRequests();
        if (requests.Forwarding is { } forwarding)
        {
            result.Forwarding = new Proto.Forwarding
            {
                ClusterId = forwarding.ClusterId, From = forwarding.From.Value, To = forwarding.To.Value,
            };
        }

        foreach (var request in requests.Requests)
        {
            result.Requests.Add(new Proto.ClientRequest { Id = request.Id, Payload = CommonSchema.Write(request.Payload) });
        }

        return result;
    }

    public static ProposeRequests ReadProposals(Proto.ClientRequests requests) => new(ReadForwarding(requests), ReadRequests(requests));

    public static QueryRequests ReadQueries(Proto.ClientRequests requests) => new(ReadForwarding(requests), ReadRequests(requests));

    public static IMessage Write(GetStatus getStatus) => new Proto.GetStatus { Id = getStatus.Id, WithDigest = getStatus.WithDigest };

    public static GetStatus Read(Proto.GetStatus getStatus) => new(getStatus.Id, getStatus.WithDigest);

    public static IMessage Write(StatusAnswer answer)
    {
        var status = answer.Status;
        var result = new Proto.StatusAnswer
        {
            Id = answer.Id,
            ClusterId = status.ClusterId,
            Server = status.Server.Value,
            Role = (int)status.Role,
            Term = status.Term.Value,
            LastLogIndex = status.LastLogIndex.Value,
            CommitIndex = status.CommitIndex.Value,
            LastApplied = status.LastApplied.Value,
            PendingWrites = status.PendingWrites,
            DroppedMessages = status.DroppedMessages,
            DigestIndex = status.DigestIndex.Value,
        };
        if (status.Leader is { } leader)
        {
            result.Leader = leader.Value;
        }

        if (status.Digest is { } digest)
        {
            result.Digest = digest;
        }

        if (status.Down is { } down)
        {
            result.Down = down;
        }

        result.Members.Add(status.Members.Select(member => new Proto.Member { Id = member.Id.Value, Address = member.Address }));
        result.SilentMembers.Add(status.SilentMembers.Select(member => member.Value));
        return result;
    }

    public static StatusAnswer Read(Proto.StatusAnswer answer) => new(answer.Id, new RaftStatus
    {
        ClusterId = answer.ClusterId,
        Server = new ServerId(answer.Server),
        Role = (RaftRole)answer.Role,
        Term = new Term(answer.Term),
        LastLogIndex = new LogIndex(answer.LastLogIndex),
        CommitIndex = new LogIndex(answer.CommitIndex),
        LastApplied = new LogIndex(answer.LastApplied),
        Leader = answer.HasLeader ? new ServerId(answer.Leader) : null,
        Members = [.. answer.Members.Select(member => new RaftMember(new ServerId(member.Id), member.Address))],
        SilentMembers = [.. answer.SilentMembers.Select(member => new ServerId(member))],
        PendingWrites = answer.PendingWrites,
        DroppedMessages = answer.DroppedMessages,
        Digest = answer.HasDigest ? answer.Digest : null,
        DigestIndex = new LogIndex(answer.DigestIndex),
        Down = answer.HasDown ? answer.Down : null,
    });

    public static IMessage Write(Answers answers)
    {
        var result = new Proto.Answers { Server = answers.Server.Value, Term = answers.Term.Value };
        result.Answers_.Add(answers.Items.Select(WriteAnswer));
        return result;
    }

    public static Answers Read(Proto.Answers answers) =>
        new(new ServerId(answers.Server), new Term(answers.Term), [.. answers.Answers_.Select(ReadAnswer)]);

    public static Proto.Answer WriteAnswer(Answer answer)
    {
        var result = new Proto.Answer { Id = answer.Id };
        switch (answer)
        {
            case ResultAnswer resultAnswer:
                result.Result = new Proto.Result { Index = resultAnswer.Index.Value };
                if (resultAnswer.Result is { } payload)
                {
                    result.Result.Payload = CommonSchema.Write(payload);
                }

                break;
            case NoResultAnswer noResult:
                result.NoResult = new Proto.NoResult { Index = noResult.Index.Value, Why = noResult.Why };
                break;
            case FailureAnswer failure:
                result.Failure = WriteFailure(failure);
                break;
            default:
                throw new SerializationException($"{answer.GetType()} has no schema.");
        }

        return result;
    }

    private static Proto.Failure WriteFailure(FailureAnswer answer)
    {
        var result = new Proto.Failure { Term = answer.Failure.Term.Value };
        switch (answer.Failure)
        {
            case Rejected rejected:
                result.Rejected = (int)rejected.Reason;
                break;
            case Indeterminate indeterminate:
                result.Indeterminate = (int)indeterminate.Reason;
                break;
            default:
                throw new SerializationException($"{answer.Failure.GetType()} has no schema.");
        }

        if (answer.Failure.Leader is { } leader)
        {
            result.Leader = leader.Value;
        }

        if (answer.LeaderAddress is { } address)
        {
            result.LeaderAddress = address;
        }

        result.SilentMembers.Add(answer.SilentMembers.Select(member => member.Value));
        return result;
    }

    public static Answer ReadAnswer(Proto.Answer answer) => answer.ContentCase switch
    {
        Proto.Answer.ContentOneofCase.Result => new ResultAnswer(
            answer.Id, new LogIndex(answer.Result.Index), answer.Result.Payload is { } payload ? CommonSchema.Read(payload) : null),
        Proto.Answer.ContentOneofCase.NoResult => new NoResultAnswer(answer.Id, new LogIndex(answer.NoResult.Index), answer.NoResult.Why),
        Proto.Answer.ContentOneofCase.Failure => ReadFailure(answer.Id, answer.Failure),
        _ => throw new SerializationException("An answer carries what this version does not know: a newer one wrote it."),
    };

    private static FailureAnswer ReadFailure(long id, Proto.Failure failure)
    {
        var term = new Term(failure.Term);
        ServerId? leader = failure.HasLeader ? new ServerId(failure.Leader) : null;
        RequestFailure facts = failure.KindCase switch
        {
            Proto.Failure.KindOneofCase.Rejected => new Rejected(term, leader, (RejectionReason)failure.Rejected),
            Proto.Failure.KindOneofCase.Indeterminate => new Indeterminate(term, leader, (IndeterminateReason)failure.Indeterminate),
            _ => throw new SerializationException("A failure is of a kind that this version does not know: a newer one wrote it."),
        };
        var silent = failure.SilentMembers.Select(member => new ServerId(member));
        return new(id, facts, failure.HasLeaderAddress ? failure.LeaderAddress : null, [.. silent]);
    }

    private static Forwarding? ReadForwarding(Proto.ClientRequests requests) => requests.Forwarding is { } forwarding
        ? new Forwarding(forwarding.ClusterId, new ServerId(forwarding.From), new ServerId(forwarding.To))
        : null;

    private static ClientRequest[] ReadRequests(Proto.ClientRequests requests)
    {
        var result = new ClientRequest[requests.Requests.Count];
        for (var i = 0; i < result.Length; i++)
        {
            var request = requests.Requests[i];
            result[i] = new ClientRequest(request.Id, CommonSchema.Read(request.Payload ?? new Proto.Payload()));
        }

        return result;
    }
}
