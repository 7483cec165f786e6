namespace AkkaRaft.TestKit.Linearizability;

/// <summary>Judges whether a concurrent history could have come from one copy of an object that takes one operation at a time.</summary>
/// <remarks>
/// The search is Wing and Gong's ("Testing and Verifying Concurrent Objects") with Lowe's remembering of what was tried ("Testing for
/// Linearizability"), on each key's part of the history alone, as Horn and Kroening do ("Faster linearizability checking via
/// P-compositionality"). Operations without an answer are kept apart: they are used only where an answer cannot be explained without
/// them, and having used fewer of them is never worse.
/// </remarks>
public static class LinearizabilityChecker
{
    /// <summary>The bound on the search's work unless another is given: some seconds.</summary>
    public const long DefaultMaxSteps = 20_000_000;

    /// <summary>Judges a history.</summary>
    /// <param name="model">The sequential specification.</param>
    /// <param name="operations">The history's operations, in any order.</param>
    /// <param name="maxSteps">
    /// How often the model may be applied for one key before the search gives up as <see cref="Verdict.Undecided"/>. A history with few
    /// unanswered operations takes a few steps for each of its operations.
    /// </param>
    public static LinearizabilityResult<TInput, TOutput> Check<TState, TInput, TOutput>(
        IModel<TState, TInput, TOutput> model,
        IEnumerable<Operation<TInput, TOutput>> operations,
        long maxSteps = DefaultMaxSteps)
        where TState : notnull
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxSteps);
        LinearizabilityResult<TInput, TOutput>? undecided = null;
        var parts = operations.GroupBy(operation => model.KeyOf(operation.Input)).OrderBy(part => part.Key, StringComparer.Ordinal);
        foreach (var part in parts)
        {
            var search = new LinearizationSearch<TState, TInput, TOutput>(model, [.. part], maxSteps);
            switch (search.Run())
            {
                case Verdict.NotLinearizable:
                    return search.Result(Verdict.NotLinearizable, part.Key);
                case Verdict.Undecided:
                    undecided ??= search.Result(Verdict.Undecided, part.Key);
                    break;
                case Verdict.Linearizable:
                    break;
            }
        }

        return undecided ?? new LinearizabilityResult<TInput, TOutput>(Verdict.Linearizable, "", [], [], []);
    }
}
