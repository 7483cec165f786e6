namespace AkkaRaft.Core;

/// <summary>Asks the leader up to where a server must have applied the log to answer reads itself (dissertation, section 6.4).</summary>
/// <param name="From">The server that wants to answer.</param>
/// <param name="To">The leader.</param>
/// <param name="Term">The asking server's term.</param>
/// <param name="ReadContext">The read context: unique to this request within the asking server's incarnation of the process; the reply repeats it.</param>
public sealed record ReadIndexRequest(ServerId From, ServerId To, Term Term, long ReadContext) : RaftMessage(From, To, Term);

/// <summary>Answers a <see cref="ReadIndexRequest"/>, once a quorum has confirmed that the leader led when it was asked.</summary>
/// <param name="From">The leader.</param>
/// <param name="To">The server that asked.</param>
/// <param name="Term">The leader's term.</param>
/// <param name="ReadContext">The request's read context.</param>
/// <param name="ReadIndex">All that was committed when the request came lies at or before this index.</param>
public sealed record ReadIndexReply(ServerId From, ServerId To, Term Term, long ReadContext, LogIndex ReadIndex)
    : RaftMessage(From, To, Term);
