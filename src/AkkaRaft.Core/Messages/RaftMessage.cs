namespace AkkaRaft.Core;

/// <summary>
/// What one server says to another. None of them is answered on the same call: a reply is a message of its own and may be lost.
/// </summary>
/// <param name="From">Who says it.</param>
/// <param name="To">To whom.</param>
/// <param name="Term">The sender's current term when it was said.</param>
public abstract record RaftMessage(ServerId From, ServerId To, Term Term);
