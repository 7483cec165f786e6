namespace AkkaRaft.Core;

/// <summary>
/// Asks whether a vote in the term after <see cref="RaftMessage.Term"/> would be granted; changes nothing (dissertation, section 9.6).
/// </summary>
/// <param name="From">The server that thinks of campaigning.</param>
/// <param name="To">Who is asked.</param>
/// <param name="Term">The asking server's current term, which it has not raised.</param>
/// <param name="LastLogIndex">Index of the asking server's last entry.</param>
/// <param name="LastLogTerm">Term of the asking server's last entry.</param>
public sealed record PreVote(ServerId From, ServerId To, Term Term, LogIndex LastLogIndex, Term LastLogTerm) : RaftMessage(From, To, Term)
{
    /// <summary>The addressee's incarnation as the asking server's log has it; 0 if it has none.</summary>
    public long ToIncarnation { get; init; }
}

/// <summary>Answers a <see cref="PreVote"/>.</summary>
/// <param name="From">Who answers.</param>
/// <param name="To">Who asked.</param>
/// <param name="Term">The answering server's current term.</param>
/// <param name="RequestTerm">The term of the request, so that a late answer is told from one that counts.</param>
/// <param name="Granted">Whether the vote would be granted.</param>
public sealed record PreVoteReply(ServerId From, ServerId To, Term Term, Term RequestTerm, bool Granted) : RaftMessage(From, To, Term);

/// <summary>Asks for a vote (Raft paper, figure 2).</summary>
/// <param name="From">The candidate.</param>
/// <param name="To">Who is asked.</param>
/// <param name="Term">The candidate's term.</param>
/// <param name="LastLogIndex">Index of the candidate's last entry (section 5.4.1).</param>
/// <param name="LastLogTerm">Term of the candidate's last entry (section 5.4.1).</param>
/// <param name="LeadershipTransfer">
/// The leader itself asked for this election, so a server that hears a leader answers too (dissertation, section 3.10).
/// </param>
public sealed record RequestVote(ServerId From, ServerId To, Term Term, LogIndex LastLogIndex, Term LastLogTerm, bool LeadershipTransfer)
    : RaftMessage(From, To, Term)
{
    /// <summary>The addressee's incarnation as the candidate's log has it; 0 if it has none. Another one may not vote.</summary>
    public long ToIncarnation { get; init; }
}

/// <summary>Answers a <see cref="RequestVote"/>; released only when the vote is durable.</summary>
/// <param name="From">Who answers.</param>
/// <param name="To">The candidate.</param>
/// <param name="Term">The answering server's current term.</param>
/// <param name="Granted">Whether the candidate has the vote.</param>
public sealed record RequestVoteReply(ServerId From, ServerId To, Term Term, bool Granted) : RaftMessage(From, To, Term);
