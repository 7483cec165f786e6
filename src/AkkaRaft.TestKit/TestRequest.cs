using AkkaRaft.Core;

namespace AkkaRaft.TestKit;

/// <summary>A command or a query that a spec sent to one server, without any retry.</summary>
public sealed class TestRequest
{
    private volatile Outcome? _outcome;

    /// <summary>Whether an answer has come.</summary>
    public bool IsAnswered => _outcome is not null;

    /// <summary>Whether the command is committed and applied, or the query answered.</summary>
    public bool Succeeded => _outcome is { Failure: null };

    /// <summary>The command's place in the log, or the state's index that the query was answered at.</summary>
    public LogIndex Index => _outcome?.Index ?? LogIndex.Zero;

    /// <summary>What the state machine answered.</summary>
    public object? Result => _outcome?.Result;

    /// <summary>Why there is no result, or null.</summary>
    public RequestFailure? Failure => _outcome?.Failure;

    internal void Succeed(LogIndex index, object? result) => _outcome = new Outcome(index, result, null);

    internal void Fail(RequestFailure failure) => _outcome = new Outcome(LogIndex.Zero, null, failure);

    private sealed record Outcome(LogIndex Index, object? Result, RequestFailure? Failure);
}
