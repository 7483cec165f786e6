namespace AkkaRaft.TestKit.Linearizability;

/// <summary>Registers that are read, written, and set if they hold an expected value; each register is a part of its own.</summary>
public sealed class RegisterModel : IModel<RegisterState, RegisterInput, RegisterOutput>
{
    /// <inheritdoc />
    public RegisterState InitialState => default;

    /// <inheritdoc />
    public string KeyOf(RegisterInput input) => input.Key;

    /// <inheritdoc />
    public bool ChangesNothing(RegisterInput input, RegisterOutput observed) => input is ReadRegister || !observed.Succeeded;

    /// <inheritdoc />
    public (RegisterState State, RegisterOutput Output) Apply(RegisterState state, RegisterInput input) => input switch
    {
        WriteRegister write => (new RegisterState(write.Value), RegisterOutput.Done),
        CompareAndSetRegister set when set.Expected == state.Value => (new RegisterState(set.Value), RegisterOutput.Done),
        CompareAndSetRegister => (state, RegisterOutput.Refused),
        _ => (state, RegisterOutput.Of(state.Value)),
    };
}

/// <summary>What a register holds.</summary>
/// <param name="Value">The value, or null before the first write.</param>
public readonly record struct RegisterState(string? Value)
{
    /// <inheritdoc />
    public override string ToString() => Value ?? "nothing";
}

/// <summary>An operation on a register.</summary>
/// <param name="Key">Which register.</param>
public abstract record RegisterInput(string Key);

/// <summary>Asks what the register holds.</summary>
/// <param name="Key">Which register.</param>
public sealed record ReadRegister(string Key) : RegisterInput(Key)
{
    /// <inheritdoc />
    public override string ToString() => $"read {Key}";
}

/// <summary>Sets the register.</summary>
/// <param name="Key">Which register.</param>
/// <param name="Value">The new value.</param>
public sealed record WriteRegister(string Key, string? Value) : RegisterInput(Key)
{
    /// <inheritdoc />
    public override string ToString() => $"write {Key} = {Value ?? "nothing"}";
}

/// <summary>Sets the register if it holds what is expected.</summary>
/// <param name="Key">Which register.</param>
/// <param name="Expected">What it must hold; null for nothing.</param>
/// <param name="Value">The new value.</param>
public sealed record CompareAndSetRegister(string Key, string? Expected, string? Value) : RegisterInput(Key)
{
    /// <inheritdoc />
    public override string ToString() => $"set {Key} = {Value ?? "nothing"} if {Expected ?? "nothing"}";
}

/// <summary>A register's answer.</summary>
/// <param name="Value">What a read found; null for nothing, and for the other operations.</param>
/// <param name="Succeeded">False if a compare-and-set found another value than expected.</param>
public readonly record struct RegisterOutput(string? Value, bool Succeeded)
{
    /// <summary>The answer to a write, and to a compare-and-set that found what it expected.</summary>
    public static readonly RegisterOutput Done = new(null, true);

    /// <summary>The answer to a compare-and-set that found something else.</summary>
    public static readonly RegisterOutput Refused = new(null, false);

    /// <summary>The answer to a read.</summary>
    public static RegisterOutput Of(string? value) => new(value, true);

    /// <inheritdoc />
    public override string ToString() => !Succeeded ? "refused" : Value ?? "-";
}
