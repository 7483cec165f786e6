using AkkaRaft.Core;
using AkkaRaft.Serialization;

namespace AkkaRaft.Client;

/// <summary>A user's object, as the user's own serializer wrote it.</summary>
internal sealed record Payload(int SerializerId, string Manifest, ReadOnlyMemory<byte> Data)
{
    /// <summary>
    /// Stands where there is no object. Nobody can read it: a server that does not know what else a request says must not take it for a
    /// command, as the first version would.
    /// </summary>
    public static readonly Payload None = new(RaftMessageSerializer.Id, "none", default);

    public int SizeBytes => Data.Length + Manifest.Length + 32;

    public bool Equals(Payload? other) =>
        other is not null && SerializerId == other.SerializerId && Manifest == other.Manifest && Data.Span.SequenceEqual(other.Data.Span);

    public override int GetHashCode() => HashCode.Combine(SerializerId, Manifest, Data.Length);
}

/// <summary>Says that a server forwards requests, from which server and to which. Requests are forwarded once at most.</summary>
internal sealed record Forwarding(string ClusterId, ServerId From, ServerId To);

/// <summary>What a client asks the leader for; another server may forward it.</summary>
internal abstract record ClientMessage(Forwarding? Forwarding) : IRaftWireMessage
{
    /// <summary>The numbers under which answers are waited for.</summary>
    public abstract IEnumerable<long> Ids { get; }

    /// <summary>The cluster that the client means, or empty where it does not know yet: any other must not do what is asked.</summary>
    public string ClusterId { get; init; } = "";
}

/// <summary>A command or a query, with a number of the client's choice that the answer repeats.</summary>
internal readonly record struct ClientRequest(long Id, Payload Payload)
{
    /// <summary>For a proposal: its part in the client's session, or null outside of any.</summary>
    public SessionPart? Session { get; init; }

    /// <summary>The most bytes that the client can take as an answer; 0 where it does not say.</summary>
    public int MaxAnswerBytes { get; init; }

    public int SizeBytes => Payload.SizeBytes + 32;
}

/// <summary>What a proposal is to its client's session.</summary>
internal abstract record SessionPart;

/// <summary>It opens one, and carries no command.</summary>
internal sealed record SessionOpening(TimeSpan Timeout) : SessionPart;

/// <summary>It closes one, and carries no command.</summary>
internal sealed record SessionClosing(SessionId SessionId) : SessionPart;

/// <summary>It is the command of this number, and the client has the answers of all up to another.</summary>
internal sealed record SessionStep(SessionId SessionId, long Sequence, long Acknowledged) : SessionPart;

/// <summary>Requests of one client.</summary>
internal abstract record ClientRequests(Forwarding? Forwarding, IReadOnlyList<ClientRequest> Requests) : ClientMessage(Forwarding)
{
    public override IEnumerable<long> Ids => Requests.Select(request => request.Id);
}

/// <summary>Asks for commands to be replicated and applied, in this order.</summary>
internal sealed record ProposeRequests(Forwarding? Forwarding, IReadOnlyList<ClientRequest> Requests)
    : ClientRequests(Forwarding, Requests);

/// <summary>Asks for reads, all of one consistency.</summary>
internal sealed record QueryRequests(Forwarding? Forwarding, IReadOnlyList<ClientRequest> Requests)
    : ClientRequests(Forwarding, Requests)
{
    public Consistency Consistency { get; init; }
}

/// <summary>Asks for another leader: the one named, or the voter that is placed best.</summary>
internal sealed record TransferRequest(Forwarding? Forwarding, long Id, ServerId? Target) : ClientMessage(Forwarding)
{
    public override IEnumerable<long> Ids => [Id];
}

/// <summary>Asks for a change of members.</summary>
internal sealed record ChangeMembersRequest(Forwarding? Forwarding, long Id, IReadOnlyList<MemberChange> Changes)
    : ClientMessage(Forwarding)
{
    public override IEnumerable<long> Ids => [Id];
}

/// <summary>What a server tells a client of some of its requests.</summary>
/// <param name="Server">The server that answers.</param>
/// <param name="Term">Its term.</param>
/// <param name="Items">An answer for each request.</param>
internal sealed record Answers(ServerId Server, Term Term, IReadOnlyList<Answer> Items) : IRaftWireMessage
{
    /// <summary>The server's cluster; empty from a server of an earlier build.</summary>
    public string ClusterId { get; init; } = "";

    /// <summary>The name of the cluster's history, or 0. Terms and indexes compare within one history alone.</summary>
    public long History { get; init; }
}

/// <summary>The answer to one request.</summary>
internal abstract record Answer(long Id)
{
    /// <summary>What the answer counts as against the limit of a frame.</summary>
    public abstract int SizeBytes { get; }
}

/// <summary>The result of the applied command, or of the query; null stands for null.</summary>
internal sealed record ResultAnswer(long Id, LogIndex Index, Payload? Result) : Answer(Id)
{
    /// <summary>The session that the request opened, or null where it opened none.</summary>
    public SessionId? OpenedSession { get; init; }

    public override int SizeBytes => 32 + (Result?.SizeBytes ?? 0);
}

/// <summary>The command is applied, or the query was run, and its result cannot be told.</summary>
internal sealed record NoResultAnswer(long Id, LogIndex Index, string Why) : Answer(Id)
{
    /// <summary>The query waited for a state that did not come: it may be asked again.</summary>
    public bool TimedOut { get; init; }

    public override int SizeBytes => 32 + (3 * Why.Length);
}

/// <summary>The query waits at the server for a state to come, for so long at most; another answer follows.</summary>
internal sealed record WaitingAnswer(long Id, TimeSpan AtMost) : Answer(Id)
{
    public override int SizeBytes => 32;
}

/// <summary>The request has no result.</summary>
internal sealed record FailureAnswer(
    long Id, RequestFailure Failure, string? LeaderAddress, IReadOnlyList<ServerId> UnresponsiveMembers) : Answer(Id)
{
    public override int SizeBytes =>
        256 + (80 * UnresponsiveMembers.Count) + (Failure is Rejected { Detail: { } detail } ? 3 * detail.Length : 0);
}

/// <summary>Asks a server how it is.</summary>
internal sealed record GetStatus(long Id, bool WithDigest) : IRaftWireMessage
{
    /// <summary>Whether the sender has asked several times and hears nothing.</summary>
    public bool IsUnheard { get; init; }

    /// <summary>Whether the server is to take a snapshot; the answer does not wait for it.</summary>
    public bool WantsSnapshot { get; init; }
}

/// <summary>Answers <see cref="GetStatus"/>.</summary>
internal sealed record StatusAnswer(long Id, RaftStatus Status) : IRaftWireMessage;
