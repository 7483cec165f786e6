namespace AkkaRaft.Core;

/// <summary>
/// Says that a server has started from its disk, and asks what the addressee has heard it promise before. It is for <see cref="StartCheck"/>,
/// and no input of the protocol's.
/// </summary>
/// <param name="From">The server that has started.</param>
/// <param name="To">Who is asked.</param>
/// <param name="Term">The term that its disk gave back.</param>
/// <param name="Start">Names the start; each is larger than the one before.</param>
public sealed record StartAnnounced(ServerId From, ServerId To, Term Term, long Start) : RaftMessage(From, To, Term);

/// <summary>Answers a <see cref="StartAnnounced"/>, or any message of a start that another has followed.</summary>
/// <param name="From">Who answers.</param>
/// <param name="To">The server that has started.</param>
/// <param name="Term">The term that the answering server's own disk gave back when it started.</param>
/// <param name="Start">The start that was announced.</param>
/// <param name="LatestStart">The latest start of that server that the answering one has heard of.</param>
/// <param name="Promised">What the answering server has heard it promise before the latest start.</param>
public sealed record StartAcknowledged(ServerId From, ServerId To, Term Term, long Start, long LatestStart, Promise Promised)
    : RaftMessage(From, To, Term);
