using AkkaRaft.Core;

namespace AkkaRaft;

/// <summary>
/// A server has come to lead, or leads no more: on the event stream of the server's actor system, and from
/// <see cref="Raft.LeadershipAsync"/>.
/// </summary>
/// <remarks>
/// <para>
/// A server's events alternate: each <see cref="LeadershipGained"/> is followed by a <see cref="LeadershipLost"/> of the same term, ahead
/// of any other; terms rise. That holds when the server fails, is stopped or is started again too, but not when its process dies.
/// </para>
/// <para>
/// There is one leader a term, and yet two servers may believe at the same time that they lead: one that is cut off, or paused, learns of
/// its successor only later. What only one may do at a time needs the term as a fencing token, or a command that is proposed: that is
/// committed by the one that leads in truth.
/// </para>
/// </remarks>
/// <param name="ClusterId">The cluster.</param>
/// <param name="Server">The server.</param>
/// <param name="Term">The term that it leads, or led.</param>
public abstract record LeadershipEvent(string ClusterId, ServerId Server, Term Term);

/// <summary>
/// The server leads, and has applied the first entry of its term: a majority has followed it, and its state machine has everything that
/// earlier leaders committed. It comes later than the election, by a write of the majority and what was left to apply; a leadership that
/// ends before that is not told.
/// </summary>
/// <param name="ClusterId">The cluster.</param>
/// <param name="Server">The server.</param>
/// <param name="Term">The term that it leads.</param>
public sealed record LeadershipGained(string ClusterId, ServerId Server, Term Term) : LeadershipEvent(ClusterId, Server, Term);

/// <summary>The server leads no more, or has failed or stopped. Another may have led before this came.</summary>
/// <param name="ClusterId">The cluster.</param>
/// <param name="Server">The server.</param>
/// <param name="Term">The term that it led.</param>
public sealed record LeadershipLost(string ClusterId, ServerId Server, Term Term) : LeadershipEvent(ClusterId, Server, Term);
