using System.Text;

namespace AkkaRaft.TestKit.Linearizability;

/// <summary>What the checker found.</summary>
public enum Verdict
{
    /// <summary>There is an order of the operations that explains every answer.</summary>
    Linearizable,

    /// <summary>No order of the operations explains every answer.</summary>
    NotLinearizable,

    /// <summary>The search was given up at its bound.</summary>
    Undecided,
}

/// <summary>An operation whose answer cannot be explained where the search was stuck.</summary>
/// <typeparam name="TInput">What a client asks for.</typeparam>
/// <typeparam name="TOutput">What it is answered.</typeparam>
/// <param name="Operation">The operation.</param>
/// <param name="Specified">What the specification would have answered there.</param>
public sealed record UnexplainedOperation<TInput, TOutput>(Operation<TInput, TOutput> Operation, TOutput Specified);

/// <summary>The verdict on a history and, unless it is linearizable, where it breaks.</summary>
/// <typeparam name="TInput">What a client asks for.</typeparam>
/// <typeparam name="TOutput">What it is answered.</typeparam>
public sealed class LinearizabilityResult<TInput, TOutput>
{
    private const int ShownBefore = 12;

    internal LinearizabilityResult(
        Verdict verdict,
        string key,
        IReadOnlyList<Operation<TInput, TOutput>> operations,
        IReadOnlyList<Operation<TInput, TOutput>> longest,
        IReadOnlyList<UnexplainedOperation<TInput, TOutput>> unexplained)
    {
        Verdict = verdict;
        Key = key;
        Operations = operations;
        Longest = longest;
        Unexplained = unexplained;
    }

    /// <summary>The verdict.</summary>
    public Verdict Verdict { get; }

    /// <summary>Whether some order of the operations explains every answer.</summary>
    public bool IsLinearizable => Verdict == Verdict.Linearizable;

    /// <summary>The key whose part of the history is to blame; empty when none is.</summary>
    public string Key { get; }

    /// <summary>That part of the history.</summary>
    public IReadOnlyList<Operation<TInput, TOutput>> Operations { get; }

    /// <summary>The longest order that explains all answers up to where every attempt was stuck.</summary>
    public IReadOnlyList<Operation<TInput, TOutput>> Longest { get; }

    /// <summary>The operations of which one had to come next, none of whose answers could be explained.</summary>
    public IReadOnlyList<UnexplainedOperation<TInput, TOutput>> Unexplained { get; }

    /// <summary>Names the offending operations and what went before them.</summary>
    public string Explain()
    {
        if (IsLinearizable)
        {
            return "Linearizable.";
        }

        var text = new StringBuilder();
        text.AppendLine(Verdict == Verdict.NotLinearizable
            ? $"Not linearizable (key '{Key}', {Operations.Count} operations)."
            : $"Undecided within the search's bound (key '{Key}', {Operations.Count} operations).");
        text.AppendLine($"  The longest order that explains all answers has {Longest.Count} operations; it ends with:");
        foreach (var operation in Longest.Skip(Math.Max(0, Longest.Count - ShownBefore)))
        {
            text.AppendLine($"    {operation}");
        }

        text.AppendLine("  One of these had to come next, and the answer of none can be explained:");
        foreach (var (operation, specified) in Unexplained)
        {
            text.AppendLine($"    {operation}, where '{specified}' would have been right");
        }

        return text.ToString();
    }

    /// <summary>
    /// Draws the offending part of the history: a page on its own, with a line for each client and a bar for each operation.
    /// </summary>
    public string ToHtml() => TimelinePage.Render(this);
}
