using Akka.Actor;
using AkkaRaft.Core;

namespace AkkaRaft.Client;

// The session that commands are proposed in: opened ahead of the first one, opened anew where it has expired, closed with the client.
internal sealed partial class ClientActor
{
    /// <summary>How long commands go without a session after a cluster has said that it knows none.</summary>
    private static readonly TimeSpan AskAgainForSessionsAfter = TimeSpan.FromSeconds(10);

    private OpenedSession? _session;
    private Request? _opening;

    /// <summary>Why no session was opened when that was tried last.</summary>
    private (Rejected Rejection, string Words)? _openingRefusal;

    private TimeSpan _sessionlessUntil = TimeSpan.MinValue;

    private bool WantsSession => _settings.Session && Now >= _sessionlessUntil;

    private void OpenSessionIfNeeded()
    {
        if (_session is not null || _opening is { IsDone: false } || !WantsSession
            || !_waiting.Any(request => request is { Kind: RequestKind.Proposal, Session: null, IsDone: false }))
        {
            return;
        }

        _opening = new Request(RequestKind.Opening, Payload.None) { AskedAt = Now, Deadline = Now + _settings.Timeout };
        _waiting.Enqueue(_opening);
    }

    /// <summary>Whether a request may go: a command needs a number in the session first, where there is to be one.</summary>
    private bool HasItsSession(Request request)
    {
        if (request.Kind != RequestKind.Proposal || request.Session is not null || !WantsSession)
        {
            return true;
        }

        if (_session is not { HasRoom: true } session)
        {
            return false;
        }

        request.Join(session);
        request.Id = 0;
        return true;
    }

    private void OnSessionOpened(Request opening, ResultAnswer answer, Outcome outcome)
    {
        Succeed(opening, outcome);
        if (opening == _opening)
        {
            _opening = null;
            _openingRefusal = null;
            _session = new OpenedSession(answer.OpenedSession ?? new SessionId(answer.Index.Value));
        }

        FlushLater();
    }

    private void GoOnWithoutSession(Request opening, string words)
    {
        _sessionlessUntil = Now + AskAgainForSessionsAfter;
        Fail(opening, words, doubt: null);
        FlushLater();
    }

    /// <summary>
    /// The session is gone, and this try of the command did not apply. Without an earlier try it has never applied, and may in a session of
    /// its own.
    /// </summary>
    private void OnSessionExpired(Request request, string words)
    {
        if (request.Session == _session)
        {
            _session = null;
        }

        if (request.MayBeInLog)
        {
            Fail(request, $"{words}; an earlier try of the command may have applied before", IndeterminateReason.SessionExpired);
            return;
        }

        request.LeaveSession();
        _waiting.Enqueue(request);
        FlushLater();
    }

    private void CloseSession()
    {
        if (_session is { } session && _contacts.LeaderPath is not null)
        {
            var closing = new ClientRequest(++_lastId, Payload.None) { Session = new SessionClosing(session.Id) };
            _contacts.TellLeader(new ProposeRequests(null, [closing]) { ClusterId = _contacts.ClusterId }, ActorRefs.NoSender);
        }
    }
}
