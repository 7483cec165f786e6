using AkkaRaft.Core;

namespace AkkaRaft.TestKit;

/// <summary>What becomes of some messages on some links of a <see cref="TestNetwork"/>, until they are healed.</summary>
public sealed class NetworkRule
{
    private readonly Func<RaftMessage, bool> _matches;
    private readonly double _probability;
    private readonly int _first;

    internal NetworkRule(NetworkFault fault, Func<RaftMessage, bool> matches, double probability, int first, TimeSpan delay)
    {
        Fault = fault;
        Delay = delay;
        _matches = matches;
        _probability = probability;
        _first = first;
    }

    /// <summary>How many messages it has met so far.</summary>
    public int Hits { get; private set; }

    internal NetworkFault Fault { get; }

    internal TimeSpan Delay { get; }

    internal bool Meets(RaftMessage message, Random random)
    {
        if (Hits >= _first || !_matches(message) || (_probability < 1 && random.NextDouble() >= _probability))
        {
            return false;
        }

        Hits++;
        return true;
    }
}

/// <summary>What a rule does with a message.</summary>
internal enum NetworkFault
{
    Drop,
    Delay,
    Duplicate,
    Reorder,
}
