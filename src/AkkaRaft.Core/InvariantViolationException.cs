namespace AkkaRaft.Core;

/// <summary>A server's own state contradicts the protocol. The server must stop: a dead server is better than a wrong one.</summary>
/// <param name="message">The facts.</param>
public sealed class InvariantViolationException(string message) : Exception(message);
