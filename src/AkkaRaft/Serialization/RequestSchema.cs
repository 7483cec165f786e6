using System.Runtime.Serialization;
using AkkaRaft.Client;
using AkkaRaft.Core;
using Google.Protobuf;

namespace AkkaRaft.Serialization;

/// <summary>Turns the requests of clients, and those that servers forward, into their schema and back.</summary>
internal static class RequestSchema
{
    public static IMessage Write(ClientRequests requests)
    {
        var result = new Proto.ClientRequests { Forwarding = Write(requests.Forwarding), ClusterId = requests.ClusterId };
        foreach (var request in requests.Requests)
        {
            result.Requests.Add(Write(request));
        }

        if (requests is QueryRequests { Consistency: { IsLocal: true } consistency })
        {
            result.Consistency = new Proto.Consistency
            {
                Kind = (int)consistency.Kind,
                MaxAge = consistency.MaxAge.Ticks,
                Index = consistency.Index.Value,
            };
        }

        return result;
    }

    public static ProposeRequests ReadProposals(Proto.ClientRequests requests) =>
        new(Read(requests.Forwarding), ReadRequests(requests)) { ClusterId = requests.ClusterId };

    public static QueryRequests ReadQueries(Proto.ClientRequests requests) => new(Read(requests.Forwarding), ReadRequests(requests))
    {
        ClusterId = requests.ClusterId,
        Consistency = Read(requests.Consistency),
    };

    public static IMessage Write(TransferRequest request)
    {
        var result = new Proto.TransferRequest
        {
            Forwarding = Write(request.Forwarding), Id = request.Id, ClusterId = request.ClusterId,
        };
        if (request.Target is { } target)
        {
            result.Target = target.Value;
        }

        return result;
    }

    public static TransferRequest Read(Proto.TransferRequest request) =>
        new(Read(request.Forwarding), request.Id, request.HasTarget ? new ServerId(request.Target) : null)
        {
            ClusterId = request.ClusterId,
        };

    public static IMessage Write(ChangeMembersRequest request)
    {
        var result = new Proto.ChangeMembersRequest
        {
            Forwarding = Write(request.Forwarding), Id = request.Id, ClusterId = request.ClusterId,
        };
        result.Changes.Add(request.Changes.Select(Write));
        return result;
    }

    public static ChangeMembersRequest Read(Proto.ChangeMembersRequest request) =>
        new(Read(request.Forwarding), request.Id, [.. request.Changes.Select(Read)]) { ClusterId = request.ClusterId };

    private static Proto.ClientRequest Write(ClientRequest request)
    {
        var result = new Proto.ClientRequest
        {
            Id = request.Id, Payload = CommonSchema.Write(request.Payload), MaxAnswerSize = request.MaxAnswerBytes,
        };
        switch (request.Session)
        {
            case null:
                break;
            case SessionStep step:
                result.Step = new Proto.SessionStep
                {
                    SessionId = step.SessionId.Value,
                    Sequence = step.Sequence,
                    Acknowledged = step.Acknowledged,
                };
                break;
            case SessionOpening opening:
                result.Opening = opening.Timeout.Ticks;
                break;
            case SessionClosing closing:
                result.Closing = closing.SessionId.Value;
                break;
            default:
                throw new SerializationException($"{request.Session.GetType()} has no schema.");
        }

        return result;
    }

    private static ClientRequest[] ReadRequests(Proto.ClientRequests requests)
    {
        var result = new ClientRequest[requests.Requests.Count];
        for (var i = 0; i < result.Length; i++)
        {
            var request = requests.Requests[i];
            var payload = request.Payload is { } written ? CommonSchema.Read(written) : Payload.None;
            result[i] = new ClientRequest(request.Id, payload)
            {
                Session = ReadSession(request), MaxAnswerBytes = Math.Max(0, request.MaxAnswerSize),
            };
        }

        return result;
    }

    private static SessionPart? ReadSession(Proto.ClientRequest request) => request.SessionCase switch
    {
        Proto.ClientRequest.SessionOneofCase.Step => new SessionStep(
            Checked.Session(request.Step.SessionId), Checked.Number(request.Step.Sequence), Checked.Number(request.Step.Acknowledged)),
        Proto.ClientRequest.SessionOneofCase.Opening => new SessionOpening(Checked.Time(request.Opening)),
        Proto.ClientRequest.SessionOneofCase.Closing => new SessionClosing(Checked.Session(request.Closing)),
        _ => null,
    };

    private static Consistency Read(Proto.Consistency? consistency) => (ReadConsistency)(consistency?.Kind ?? 0) switch
    {
        ReadConsistency.Linearizable => Consistency.Linearizable,
        ReadConsistency.LinearizableLocal => Consistency.LinearizableLocal,
        ReadConsistency.Local => Consistency.Local,
        ReadConsistency.Stale when consistency!.MaxAge > 0 => Consistency.Stale(Checked.Time(consistency.MaxAge)),
        ReadConsistency.AtIndex => Consistency.AtIndex(Checked.Index(consistency!.Index)),
        var kind => throw new SerializationException($"A query asks for a consistency ({kind}) that this version does not know."),
    };

    private static Proto.MemberChange Write(MemberChange change)
    {
        var result = new Proto.MemberChange { Id = change.Id.Value };
        switch (change)
        {
            case AddMember add:
                result.Add = new Proto.AddMember { Address = add.Address, Incarnation = add.Incarnation, AsLearner = add.AsLearner };
                break;
            case PromoteMember:
                result.Promote = true;
                break;
            case RemoveMember:
                result.Remove = true;
                break;
            case MoveMember move:
                result.MoveTo = move.Address;
                break;
            default:
                throw new SerializationException($"{change.GetType()} has no schema.");
        }

        return result;
    }

    private static MemberChange Read(Proto.MemberChange change)
    {
        var id = new ServerId(change.Id);
        return change.ChangeCase switch
        {
            Proto.MemberChange.ChangeOneofCase.Add => new AddMember(
                id, change.Add.Address, Checked.Number(change.Add.Incarnation), change.Add.AsLearner),
            Proto.MemberChange.ChangeOneofCase.Promote => new PromoteMember(id),
            Proto.MemberChange.ChangeOneofCase.Remove => new RemoveMember(id),
            Proto.MemberChange.ChangeOneofCase.MoveTo => new MoveMember(id, change.MoveTo),
            _ => throw new SerializationException("A change of members is of a kind that this version does not know."),
        };
    }

    private static Proto.Forwarding? Write(Forwarding? forwarding) => forwarding is null
        ? null
        : new Proto.Forwarding { ClusterId = forwarding.ClusterId, From = forwarding.From.Value, To = forwarding.To.Value };

    private static Forwarding? Read(Proto.Forwarding? forwarding) => forwarding is null
        ? null
        : new Forwarding(forwarding.ClusterId, new ServerId(forwarding.From), new ServerId(forwarding.To));
}
