namespace AkkaRaft.Core.Sessions;

/// <summary>All sessions at one place in the log.</summary>
/// <typeparam name="TAnswer">What a command was answered with.</typeparam>
/// <param name="ReplicatedTime">Replicated time since the cluster's beginning.</param>
/// <param name="Sessions">The sessions, in the order of their ids.</param>
public sealed record SessionsCapture<TAnswer>(TimeSpan ReplicatedTime, IReadOnlyList<SessionCapture<TAnswer>> Sessions);

/// <summary>A session at one place in the log.</summary>
/// <typeparam name="TAnswer">What a command was answered with.</typeparam>
/// <param name="Id">Its id.</param>
/// <param name="Timeout">After how much replicated time without a command it expires.</param>
/// <param name="IdleSince">The first time entry behind its last command; null when there was none.</param>
/// <param name="Acknowledged">The client has the answers of all commands up to this number.</param>
/// <param name="Answers">The answers of applied commands behind <paramref name="Acknowledged"/>, by number.</param>
public sealed record SessionCapture<TAnswer>(
    SessionId Id, TimeSpan Timeout, TimeSpan? IdleSince, long Acknowledged, IReadOnlyDictionary<long, TAnswer> Answers);
