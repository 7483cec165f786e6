using AkkaRaft.Core;

namespace AkkaRaft;

/// <summary>What is known about the cluster when a request fails.</summary>
/// <param name="Server">The server that answered last, or null when none did.</param>
/// <param name="Term">The latest term that any answer named.</param>
/// <param name="Leader">Who leads, as far as any answer told, or null.</param>
/// <param name="NoAnswerFrom">The contact points and members that do not answer.</param>
/// <param name="Elapsed">How long the request was tried.</param>
public sealed record RequestFacts(ServerId? Server, Term Term, ServerId? Leader, IReadOnlyList<string> NoAnswerFrom, TimeSpan Elapsed)
{
    /// <summary>What was said by contact points that belong to another cluster; each names both clusters.</summary>
    public IReadOnlyList<string> OfOtherClusters { get; init; } = [];

    /// <inheritdoc />
    public override string ToString() =>
        $"after {Elapsed.TotalMilliseconds:0} ms in term {Term}; last answer from {Server?.Value ?? "nobody"}, "
        + $"leader {Leader?.Value ?? "unknown"}"
        + (NoAnswerFrom.Count > 0 ? $", no answer from {string.Join(", ", NoAnswerFrom)}" : "")
        + string.Concat(OfOtherClusters.Select(other => $"; {other}"));
}

/// <summary>A request has no result.</summary>
public abstract class RaftRequestException : Exception
{
    private protected RaftRequestException(string message, RequestFacts facts, Exception? cause = null)
        : base($"{message} ({facts}).", cause) => Facts = facts;

    /// <summary>What is known about the cluster.</summary>
    public RequestFacts Facts { get; }
}

/// <summary>The command entered no log and never will: it is safe to propose it again.</summary>
public sealed class ProposalRejectedException : RaftRequestException
{
    internal ProposalRejectedException(RejectionReason reason, string explanation, RequestFacts facts, Exception? cause = null)
        : base($"The proposal was rejected, {explanation}", facts, cause) => Reason = reason;

    /// <summary>Why the last server that was asked refused it.</summary>
    public RejectionReason Reason { get; }
}

/// <summary>The command may or may not be committed, now or later.</summary>
public sealed class ProposalIndeterminateException : RaftRequestException
{
    internal ProposalIndeterminateException(IndeterminateReason reason, string explanation, RequestFacts facts)
        : base($"It is not known whether the proposal is committed, {explanation}", facts) => Reason = reason;

    /// <summary>Why it is not known.</summary>
    public IndeterminateReason Reason { get; }
}

/// <summary>A query was not answered. It changed nothing, so it is safe to ask again.</summary>
public sealed class QueryFailedException : RaftRequestException
{
    internal QueryFailedException(string explanation, RequestFacts facts, RejectionReason? reason = null, Exception? cause = null)
        : base($"The query failed, {explanation}", facts, cause) => Reason = reason;

    /// <summary>Why the last server that was asked refused it, or null when none did.</summary>
    public RejectionReason? Reason { get; }

    /// <summary>The query waited at the server for a state that did not come in time; ask again to go on waiting.</summary>
    public bool TimedOut { get; internal init; }

    /// <summary>Asking again would fail again: the state machine cannot answer, or its answer cannot be told.</summary>
    public bool IsFinal { get; internal init; }
}

/// <summary>The change of members or of the leader was refused, and nothing has changed.</summary>
public sealed class AdministrationRejectedException : RaftRequestException
{
    internal AdministrationRejectedException(RejectionReason reason, string explanation, RequestFacts facts)
        : base($"The change was rejected, {explanation}", facts) => Reason = reason;

    /// <summary>Why the last server that was asked refused it.</summary>
    public RejectionReason Reason { get; }

    /// <summary>What that server said besides, such as what is wrong with the change; null where it said nothing.</summary>
    public string? Detail { get; internal init; }
}

/// <summary>The change of members or of the leader may or may not come into force; a status tells.</summary>
public sealed class AdministrationIndeterminateException : RaftRequestException
{
    internal AdministrationIndeterminateException(IndeterminateReason reason, string explanation, RequestFacts facts)
        : base($"It is not known whether the change is made, {explanation}", facts) => Reason = reason;

    /// <summary>Why it is not known.</summary>
    public IndeterminateReason Reason { get; }
}

/// <summary>
/// The command is committed and applied, but its result cannot be told: it has no serializer, or does not fit into a frame.
/// </summary>
public sealed class ResultUnavailableException : RaftRequestException
{
    internal ResultUnavailableException(LogIndex index, string explanation, RequestFacts facts, Exception? cause = null)
        : base($"The command at index {index} is committed, but its result cannot be told, {explanation}", facts, cause) => Index = index;

    /// <summary>The command's place in the log.</summary>
    public LogIndex Index { get; }
}

/// <summary>A server that was asked for its status did not answer.</summary>
public sealed class ContactUnreachableException : RaftRequestException
{
    internal ContactUnreachableException(string contactPoint, RequestFacts facts)
        : base($"{contactPoint} does not answer", facts)
    {
    }
}
