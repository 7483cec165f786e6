using AkkaRaft.Core;

namespace AkkaRaft.Client;

/// <summary>Sends the requests that wait, in batches.</summary>
internal sealed class RequestSender(
    RaftClientSettings settings, Contacts contacts, ClientPort port, RequestQueue requests, ClientSession session, LeaderProbe leader)
{
    private TimeSpan? _askedForMembers;

    public void Flush()
    {
        port.NoteFlush();
        var mayAskLeader = leader.KnowsLeader && !leader.IsLeaderUnresponsive;
        if (!mayAskLeader && requests.Waiting.Any(request => request.NeedsLeader))
        {
            leader.Probe();
        }

        if (mayAskLeader)
        {
            session.OpenIfNeeded();
        }

        var now = port.Now;
        List<Request> toSend = [];
        requests.Pass(request =>
        {
            if (request.IsDone)
            {
                return false;
            }

            if (request.Rejections.NotBefore > now || (request.NeedsLeader && !mayAskLeader) || !session.Admit(request))
            {
                return true;
            }

            NoteSent(request, now);
            toSend.Add(request);
            return false;
        });
        Send(toSend);
        if (mayAskLeader && toSend.Count > 0)
        {
            AskForMembersIfDue(now);
        }
    }

    /// <summary>
    /// While all goes well nothing else tells of new members. All that were known before may be gone when the leader is.
    /// </summary>
    private void AskForMembersIfDue(TimeSpan now)
    {
        if (!(now - _askedForMembers < settings.MembersInterval))
        {
            _askedForMembers = now;
            contacts.TellLeader(new GetStatus(port.NextId(), WithDigest: false), port.Self);
        }
    }

    private void NoteSent(Request request, TimeSpan now)
    {
        if (request.Id == 0 || request.Session is null)
        {
            request.Id = port.NextId();
        }

        var to = request.NeedsLeader ? null : request.ContactPath ?? contacts.PathToRead(request.Tries.Count);
        request.Tries.Note(now, to, contacts.Term, contacts.History);
        requests.AddSent(request);
    }

    private void Send(List<Request> toSend)
    {
        if (toSend.Count == 0)
        {
            return;
        }

        var proposals = toSend.Where(request => request.Kind is RequestKind.Proposal or RequestKind.Opening).Select(ToWire).ToList();
        foreach (var batch in RequestBatches.Cut(proposals, int.MaxValue, settings.MaxBatchBytes))
        {
            contacts.TellLeader(new ProposeRequests(null, batch) { ClusterId = contacts.ClusterId }, port.Self);
        }

        var queries = toSend.Where(request => request.Kind == RequestKind.Query);
        foreach (var same in queries.GroupBy(request => (request.Tries.SentTo, request.Consistency)))
        {
            foreach (var batch in RequestBatches.Cut([.. same.Select(ToWire)], int.MaxValue, settings.MaxBatchBytes))
            {
                TellServer(same.Key.SentTo, new QueryRequests(null, batch)
                {
                    ClusterId = contacts.ClusterId, Consistency = same.Key.Consistency,
                });
            }
        }

        foreach (var request in toSend.Where(request => request.Message is not null))
        {
            contacts.TellLeader(request.Message!(request.Id) with { ClusterId = contacts.ClusterId }, port.Self);
        }
    }

    private void TellServer(string? path, object message)
    {
        if (path is null)
        {
            contacts.TellLeader(message, port.Self);
        }
        else
        {
            contacts.Tell(path, message, port.Self);
        }
    }

    private ClientRequest ToWire(Request request) => new(request.Id, request.Payload)
    {
        MaxAnswerBytes = settings.MaxAnswerBytes,
        Session = request.Kind == RequestKind.Opening
            ? new SessionOpening(settings.SessionTimeout)
            : request.Session is { } joined ? new SessionStep(joined.Id, request.Sequence, joined.Acknowledged) : null,
    };
}
