using Akka.Actor;
using AkkaRaft.Core;

namespace AkkaRaft.Client;

// From the queue to the servers.
internal sealed partial class ClientActor
{
    private bool _flushing;
    private TimeSpan? _askedForMembers;

    /// <summary>Sends what waits once the mailbox has run dry of further requests, so that they share messages.</summary>
    private void FlushLater()
    {
        if (!_flushing)
        {
            _flushing = true;
            Self.Tell(Flush.Instance);
        }
    }

    private void OnFlush()
    {
        _flushing = false;
        var mayAskLeader = KnowsLeader && !IsQuiet;
        if (!mayAskLeader && _waiting.Any(NeedsLeader))
        {
            Probe();
        }

        if (mayAskLeader)
        {
            OpenSessionIfNeeded();
        }

        var now = Now;
        List<Request> toSend = [];
        for (var left = _waiting.Count; left > 0; left--)
        {
            var request = _waiting.Dequeue();
            if (request.IsDone)
            {
                continue;
            }

            if (request.NotBefore > now || (NeedsLeader(request) && !mayAskLeader) || !HasItsSession(request))
            {
                _waiting.Enqueue(request);
                continue;
            }

            Note(request, now);
            toSend.Add(request);
        }

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
        if (!(now - _askedForMembers < _settings.MembersInterval))
        {
            _askedForMembers = now;
            _contacts.TellLeader(new GetStatus(++_lastId, WithDigest: false), Self);
        }
    }

    /// <summary>
    /// Whether there is a leader to send to. Outside of a session nothing goes to one of whom others only tell: it may have died a moment
    /// ago, and then nobody could say what became of the command.
    /// </summary>
    private bool KnowsLeader => _contacts.LeaderPath is not null && (_settings.Session || _contacts.LeaderHasSpoken);

    private static bool NeedsLeader(Request request) => !request.Consistency.IsLocal;

    private void Note(Request request, TimeSpan now)
    {
        if (request.Id == 0 || request.Session is null)
        {
            request.Id = ++_lastId;
        }

        request.SentTo = NeedsLeader(request) ? null : request.ContactPath ?? _contacts.PathToRead(request.Tries);
        request.Tries++;
        request.SentAt = now;
        request.SentInTerm = _contacts.Term;
        request.SentInHistory = _contacts.History;
        request.WaitsAtServer = false;
        _sent.Add(request.Id, request);
    }

    private void Send(List<Request> requests)
    {
        if (requests.Count == 0)
        {
            return;
        }

        var proposals = requests.Where(request => request.Kind is RequestKind.Proposal or RequestKind.Opening).Select(ToWire).ToList();
        foreach (var batch in RequestBatches.Cut(proposals, int.MaxValue, _settings.MaxBatchBytes))
        {
            _contacts.TellLeader(new ProposeRequests(null, batch) { ClusterId = _contacts.ClusterId }, Self);
        }

        var queries = requests.Where(request => request.Kind == RequestKind.Query);
        foreach (var same in queries.GroupBy(request => (request.SentTo, request.Consistency)))
        {
            foreach (var batch in RequestBatches.Cut([.. same.Select(ToWire)], int.MaxValue, _settings.MaxBatchBytes))
            {
                TellServer(same.Key.SentTo, new QueryRequests(null, batch)
                {
                    ClusterId = _contacts.ClusterId, Consistency = same.Key.Consistency,
                });
            }
        }

        foreach (var request in requests.Where(request => request.Message is not null))
        {
            _contacts.TellLeader(request.Message!(request.Id) with { ClusterId = _contacts.ClusterId }, Self);
        }
    }

    private void TellServer(string? path, object message)
    {
        if (path is null)
        {
            _contacts.TellLeader(message, Self);
        }
        else
        {
            _contacts.Tell(path, message, Self);
        }
    }

    private ClientRequest ToWire(Request request) => new(request.Id, request.Payload)
    {
        MaxAnswerBytes = _settings.MaxAnswerBytes,
        Session = request.Kind == RequestKind.Opening
            ? new SessionOpening(_settings.SessionTimeout)
            : request.Session is { } session ? new SessionStep(session.Id, request.Sequence, session.Acknowledged) : null,
    };

    /// <summary>Sends what waits.</summary>
    private sealed class Flush
    {
        public static readonly Flush Instance = new();
    }
}
