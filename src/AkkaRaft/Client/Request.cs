using AkkaRaft.Core;

namespace AkkaRaft.Client;

/// <summary>What a client may ask for.</summary>
internal enum RequestKind
{
    Proposal,
    Query,
}

/// <summary>A request on its way through the client's actor, which alone writes to it.</summary>
internal sealed class Request(RequestKind kind, Payload payload)
{
    public RequestKind Kind { get; } = kind;

    public Payload Payload { get; } = payload;

    public TaskCompletionSource<Outcome> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TimeSpan AskedAt { get; set; }

    public TimeSpan Deadline { get; set; }

    /// <summary>A rejected request is not sent again before this time.</summary>
    public TimeSpan NotBefore { get; set; }

    public int Rejections { get; set; }

    public Rejected? LastRejection { get; set; }

    /// <summary>The number under which it was sent, anew for each sending.</summary>
    public long SentAs { get; set; }

    public TimeSpan SentAt { get; set; }

    /// <summary>The term that its addressee led in as far as the client knew.</summary>
    public Term SentInTerm { get; set; }

    public bool IsDone => Completion.Task.IsCompleted;
}

/// <summary>What became of a request that succeeded.</summary>
internal sealed record Outcome(LogIndex Index, Payload? Result, RequestFacts Facts);

/// <summary>A request for a server's status.</summary>
internal sealed class StatusRequest(string contactPath, bool withDigest)
{
    public string ContactPath { get; } = contactPath;

    public bool WithDigest { get; } = withDigest;

    public TaskCompletionSource<RaftStatus> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TimeSpan AskedAt { get; set; }

    public TimeSpan Deadline { get; set; }
}

/// <summary>The caller no longer waits for a request.</summary>
internal sealed record CancelRequest(object Request);
