namespace AkkaRaft.TestKit.Linearizability;

/// <summary>
/// One operation of a client in a <see cref="History{TInput,TOutput}"/>: an interval in time, at some point of which it took effect.
/// </summary>
/// <typeparam name="TInput">What a client asks for.</typeparam>
/// <typeparam name="TOutput">What it is answered.</typeparam>
public sealed class Operation<TInput, TOutput>
{
    internal Operation(int number, string client, TInput input, TimeSpan calledAt)
    {
        Number = number;
        Client = client;
        Input = input;
        CalledAt = calledAt;
    }

    /// <summary>Its place in the order of calls, from 1.</summary>
    public int Number { get; }

    /// <summary>Who asked.</summary>
    public string Client { get; }

    /// <summary>What for.</summary>
    public TInput Input { get; }

    /// <summary>When the client asked.</summary>
    public TimeSpan CalledAt { get; }

    /// <summary>When the client had the answer; null while it has none, and for good if it never gets one.</summary>
    public TimeSpan? ReturnedAt { get; private set; }

    /// <summary>The answer, once there is one.</summary>
    public TOutput? Output { get; private set; }

    /// <summary>
    /// Whether no answer came: the operation may have taken effect at any time since the call, may still do so, or never.
    /// </summary>
    public bool IsPending => ReturnedAt is null;

    /// <inheritdoc />
    public override string ToString() =>
        $"#{Number} {Client}: {Input} → {(IsPending ? "no answer" : Output)} "
        + $"[{CalledAt.TotalSeconds:0.000000}, {(ReturnedAt is { } at ? $"{at.TotalSeconds:0.000000}" : "…")}]";

    internal void Return(TOutput output, TimeSpan at)
    {
        if (!IsPending)
        {
            throw new InvalidOperationException($"{this} has returned already.");
        }

        if (at < CalledAt)
        {
            throw new ArgumentOutOfRangeException(nameof(at), at, $"{this} cannot return before it was called.");
        }

        Output = output;
        ReturnedAt = at;
    }
}
