using AkkaRaft.Core;
using AkkaRaft.TestKit.Linearizability;

namespace AkkaRaft.Simulation;

/// <summary>
/// A server's registers, and a hash over all that was applied and answered, which must be equal on all servers at the same index.
/// </summary>
internal sealed class StateMachine
{
    private static readonly RegisterModel Model = new();
    private readonly Dictionary<string, RegisterState> _registers = [];

    public long LastIndex { get; private set; }

    public ulong Hash { get; private set; } = 14695981039346656037;

    /// <summary>Applies an entry; the input is null for one that is not a command.</summary>
    public RegisterOutput Apply(LogEntry entry, RegisterInput? input)
    {
        LastIndex = entry.Index.Value;
        RegisterOutput output = default;
        if (input is not null)
        {
            (var state, output) = Model.Apply(_registers.GetValueOrDefault(input.Key), input);
            _registers[input.Key] = state;
        }

        Hash = Mix(Mix(Mix(Hash, (ulong)entry.Index.Value), (ulong)entry.Term.Value), output.Succeeded ? 1UL : 0UL);
        return output;
    }

    public RegisterOutput Read(string key) => RegisterOutput.Of(_registers.GetValueOrDefault(key).Value);

    private static ulong Mix(ulong hash, ulong value) => (hash ^ value) * 1099511628211;
}
