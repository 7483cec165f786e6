using AkkaRaft.Core;

namespace AkkaRaft.Client;

/// <summary>What a client may ask for.</summary>
internal enum RequestKind
{
    Proposal,
    Query,

    /// <summary>Of the client's own: it asks for a session to propose in.</summary>
    Opening,
    Transfer,
    MemberChange,
}

/// <summary>A request on its way through the client's actor, which alone writes to it.</summary>
internal sealed class Request(RequestKind kind, Payload payload)
{
    private (OpenedSession Session, long Sequence)? _inSession;

    public RequestKind Kind { get; } = kind;

    public Payload Payload { get; } = payload;

    /// <summary>For a query: what its answer must know of.</summary>
    public Consistency Consistency { get; init; }

    /// <summary>For a query that any server may answer: the one that is to, or null for any.</summary>
    public string? ContactPath { get; init; }

    /// <summary>For what is neither a command nor a query: the message, given its number.</summary>
    public Func<long, ClientMessage>? Message { get; init; }

    public TaskCompletionSource<Outcome> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TimeSpan AskedAt { get; set; }

    public TimeSpan Deadline { get; set; }

    /// <summary>Its number on the wire; tries in one session share it, so that the answer to any of them counts.</summary>
    public long Id { get; set; }

    /// <summary>How often, when and where it was sent.</summary>
    public RequestTries Tries { get; } = new();

    /// <summary>How often it was rejected, and why.</summary>
    public RequestRejections Rejections { get; } = new();

    /// <summary>The session that the command has its number in, or null.</summary>
    public OpenedSession? Session => _inSession?.Session;

    public long Sequence => _inSession?.Sequence ?? 0;

    public bool IsDone => Completion.Task.IsCompleted;

    /// <summary>Whether only the leader can answer it.</summary>
    public bool NeedsLeader => !Consistency.IsLocal;

    /// <summary>Whether it may be sent again when nobody knows what became of it.</summary>
    public bool IsRepeatable => Kind is RequestKind.Query or RequestKind.Opening || Session is not null;

    public void Join(OpenedSession session)
    {
        _inSession = (session, session.Next());
    }

    /// <summary>The command's number will not be used again: its outcome is known, or nobody waits for it any more.</summary>
    public void LeaveSession()
    {
        _inSession?.Session.Acknowledge(Sequence);
        _inSession = null;
    }
}

/// <summary>The tries of a request.</summary>
internal sealed class RequestTries
{
    public int Count { get; private set; }

    public TimeSpan SentAt { get; private set; }

    /// <summary>The server that it was sent to, or null for the leader.</summary>
    public string? SentTo { get; private set; }

    /// <summary>The term that its addressee led in as far as the client knew.</summary>
    public Term Term { get; private set; }

    /// <summary>The history of the cluster that <see cref="Term"/> is a term of.</summary>
    public long History { get; private set; }

    /// <summary>The server has said that the query waits there, and will be answered.</summary>
    public bool WaitsAtServer { get; set; }

    /// <summary>An earlier try may have entered a log; only a session makes another one safe.</summary>
    public bool MayBeInLog { get; set; }

    /// <summary>Notes a try.</summary>
    public void Note(TimeSpan now, string? to, Term term, long history)
    {
        Count++;
        (SentAt, SentTo, Term, History, WaitsAtServer) = (now, to, term, history, false);
    }
}

/// <summary>The rejections of a request.</summary>
internal sealed class RequestRejections
{
    public int Count { get; set; }

    /// <summary>The request is not sent again before this time.</summary>
    public TimeSpan NotBefore { get; set; }

    /// <summary>The last refusal, and in words; null when there was none.</summary>
    public (Rejected Rejection, string Words)? Last { get; set; }
}

/// <summary>What became of a request that succeeded.</summary>
internal sealed record Outcome(LogIndex Index, Payload? Result, RequestFacts Facts);

/// <summary>A request for a server's status.</summary>
internal sealed class StatusRequest(string contactPath, bool withDigest, bool wantsSnapshot = false)
{
    public string ContactPath { get; } = contactPath;

    public bool WithDigest { get; } = withDigest;

    public bool WantsSnapshot { get; } = wantsSnapshot;

    public TaskCompletionSource<RaftStatus> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TimeSpan AskedAt { get; set; }

    public TimeSpan Deadline { get; set; }

    /// <summary>When it is sent again.</summary>
    public TimeSpan NextTry { get; set; }

    public int Tries { get; set; }
}

/// <summary>The caller no longer waits for a request.</summary>
internal sealed record CancelRequest(object Request);
