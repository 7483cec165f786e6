using Akka.Actor;
using AkkaRaft.Core;

namespace AkkaRaft.Client;

/// <summary>Takes the servers' answers to the end of a request, or to its next try.</summary>
internal sealed class AnswerHandler(
    RaftClientSettings settings,
    Contacts contacts,
    ClientPort port,
    RequestQueue requests,
    RequestOutcomes outcomes,
    ClientSession session,
    LeaderProbe leader)
{
    public void OnAnswers(Answers answers, IActorRef sender)
    {
        if (!contacts.IsOfCluster(answers.ClusterId, sender))
        {
            AskElsewhere(answers);
            return;
        }

        var now = port.Now;
        leader.NoteAnswer(now);
        contacts.Heard(sender.Path.Address, now);
        contacts.NoteHistory(answers.History);
        if (requests.Waiting.Count > 0)
        {
            port.FlushLater();
        }

        foreach (var answer in answers.Items)
        {
            if (requests.FindSent(answer.Id) is { } request)
            {
                OnAnswer(answers, answer, request, now);
            }
        }
    }

    /// <summary>Fails what waits where all contact points are of another cluster: nothing would be answered within the timeout.</summary>
    public void FailIfAllAreForeign()
    {
        if (!contacts.AreAllForeign)
        {
            return;
        }

        while (requests.TryDequeue(out var request))
        {
            if (!request.IsDone)
            {
                var rejected = new Rejected(Term.Zero, null, RejectionReason.WrongCluster);
                request.Rejections.Last = (rejected, "as all contact points belong to another cluster");
                outcomes.Fail(request, request.Rejections.Last.Value.Words, isUnderWay: false);
            }
        }
    }

    private void OnAnswer(Answers answers, Answer answer, Request request, TimeSpan now)
    {
        if (answer is WaitingAnswer waiting)
        {
            request.Tries.WaitsAtServer = true;
            request.Deadline = TimeSpan.FromTicks(Math.Max(request.Deadline.Ticks, (now + waiting.AtMost + settings.Timeout).Ticks));
            return;
        }

        requests.RemoveSent(answer.Id);
        var facts = new RequestFacts(answers.Server, answers.Term, answers.Server, [], now - request.AskedAt);
        switch (answer)
        {
            case ResultAnswer result when request.Kind == RequestKind.Opening:
                session.OnOpened(request, result, new Outcome(result.Index, null, facts));
                break;
            case ResultAnswer result:
                outcomes.Succeed(request, new Outcome(result.Index, result.Result, facts));
                break;
            case NoResultAnswer noResult:
                outcomes.FailWithoutResult(request, noResult);
                break;
            case FailureAnswer failure:
                OnFailure(answers, request, failure);
                break;
        }
    }

    /// <summary>
    /// A server of another cluster has answered. It did nothing, as each request names the client's cluster; a read that went out before
    /// that was known changed nothing.
    /// </summary>
    private void AskElsewhere(Answers answers)
    {
        var rejected = new Rejected(Term.Zero, null, RejectionReason.WrongCluster);
        foreach (var answer in answers.Items)
        {
            if (requests.RemoveSent(answer.Id) is { } request)
            {
                request.Rejections.Last = (rejected, RejectionWords.Of(rejected, answers.Server));
                Retry(request);
            }
        }

        FailIfAllAreForeign();
    }

    private void OnFailure(Answers answers, Request request, FailureAnswer answer)
    {
        var (server, ledBefore) = (answers.Server, contacts.LeaderPath);
        contacts.OnFailure(answers, answer);
        switch (answer.Failure)
        {
            case Indeterminate indeterminate when !request.IsRepeatable:
                outcomes.Fail(request, $"as {server} lost its leadership before it was", indeterminate.Reason);
                break;
            case Indeterminate:
                request.Tries.MayBeInLog = true;
                Retry(request);
                break;
            case Rejected rejected:
                OnRejected(server, request, rejected, isLeaderAsBefore: contacts.LeaderPath == ledBefore);
                break;
        }
    }

    private void OnRejected(ServerId server, Request request, Rejected rejected, bool isLeaderAsBefore)
    {
        var words = RejectionWords.Of(rejected, server);
        request.Rejections.Last = (rejected, words);
        if (request.Kind == RequestKind.Opening)
        {
            session.OpeningRefusal = request.Rejections.Last;
        }

        if (rejected.Reason == RejectionReason.SessionExpired)
        {
            session.OnExpired(request, words);
        }
        else if (request.Kind == RequestKind.Opening && rejected.Reason is RejectionReason.Unsupported or RejectionReason.Unreadable)
        {
            session.OnUnsupported(request, words);
        }
        else if (IsFinal(rejected.Reason))
        {
            outcomes.Fail(request, words, isUnderWay: false);
        }
        else
        {
            if (TellsOfAnotherLeader(rejected.Reason) && request.Tries.SentTo is null && isLeaderAsBefore)
            {
                contacts.LeaderLost();
            }

            Retry(request);
        }
    }

    /// <summary>
    /// Whether another try would be refused as well. What a cluster does not support it may in a moment: a new leader does not know of its
    /// members' versions yet.
    /// </summary>
    private static bool IsFinal(RejectionReason reason) => reason
        is RejectionReason.TooLarge or RejectionReason.Unreadable or RejectionReason.InvalidChange or RejectionReason.TransferFailed;

    private static bool TellsOfAnotherLeader(RejectionReason reason) => reason
        is RejectionReason.NoLeaderKnown or RejectionReason.NotLeader or RejectionReason.NotAMember or RejectionReason.ShuttingDown;

    private void Retry(Request request)
    {
        var factor = 1L << Math.Min(request.Rejections.Count++, 20);
        var backoff = TimeSpan.FromTicks(Math.Min(settings.RetryBackoffMin.Ticks * factor, settings.RetryBackoffMax.Ticks));
        request.Rejections.NotBefore = port.Now + backoff;
        requests.Enqueue(request);
        port.StartTimer(request, Flush.Instance, backoff);
    }
}
