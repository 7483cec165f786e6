namespace AkkaRaft.Core;

/// <summary>Tells a server that it is to campaign at once, as the leader wants it to lead (dissertation, section 3.10).</summary>
/// <param name="From">The leader.</param>
/// <param name="To">The server that is to lead.</param>
/// <param name="Term">The leader's term.</param>
public sealed record TimeoutNow(ServerId From, ServerId To, Term Term) : RaftMessage(From, To, Term);
