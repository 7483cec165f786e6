namespace AkkaRaft.TestKit.Linearizability;

/// <summary>What clients asked and were answered, and when. Safe for use by several threads at a time.</summary>
/// <remarks>
/// Every attempt is an operation of its own. One that was refused for certain is discarded; one whose fate is unknown (a timeout, a
/// lost connection, an <c>Indeterminate</c> answer) is left without an answer, and a retry of it is another operation.
/// All times come from one monotonic clock.
/// </remarks>
/// <typeparam name="TInput">What a client asks for.</typeparam>
/// <typeparam name="TOutput">What it is answered.</typeparam>
public sealed class History<TInput, TOutput>
{
    private readonly Lock _lock = new();
    private readonly List<Operation<TInput, TOutput>> _operations = [];
    private readonly HashSet<Operation<TInput, TOutput>> _discarded = [];

    /// <summary>The operations so far, in the order of their calls, without those that were discarded.</summary>
    public IReadOnlyList<Operation<TInput, TOutput>> Operations
    {
        get
        {
            lock (_lock)
            {
                return [.. _operations.Where(operation => !_discarded.Contains(operation))];
            }
        }
    }

    /// <summary>Notes that a client asks. Call it before the request leaves.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="input">What for.</param>
    /// <param name="at">The time now.</param>
    public Operation<TInput, TOutput> Call(string client, TInput input, TimeSpan at)
    {
        lock (_lock)
        {
            var operation = new Operation<TInput, TOutput>(_operations.Count + 1, client, input, at);
            _operations.Add(operation);
            return operation;
        }
    }

    /// <summary>Notes an answer. Call it after the answer has come.</summary>
    /// <param name="operation">What was asked.</param>
    /// <param name="output">The answer.</param>
    /// <param name="at">The time now.</param>
    public void Return(Operation<TInput, TOutput> operation, TOutput output, TimeSpan at)
    {
        lock (_lock)
        {
            operation.Return(output, at);
        }
    }

    /// <summary>Notes that an operation was refused and never takes effect: the verdict then rests on that promise.</summary>
    public void Discard(Operation<TInput, TOutput> operation)
    {
        lock (_lock)
        {
            _discarded.Add(operation);
        }
    }
}
