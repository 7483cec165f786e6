using Akka.Actor;
using AkkaRaft.Core;

namespace AkkaRaft.Client;

/// <summary>
/// The session that commands are proposed in: opened ahead of the first one, opened again where it has expired, closed with the client.
/// </summary>
internal sealed class ClientSession(
    RaftClientSettings settings, Contacts contacts, ClientPort port, RequestQueue requests, RequestOutcomes outcomes)
{
    /// <summary>How long commands go without a session after a cluster has said that it knows none.</summary>
    private static readonly TimeSpan AskAgainForSessionsAfter = TimeSpan.FromSeconds(10);

    private OpenedSession? _session;
    private Request? _opening;
    private TimeSpan _sessionlessUntil = TimeSpan.MinValue;

    /// <summary>Why no session was opened when that was tried last.</summary>
    public (Rejected Rejection, string Words)? OpeningRefusal { get; set; }

    public bool IsOpening => _opening is not null;

    private bool WantsSession => settings.Session && port.Now >= _sessionlessUntil;

    public void OpenIfNeeded()
    {
        if (_session is not null || _opening is { IsDone: false } || !WantsSession
            || !requests.Waiting.Any(request => request is { Kind: RequestKind.Proposal, Session: null, IsDone: false }))
        {
            return;
        }

        _opening = new Request(RequestKind.Opening, Payload.None) { AskedAt = port.Now, Deadline = port.Now + settings.Timeout };
        requests.Enqueue(_opening);
    }

    /// <summary>Whether a request may be sent. A command gets a number in the session first, where there is to be one.</summary>
    public bool Admit(Request request)
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

    public void OnOpened(Request opening, ResultAnswer answer, Outcome outcome)
    {
        outcomes.Succeed(opening, outcome);
        if (opening == _opening)
        {
            _opening = null;
            OpeningRefusal = null;
            _session = new OpenedSession(answer.OpenedSession ?? new SessionId(answer.Index.Value));
        }

        port.FlushLater();
    }

    /// <summary>The cluster knows no sessions: commands go without one for a while.</summary>
    public void OnUnsupported(Request opening, string words)
    {
        _sessionlessUntil = port.Now + AskAgainForSessionsAfter;
        outcomes.Fail(opening, words, doubt: null);
        port.FlushLater();
    }

    /// <summary>
    /// The session is gone, and this try of the command did not apply. Without an earlier try it has never applied, and may in a session of
    /// its own.
    /// </summary>
    public void OnExpired(Request request, string words)
    {
        if (request.Session == _session)
        {
            _session = null;
        }

        if (request.Tries.MayBeInLog)
        {
            outcomes.Fail(request, $"{words}; an earlier try of the command may have applied before", IndeterminateReason.SessionExpired);
            return;
        }

        request.LeaveSession();
        requests.Enqueue(request);
        port.FlushLater();
    }

    public void Close()
    {
        if (_session is { } session && contacts.LeaderPath is not null)
        {
            var closing = new ClientRequest(port.NextId(), Payload.None) { Session = new SessionClosing(session.Id) };
            contacts.TellLeader(new ProposeRequests(null, [closing]) { ClusterId = contacts.ClusterId }, ActorRefs.NoSender);
        }
    }
}
