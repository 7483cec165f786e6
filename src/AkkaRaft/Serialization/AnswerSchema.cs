using System.Runtime.Serialization;
using AkkaRaft.Client;
using AkkaRaft.Core;
using Google.Protobuf;

namespace AkkaRaft.Serialization;

/// <summary>Turns the answers to clients into their schema and back.</summary>
internal static class AnswerSchema
{
    public static IMessage Write(Answers answers)
    {
        var result = new Proto.Answers
        {
            Server = answers.Server.Value, Term = answers.Term.Value, ClusterId = answers.ClusterId, History = answers.History,
        };
        result.Answers_.Add(answers.Items.Select(WriteAnswer));
        return result;
    }

    public static Answers Read(Proto.Answers answers) =>
        new(new ServerId(answers.Server), new Term(answers.Term), [.. answers.Answers_.Select(ReadAnswer)])
        {
            ClusterId = answers.ClusterId, History = Checked.Number(answers.History),
        };

    public static Proto.Answer WriteAnswer(Answer answer)
    {
        var result = new Proto.Answer { Id = answer.Id };
        switch (answer)
        {
            case ResultAnswer resultAnswer:
                result.Result = new Proto.Result { Index = resultAnswer.Index.Value, SessionId = resultAnswer.OpenedSession?.Value ?? 0 };
                if (resultAnswer.Result is { } payload)
                {
                    result.Result.Payload = CommonSchema.Write(payload);
                }

                break;
            case NoResultAnswer noResult:
                result.NoResult = new Proto.NoResult
                {
                    Index = noResult.Index.Value,
                    Why = noResult.Why,
                    TimedOut = noResult.TimedOut,
                };
                break;
            case WaitingAnswer waiting:
                result.Waiting = waiting.AtMost.Ticks;
                break;
            case FailureAnswer failure:
                result.Failure = WriteFailure(failure);
                break;
            default:
                throw new SerializationException($"{answer.GetType()} has no schema.");
        }

        return result;
    }

    public static Answer ReadAnswer(Proto.Answer answer) => answer.ContentCase switch
    {
        Proto.Answer.ContentOneofCase.Result => new ResultAnswer(
            answer.Id, new LogIndex(answer.Result.Index), answer.Result.Payload is { } payload ? CommonSchema.Read(payload) : null)
        {
            OpenedSession = answer.Result.SessionId == 0 ? null : Checked.Session(answer.Result.SessionId),
        },
        Proto.Answer.ContentOneofCase.NoResult => new NoResultAnswer(answer.Id, new LogIndex(answer.NoResult.Index), answer.NoResult.Why)
        {
            TimedOut = answer.NoResult.TimedOut,
        },
        Proto.Answer.ContentOneofCase.Waiting => new WaitingAnswer(answer.Id, Checked.Time(answer.Waiting)),
        Proto.Answer.ContentOneofCase.Failure => ReadFailure(answer.Id, answer.Failure),
        _ => throw new SerializationException("An answer carries what this version does not know: a newer one wrote it."),
    };

    private static Proto.Failure WriteFailure(FailureAnswer answer)
    {
        var result = new Proto.Failure { Term = answer.Failure.Term.Value };
        switch (answer.Failure)
        {
            case Rejected rejected:
                result.Rejected = (int)rejected.Reason;
                if (rejected.Detail is { } detail)
                {
                    result.Detail = detail;
                }

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

        result.UnresponsiveMembers.Add(answer.UnresponsiveMembers.Select(member => member.Value));
        return result;
    }

    private static FailureAnswer ReadFailure(long id, Proto.Failure failure)
    {
        var term = new Term(failure.Term);
        ServerId? leader = failure.HasLeader ? new ServerId(failure.Leader) : null;
        RequestFailure facts = failure.KindCase switch
        {
            Proto.Failure.KindOneofCase.Rejected => new Rejected(term, leader, (RejectionReason)failure.Rejected)
            {
                Detail = failure.HasDetail ? failure.Detail : null,
            },
            Proto.Failure.KindOneofCase.Indeterminate => new Indeterminate(term, leader, (IndeterminateReason)failure.Indeterminate),
            _ => throw new SerializationException("A failure is of a kind that this version does not know: a newer one wrote it."),
        };
        var unresponsive = failure.UnresponsiveMembers.Select(member => new ServerId(member));
        return new(id, facts, failure.HasLeaderAddress ? failure.LeaderAddress : null, [.. unresponsive]);
    }
}
