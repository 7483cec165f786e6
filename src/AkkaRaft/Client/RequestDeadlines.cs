using AkkaRaft.Core;

namespace AkkaRaft.Client;

/// <summary>Sends unanswered requests again, and fails those whose time is up or whose leader was followed by another.</summary>
internal sealed class RequestDeadlines(
    RaftClientSettings settings, Contacts contacts, ClientPort port, RequestQueue requests, RequestOutcomes outcomes, ClientSession session)
{
    /// <summary>The longest wait before a request is sent again is so many times the shortest.</summary>
    public const int MaxResendFactor = 8;

    public void SendAgain(TimeSpan now) => SendAgain(requests.Sent.Where(
        request => request.IsRepeatable && !request.Tries.WaitsAtServer && now - request.Tries.SentAt >= Patience(request)));

    /// <summary>
    /// Another term has a leader. A leader of an earlier term that still ran would have answered what it was sent; as it was asked long ago
    /// and did not, waiting longer for it would only delay the news. A transfer is what changes the term: its answer may be on its way.
    /// </summary>
    public void GiveUpOnEarlierTerms()
    {
        var now = port.Now;
        var lost = requests.Sent
            .Where(request => request.Tries.SentTo is null && request.Kind != RequestKind.Transfer
                && IsOfFormerLeader(request) && now - request.Tries.SentAt >= settings.ProbeInterval)
            .ToList();
        SendAgain(lost.Where(request => request.IsRepeatable));
        foreach (var request in lost.Where(request => !request.IsRepeatable))
        {
            requests.RemoveSent(request.Id);
            outcomes.Fail(
                request,
                $"as the leader of term {request.Tries.Term}, which had it, was followed by another without answering",
                IndeterminateReason.LeadershipLost);
        }
    }

    public void Expire(TimeSpan now)
    {
        foreach (var request in requests.Sent.Where(request => request.Deadline <= now).ToList())
        {
            requests.RemoveSent(request.Id);
            var asked = request.Tries.SentTo ?? contacts.Leader?.Value ?? "the leader";
            var before = request.Rejections.Last is { } refused ? $"; a try before was refused, {refused.Words}" : "";
            outcomes.Fail(request, $"as {asked}, which was asked, did not answer in time{before}", isUnderWay: true);
        }

        requests.Pass(request =>
        {
            if (request.Deadline <= now && !request.IsDone)
            {
                // A command that waits for a session was refused when the session was.
                request.Rejections.Last ??= request.Session is null && request.Kind == RequestKind.Proposal ? session.OpeningRefusal : null;
                outcomes.Fail(request, request.Rejections.Last?.Words ?? WhyNotSent(request), isUnderWay: false);
            }

            return !request.IsDone;
        });
    }

    /// <summary>Fails all requests, as the client stops.</summary>
    public void FailAll()
    {
        foreach (var request in requests.Waiting.Where(request => !request.IsDone))
        {
            outcomes.Fail(request, "as the client was stopped", isUnderWay: false);
        }

        foreach (var request in requests.Sent.Where(request => !request.IsDone))
        {
            outcomes.Fail(request, "as the client was stopped", isUnderWay: true);
        }
    }

    /// <summary>Where answers take long, sending again adds to the load: the waits grow.</summary>
    private TimeSpan Patience(Request request) =>
        settings.QueryResendAfter * Math.Min(MaxResendFactor, 1 << Math.Min(request.Tries.Count - 1, 8));

    private void SendAgain(IEnumerable<Request> overdue)
    {
        foreach (var request in overdue.ToList())
        {
            requests.RemoveSent(request.Id);
            request.Tries.MayBeInLog = request.Kind == RequestKind.Proposal;
            requests.Enqueue(request);
            port.FlushLater();
        }
    }

    private bool IsOfFormerLeader(Request request) =>
        (request.Tries.History != 0 && request.Tries.History != contacts.History) || request.Tries.Term < contacts.Term;

    private string WhyNotSent(Request request) =>
        contacts.LeaderPath is null ? "as no leader was found: an election is under way, or most of the members cannot be reached"
        : session.IsOpening && request.Session is null ? $"as {contacts.Leader} opened no session for it in time"
        : $"as {contacts.Leader}, who leads as far as known, has been unresponsive";
}
