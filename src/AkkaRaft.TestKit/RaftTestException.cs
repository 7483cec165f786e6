namespace AkkaRaft.TestKit;

/// <summary>A spec waited in vain, or an invariant of Raft's is broken.</summary>
/// <param name="message">What was waited for or is broken, and how the servers are.</param>
public sealed class RaftTestException(string message) : Exception(message);
