using Akka.Actor;
using AkkaRaft.Core;

namespace AkkaRaft.Client;

// From the servers' answers to the end of a request, or to its next try.
internal sealed partial class ClientActor
{
    private void OnAnswers(Answers answers)
    {
        if (!_contacts.IsOfCluster(answers.ClusterId, Sender))
        {
            AskElsewhere(answers);
            return;
        }

        var now = Now;
        _lastAnswer = now;
        _contacts.Heard(Sender.Path.Address, now);
        _contacts.NoteHistory(answers.History);
        if (_waiting.Count > 0)
        {
            FlushLater();
        }

        foreach (var answer in answers.Items)
        {
            if (!_sent.TryGetValue(answer.Id, out var request))
            {
                continue;
            }

            if (answer is WaitingAnswer waiting)
            {
                request.WaitsAtServer = true;
                request.Deadline = TimeSpan.FromTicks(Math.Max(request.Deadline.Ticks, (now + waiting.AtMost + _settings.Timeout).Ticks));
                continue;
            }

            _sent.Remove(answer.Id);
            var facts = new RequestFacts(answers.Server, answers.Term, answers.Server, [], now - request.AskedAt);
            switch (answer)
            {
                case ResultAnswer result when request.Kind == RequestKind.Opening:
                    OnSessionOpened(request, result, new Outcome(result.Index, null, facts));
                    break;
                case ResultAnswer result:
                    Succeed(request, new Outcome(result.Index, result.Result, facts));
                    break;
                case NoResultAnswer noResult:
                    OnNoResult(request, noResult);
                    break;
                case FailureAnswer failure:
                    OnFailure(answers, request, failure);
                    break;
            }
        }
    }

    /// <summary>
    /// A server of another cluster has answered. It did nothing, as each request names the client's cluster; a read that went out before that
    /// was known changed nothing.
    /// </summary>
    private void AskElsewhere(Answers answers)
    {
        var rejected = new Rejected(Term.Zero, null, RejectionReason.WrongCluster);
        foreach (var answer in answers.Items)
        {
            if (_sent.Remove(answer.Id, out var request))
            {
                request.LastRejection = (rejected, RejectionWords.Of(rejected, answers.Server));
                Retry(request);
            }
        }

        FailIfAllAreForeign();
    }

    /// <summary>Whoever gave no contact point of the right cluster need not wait for the end of a timeout to hear it.</summary>
    private void FailIfAllAreForeign()
    {
        if (!_contacts.AreAllForeign)
        {
            return;
        }

        while (_waiting.TryDequeue(out var request))
        {
            if (!request.IsDone)
            {
                var rejected = new Rejected(Term.Zero, null, RejectionReason.WrongCluster);
                request.LastRejection = (rejected, "as all contact points belong to another cluster");
                Fail(request, request.LastRejection.Value.Words, isUnderWay: false);
            }
        }
    }

    private void OnNoResult(Request request, NoResultAnswer answer)
    {
        var facts = FactsOf(request.AskedAt);
        request.Completion.TrySetException(request.Kind == RequestKind.Query
            ? new QueryFailedException($"as {answer.Why}", facts) { TimedOut = answer.TimedOut, IsFinal = !answer.TimedOut }
            : new ResultUnavailableException(answer.Index, answer.Why, facts));
        request.LeaveSession();
    }

    private void OnFailure(Answers answers, Request request, FailureAnswer answer)
    {
        var (server, ledBefore) = (answers.Server, _contacts.LeaderPath);
        _contacts.OnFailure(answers, answer);
        switch (answer.Failure)
        {
            case Indeterminate indeterminate when !request.IsRepeatable:
                Fail(request, $"as {server} lost its lead before it was", indeterminate.Reason);
                break;
            case Indeterminate:
                request.MayBeInLog = true;
                Retry(request);
                break;
            case Rejected rejected:
                OnRejected(server, request, rejected, isLeaderAsBefore: _contacts.LeaderPath == ledBefore);
                break;
        }
    }

    private void OnRejected(ServerId server, Request request, Rejected rejected, bool isLeaderAsBefore)
    {
        var words = RejectionWords.Of(rejected, server);
        request.LastRejection = (rejected, words);
        if (request.Kind == RequestKind.Opening)
        {
            _openingRefusal = request.LastRejection;
        }

        if (rejected.Reason == RejectionReason.SessionExpired)
        {
            OnSessionExpired(request, words);
        }
        else if (request.Kind == RequestKind.Opening && rejected.Reason is RejectionReason.Unsupported or RejectionReason.Unreadable)
        {
            GoOnWithoutSession(request, words);
        }
        else if (IsFinal(rejected.Reason))
        {
            Fail(request, words, isUnderWay: false);
        }
        else
        {
            if (TellsOfAnotherLeader(rejected.Reason) && request.SentTo is null && isLeaderAsBefore)
            {
                _contacts.LeaderLost();
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
        var factor = 1L << Math.Min(request.Rejections++, 20);
        var backoff = TimeSpan.FromTicks(Math.Min(_settings.RetryBackoffMin.Ticks * factor, _settings.RetryBackoffMax.Ticks));
        request.NotBefore = Now + backoff;
        _waiting.Enqueue(request);
        Timers.StartSingleTimer(request, Flush.Instance, backoff);
    }

    private void OnStatusAnswer(StatusAnswer answer)
    {
        if (_statusRequests.Remove(answer.Id, out var request))
        {
            request.Completion.TrySetResult(answer.Status);
        }

        if (!_contacts.IsOfCluster(answer.Status.ClusterId, Sender))
        {
            FailIfAllAreForeign();
            return;
        }

        _contacts.OnStatus(answer.Status);
        _contacts.Heard(Sender.Path.Address, Now);
        if (answer.Status.Role == RaftRole.Leader && answer.Status.Server == _contacts.Leader)
        {
            _lastAnswer = Now;
        }

        if (_contacts.LeaderPath is null)
        {
            return;
        }

        GiveUpOnEarlierTerms();
        if (KnowsLeader)
        {
            FlushLater();
        }
        else
        {
            _contacts.TellLeader(new GetStatus(++_lastId, WithDigest: false), Self);
        }
    }
}
