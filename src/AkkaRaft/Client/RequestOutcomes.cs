using AkkaRaft.Core;

namespace AkkaRaft.Client;

/// <summary>Ends requests: with a result, or with the exception that tells what is known of their outcome.</summary>
internal sealed class RequestOutcomes(Contacts contacts, ClientPort port)
{
    public void Succeed(Request request, Outcome outcome)
    {
        request.Completion.TrySetResult(outcome);
        request.LeaveSession();
    }

    /// <summary>Fails a request: a command that was sent and not answered may be committed, any other was not.</summary>
    /// <param name="request">The request.</param>
    /// <param name="words">Why, to be read behind "rejected, ".</param>
    /// <param name="isUnderWay">Whether its last try is with a server and unanswered.</param>
    public void Fail(Request request, string words, bool isUnderWay) => Fail(
        request, words, request.Tries.MayBeInLog || isUnderWay ? IndeterminateReason.TimedOut : null);

    /// <param name="request">The request.</param>
    /// <param name="words">Why.</param>
    /// <param name="doubt">Why its outcome is unknown, or null when it entered no log.</param>
    public void Fail(Request request, string words, IndeterminateReason? doubt)
    {
        if (request.Kind == RequestKind.Opening)
        {
            // Nobody awaits it; the commands that wait for the session have their own deadlines.
            request.Completion.TrySetCanceled();
            return;
        }

        var facts = FactsOf(request.AskedAt);
        var rejection = request.Rejections.Last?.Rejection.Reason;
        request.Completion.TrySetException(request.Kind switch
        {
            RequestKind.Query => new QueryFailedException(words, facts, rejection),
            RequestKind.Proposal => doubt is { } reason
                ? new ProposalIndeterminateException(reason, words, facts)
                : new ProposalRejectedException(rejection ?? RejectionReason.NoLeaderKnown, words, facts),
            _ => doubt is { } reason
                ? new AdministrationIndeterminateException(reason, words, facts)
                : new AdministrationRejectedException(rejection ?? RejectionReason.NoLeaderKnown, words, facts)
                {
                    Detail = request.Rejections.Last?.Rejection.Detail,
                },
        });
        request.LeaveSession();
    }

    /// <summary>Fails a request that is done, and whose result cannot be told.</summary>
    public void FailWithoutResult(Request request, NoResultAnswer answer)
    {
        var facts = FactsOf(request.AskedAt);
        request.Completion.TrySetException(request.Kind == RequestKind.Query
            ? new QueryFailedException($"as {answer.Why}", facts) { TimedOut = answer.TimedOut, IsFinal = !answer.TimedOut }
            : new ResultUnavailableException(answer.Index, answer.Why, facts));
        request.LeaveSession();
    }

    public void Fail(StatusRequest request) =>
        request.Completion.TrySetException(new ContactUnreachableException(request.ContactPath, FactsOf(request.AskedAt)));

    private RequestFacts FactsOf(TimeSpan askedAt) => contacts.Facts(port.Now - askedAt);
}
