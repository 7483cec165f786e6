namespace AkkaRaft.TestKit.Linearizability;

/// <summary>
/// The sequential specification that a concurrent history is judged by: what one operation at a time would answer (Herlihy and Wing,
/// "Linearizability: A Correctness Condition for Concurrent Objects").
/// </summary>
/// <typeparam name="TState">The object's state. Immutable, and compared by value: give it an equality of its own, as a record
/// has.</typeparam>
/// <typeparam name="TInput">What a client asks for.</typeparam>
/// <typeparam name="TOutput">What it is answered.</typeparam>
public interface IModel<TState, TInput, TOutput>
    where TState : notnull
{
    /// <summary>The state before the first operation.</summary>
    TState InitialState { get; }

    /// <summary>Takes one operation: the state behind it, and the answer.</summary>
    (TState State, TOutput Output) Apply(TState state, TInput input);

    /// <summary>
    /// What an operation concerns. Operations with different keys must not influence each other: the history is then cut by key and
    /// each part is judged alone, which makes a long history cheap to judge.
    /// </summary>
    string KeyOf(TInput input) => "";

    /// <summary>
    /// Whether an operation that got this answer left the object as it was, whatever state it found: a read, or one that was refused.
    /// False is always right, and true spares the judge work. A write that happens to find its own value does not count.
    /// </summary>
    bool ChangesNothing(TInput input, TOutput observed) => false;

    /// <summary>Whether the answer that a client got is the one that the specification gives.</summary>
    bool Agrees(TOutput specified, TOutput observed) => EqualityComparer<TOutput>.Default.Equals(specified, observed);
}
